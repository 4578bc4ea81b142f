"""Imports of candidacies: all or nothing, once, by staff alone; and exports, which can be imported again."""

import io
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import SQLModel, col
from starlette.responses import Response
from starlette.testclient import TestClient

from app.domain.access import Actor
from app.domain.candidacy import AlreadyApplied
from app.domain.candidacy_import import ImportChanged, ImportFaulty, ImportGone
from app.domain.codes import CandidacyState, Section
from app.models import (
    Call,
    Candidacy,
    CandidacyImport,
    CandidacyMember,
    CandidacySection,
    CandidacySectionVersion,
    CandidacySubmission,
    Event,
    Goal,
    Mail,
    Person,
    PolicyField,
    StoredFile,
)
from app.models.database import transaction
from app.queries.candidacy_imports import ImportRecord, import_by_id
from app.services import candidacy_imports, import_writing
from app.services.candidacy_exports import Wanted, export
from app.services.candidacy_imports import AS, DRAFT, MAIL, SUBMITTED
from tests import factories, personas
from tests.factories import NOW, number
from tests.integration import candidacy_kit
from tests.integration.assessment_kit import declare, give, scored
from tests.integration.candidacy_kit import COMPLETE, actor_of, fill, session_on, submitted
from tests.pages import get
from tests.personas import World, sign_in

world = personas.world
both = candidacy_kit.both
PAGE = "/staff/candidacies/import"
FILE = """gemeente;e-mail;naam;ingediend op;referentie;Do you have an active city link now?
Gamma;gamma@example.org;Contact of Gamma;12/10/2026;OLD-1;nee
Delta;CANDIDATE@example.org;;;;ja
"""
FAULTY = FILE.replace("nee", "misschien")


def delta(session: Session) -> None:
    with transaction(session):
        factories.government(session, "Delta")


def received(session: Session, world: World, text: str = FILE, **options: str) -> ImportRecord:
    file = candidacy_imports.examine("oud.csv", text.encode())
    staff = actor_of(session, world.vvsg_staff)
    with transaction(session):
        of = number(world.call), number(world.programme)
        made = candidacy_imports.receive(session, *of, file, actor=staff, now=NOW)
        found = existing(session, made)
        candidacy_imports.choose(session, made, {**found.mapping, **options})
    return existing(session, made)


def existing(session: Session, import_id: int) -> ImportRecord:
    found = import_by_id(session, import_id)
    assert found is not None
    return found


def seen(session: Session, found: ImportRecord) -> str:
    return candidacy_imports.preview(session, found, locale="en", now=NOW).seen


def run(session: Session, found: ImportRecord, world: World, token: str | None = None) -> int:
    token = token or seen(session, found)
    staff = actor_of(session, world.vvsg_staff)
    with transaction(session):
        return candidacy_imports.run(session, found.id, token, locale="en", actor=staff, now=NOW)


def count(session: Session, table: type[SQLModel]) -> int:
    session.rollback()
    return int(session.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


KEPT: tuple[type[SQLModel], ...] = (
    Candidacy, CandidacyMember, CandidacySection, CandidacySectionVersion, CandidacySubmission, Event, Mail, Person,
    StoredFile,
)  # fmt: skip


def counts(session: Session) -> list[int]:
    return [count(session, table) for table in KEPT]


def test_a_file_is_imported_whole(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        delta(session)
        found = received(session, world, **{MAIL: "yes"})
        before = counts(session)
        assert run(session, found, world) == 2
        assert [after - then for after, then in zip(counts(session), before, strict=True)] == [
            2, 2, 14, 14, 2, 3, 2, 2, -1,
        ]  # fmt: skip
        rows = session.scalars(sa.select(Candidacy).order_by(col(Candidacy.id).desc()).limit(2)).all()
        assert [row.state for row in rows] == [CandidacyState.SUBMITTED] * 2
        assert [row.submitted_at for row in rows] == [NOW, NOW.replace(month=10, day=11, hour=22, minute=0)]
        kept = session.scalars(
            sa.select(CandidacySubmission).where(col(CandidacySubmission.candidacy_id) == rows[1].id)
        ).one()
        answers: Any = kept.answers
        assert answers["city_links"]["has_links"] == "no"
        assert answers["government"]["administrative_email"] == "gamma@example.org"
        details = session.scalars(sa.select(col(Event.details)).where(col(Event.verb) == "candidacy.imported")).all()
        assert [one["earlier"] for one in details] == ["OLD-1", "–"]
        texts = session.scalars(sa.select(col(Mail.text)).where(col(Mail.kind) == "candidacy_imported")).all()
        assert all("/sign-in/link/" in text for text in texts)
        after = existing(session, found.id)
        assert (after.imported_count, after.file_id) == (2, None)
        done = counts(session)
        assert run(session, after, world, "sent again") == 2
        assert counts(session) == done


def test_one_fault_keeps_all_rows_out(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        delta(session)
        found = received(session, world, FAULTY)
        before = counts(session)
        with pytest.raises(ImportFaulty) as refused:
            run(session, found, world)
        assert refused.value.params == {"count": 1}
        assert counts(session) == before
        assert existing(session, found.id).imported_at is None


def test_a_failure_in_the_last_row_leaves_nothing(
    both: tuple[sa.Engine, World], monkeypatch: pytest.MonkeyPatch
) -> None:
    engine, world = both
    with session_on(engine) as session:
        delta(session)
        found = received(session, world)
        before, token = counts(session), seen(session, found)
        write = import_writing._sections

        def failing(session: Session, candidacy_id: int, one: Any, *rest: Any, **named: Any) -> None:  # noqa: ANN401
            write(session, candidacy_id, one, *rest, **named)
            if one.row == 3:
                raise RuntimeError

        monkeypatch.setattr(import_writing, "_sections", failing)
        with pytest.raises(RuntimeError):
            run(session, found, world, token)
        session.rollback()
        assert counts(session) == before


def test_two_at_the_same_moment_import_once(both: tuple[sa.Engine, World]) -> None:
    engine, world = both
    with session_on(engine) as session:
        delta(session)
        found = received(session, world)
        token, before = seen(session, found), count(session, Candidacy)
    start, outcomes = Barrier(2), []

    def at_once() -> None:
        with session_on(engine) as session:
            start.wait(timeout=30)
            outcomes.append(run(session, found, world, token))

    threads = [Thread(target=at_once) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert outcomes == [2, 2]
    with session_on(engine) as session:
        assert count(session, Candidacy) == before + 2


def test_who_starts_in_the_meantime_keeps_the_file_out(session: Session, world: World) -> None:
    delta(session)
    found = received(session, world)
    token = seen(session, found)
    looked = candidacy_imports.preview(session, found, locale="en", now=NOW)
    with transaction(session):
        factories.candidacy(session, world.call, world.gamma)
    with pytest.raises(ImportFaulty):
        run(session, found, world, token)
    source = import_writing.Source("x", number(world.call), NOW, True, looked.form, submitted=True)
    with pytest.raises(AlreadyApplied), transaction(session):
        staff = actor_of(session, world.vvsg_staff)
        import_writing.write_candidacies(session, looked.reading.candidacies, source, actor=staff, now=NOW)


def test_another_mapping_than_was_seen_is_not_imported(session: Session, world: World) -> None:
    delta(session)
    found = received(session, world)
    token = seen(session, found)
    with transaction(session):
        candidacy_imports.choose(session, found.id, {**found.mapping, AS: DRAFT})
    with pytest.raises(ImportChanged):
        run(session, found, world, token)
    assert run(session, existing(session, found.id), world) == 2
    states = session.execute(sa.select(col(Candidacy.state), col(Candidacy.submitted_at))).all()
    assert {tuple(row) for row in states} == {(CandidacyState.DRAFT, None)}
    assert count(session, CandidacySubmission) == 0
    assert count(session, Mail) == 0


def test_a_file_that_is_discarded_is_gone(session: Session, world: World) -> None:
    found = received(session, world)
    staff = actor_of(session, world.vvsg_staff)
    with transaction(session):
        candidacy_imports.discard(session, found.id, actor=staff, now=NOW)
    assert count(session, StoredFile) == 0
    for deed in (
        lambda: candidacy_imports.discard(session, found.id, actor=staff, now=NOW),
        lambda: candidacy_imports.choose(session, found.id, {}),
        lambda: candidacy_imports.run(session, found.id, "", locale="en", actor=staff, now=NOW),
        lambda: candidacy_imports.run(session, 999, "", locale="en", actor=staff, now=NOW),
    ):
        with pytest.raises(ImportGone), transaction(session):
            deed()


# pages


def sent(
    client: TestClient, call: Call, content: bytes, name: str = "oud.csv", key: str = "key-of-one-page"
) -> Response:
    data = {"form_key": key, "call": str(number(call))}
    answer: Response = client.post(PAGE, data=data, files={"file": (name, content, "text/x")}, follow_redirects=False)  # type: ignore[assignment]
    return answer


@pytest.fixture
def staff(client: TestClient, app: FastAPI, world: World, session: Session) -> TestClient:
    delta(session)
    return sign_in(client, app, world.vvsg_staff)


@pytest.mark.parametrize("locale", ["nl", "fr", "en"])
def test_the_pages_are_sound(staff: TestClient, world: World, locale: str) -> None:
    get(staff, f"{PAGE}?lang={locale}", heavy=True)
    get(staff, "/staff/candidacies/export", heavy=True)
    where = sent(staff, world.call, FAULTY.encode()).headers["location"]
    get(staff, where, heavy=True)
    page = get(staff, f"{where}/preview", heavy=True)
    assert "F2" in page.text()
    other = sent(staff, world.call, FILE.encode()).headers["location"]
    assert other != where
    get(staff, f"{other}/preview", heavy=True)


def test_the_same_file_from_the_same_page_is_kept_once(staff: TestClient, world: World, session: Session) -> None:
    first = sent(staff, world.call, FILE.encode())
    assert first.status_code == 303
    assert sent(staff, world.call, FILE.encode()).headers["location"] == first.headers["location"]
    assert count(session, CandidacyImport) == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"<!doctype html><p>x", b"a,b\n", b"a\n" + b"x" * 1_000_000, b"a\n\x00", b",".join([b"a"] * 300) + b"\n1"],
    ids=["empty", "HTML", "no rows", "1 MB in a cell", "NUL", "300 columns"],
)
def test_hostile_files_are_refused_at_the_page(
    staff: TestClient, world: World, session: Session, content: bytes
) -> None:
    answer = sent(staff, world.call, content, "x.xlsx")
    assert answer.status_code == 422
    assert count(session, CandidacyImport) == count(session, StoredFile) == 0


def test_a_file_is_needed_and_a_call_that_exists(staff: TestClient, world: World) -> None:
    answer = staff.post(PAGE, data={"form_key": "another-page", "call": "999"}, files={"file": ("a", b"a\n1", "")})
    assert answer.status_code == 404
    assert (
        staff.post(PAGE, data={"form_key": "x" * 9, "call": str(world.call.id)}, files={"x": ("", b"")}).status_code
        == 422
    )


def test_a_mapping_is_typed_kept_and_run(staff: TestClient, world: World, session: Session) -> None:
    where = sent(staff, world.call, FILE.encode()).headers["location"]
    wrong = staff.post(
        where, data={"sheet": "", "as_what": SUBMITTED, "column_0": "government", "column_1": "nonsense"}
    )
    assert wrong.status_code == 422
    assert "Zeg welke kolom het e-mailadres" in wrong.text
    right = {"sheet": "", "as_what": DRAFT, "column_0": "government", "column_1": "contact_email"}
    shown = staff.post(where, data=right, follow_redirects=True)
    assert shown.url.path.endswith("/preview")
    token = shown.text.partition('name="seen" value="')[2].partition('"')[0]
    assert staff.post(f"{where}/preview", data={"seen": "other"}).status_code == 409
    done = staff.post(f"{where}/preview", data={"seen": token}, follow_redirects=True)
    assert "De kandidaturen zijn ge" in done.text
    again = staff.post(f"{where}/preview", data={"seen": token}, follow_redirects=True)
    assert again.status_code == 200
    assert count(session, Candidacy) == 4
    assert staff.get(where, follow_redirects=True).url.path.endswith("/preview")
    assert staff.post(where, data=right, follow_redirects=True).url.path.endswith("/preview")
    assert staff.get(f"{PAGE}/99999").status_code == 404


def test_another_sheet_is_asked_about_anew(staff: TestClient, world: World) -> None:
    book = openpyxl.Workbook()
    for name, header in (("First", "x"), ("Second", "Gemeente")):
        page = book.create_sheet(name)
        page.append([header, "e-mail"])
        page.append(["Gamma", "gamma@example.org"])
    book.remove(book.worksheets[0])
    out = io.BytesIO()
    book.save(out)
    where = sent(staff, world.call, out.getvalue()).headers["location"]
    shown = staff.post(where, data={"sheet": "Second", "as_what": DRAFT}, follow_redirects=True)
    assert shown.url.path == where.removeprefix("http://testserver")
    assert '<option value="government" selected>' in shown.text


def test_a_file_can_be_removed_without_being_imported(staff: TestClient, world: World, session: Session) -> None:
    where = sent(staff, world.call, FILE.encode()).headers["location"]
    for _ in range(2):
        assert (
            "Er is niets ge"
            in staff.post(f"{where}/removal", data={"form_key": "removal-page"}, follow_redirects=True).text
        )
    assert count(session, StoredFile) == 0
    assert "niet meer" in staff.get(f"{where}/preview").text


def test_the_empty_table_can_be_read_and_its_columns_are_all_known(staff: TestClient, world: World) -> None:
    answer = staff.get(f"{PAGE}/template.xlsx?lang=nl")
    pages = openpyxl.load_workbook(io.BytesIO(answer.content)).worksheets
    header = [str(cell.value) for cell in pages[0][1]]
    assert pages[1].max_row == len(header) + 1
    row = ["Gamma", "Contact", "gamma@example.org", *[""] * (len(header) - 3)]
    text = "\t".join(header) + "\n" + "\t".join(row) + "\n"
    where = sent(staff, world.call, text.encode()).headers["location"]
    assert staff.get(where).text.count(" selected>") == len(header)


# exports


def answers_of(session: Session, call_id: int) -> dict[str, dict[str, Any]]:
    session.rollback()
    query = (
        sa.select(col(Candidacy.local_government_id), col(CandidacySection.section), col(CandidacySection.answers))
        .join(Candidacy, col(Candidacy.id) == col(CandidacySection.candidacy_id))
        .where(col(Candidacy.call_id) == call_id)
    )
    return {f"{row[0]} {row[1]}": dict(row[2]) for row in session.execute(query)}


def exported(session: Session, world: World, actor: Actor, **named: Any) -> bytes:  # noqa: ANN401
    wanted = Wanted(number(world.call), number(world.programme), **{"what": "answers", "format": "xlsx", **named})
    with transaction(session):
        return export(session, wanted, locale="nl", actor=actor, now=NOW)


@pytest.mark.parametrize("sheet", [0, 1], ids=["in words", "in codes"])
def test_what_is_exported_can_be_imported_into_another_call(session: Session, world: World, sheet: int) -> None:
    with transaction(session):
        titles = {"title_nl": "Titel", "title_fr": "Titre", "title_en": "Title"}
        for position, code in enumerate(("youth", "water")):
            session.add(PolicyField(code=code, position=position, **{**titles, "title_nl": f"Domein; {code}"}))
        session.add(Goal(number=16, pillar="peace", **titles))
    submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
    staff = actor_of(session, world.vvsg_staff)
    content = exported(session, world, staff)
    with transaction(session):
        programme = factories.programme(session, "next")
        factories.track(session, programme, "rwanda", of_association=world.ralga)
        other = factories.call(session, programme, opens_at=NOW - timedelta(days=400))
    file = candidacy_imports.examine("answers.xlsx", content)
    with transaction(session):
        of = number(other), number(programme)
        made = candidacy_imports.receive(session, *of, file, actor=staff, now=NOW)
        found = existing(session, made)
        table = candidacy_imports.table_of(session, found, file.table.sheets[sheet])
        guessed = candidacy_imports.guessed(session, number(programme), table)
        candidacy_imports.choose(session, made, {**guessed, "sheet": table.sheet, AS: SUBMITTED})
    assert run(session, existing(session, made), world) == 1
    assert answers_of(session, number(other)) == answers_of(session, number(world.call))
    assert answers_of(session, number(other))[f"{world.alfa.id} theme"] == COMPLETE[Section.THEME]


def test_drafts_and_conflicts_are_left_out_and_the_look_is_logged(session: Session, world: World) -> None:
    submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
    fill(session, world.candidacy_of_beta)
    staff = actor_of(session, world.vvsg_staff)
    assert b"Beta" not in exported(session, world, staff, format="csv")
    both_rows = exported(session, world, staff, format="csv", drafts=True).decode()
    assert "SDG-BBBBBB" in both_rows
    assert both_rows.count("Alderman of Alfa") == 2
    with transaction(session):
        declare(session, world.candidacy_of_alfa, world.vvsg_staff)
    left_out = exported(session, world, staff, format="csv").decode()
    assert "SDG-AAAAAA" in left_out
    assert "belangenconflict" in left_out
    assert "Alderman of Alfa" not in left_out
    assert "contact" not in left_out.lower().partition("sdg-aaaaaa")[2]
    details = session.scalars(sa.select(col(Event.details)).where(col(Event.verb) == "candidacies.exported")).all()
    assert [(one["what"], one["count"]) for one in details] == [("answers", 1), ("answers", 2), ("answers", 1)]


def test_assessments_have_all_finished_scores_and_a_ranking(session: Session, world: World) -> None:
    submitted(session, world.candidacy_of_alfa, actor_of(session, world.candidate_of_a))
    staff = actor_of(session, world.vvsg_staff)
    with transaction(session):
        alfa = world.candidacy_of_alfa
        scored(session, give(session, alfa, world.ralga_staff), 4)
        scored(session, give(session, alfa, world.ancb_staff), 2, finished_at=None)
    text = exported(session, world, staff, what="assessments", format="csv").decode()
    assert "Officer of RALGA,4,Because of exchange." in text
    assert "Officer of ANCB,,," in text
    pages = openpyxl.load_workbook(io.BytesIO(exported(session, world, staff, what="assessments"))).worksheets
    ranked = [cell.value for cell in pages[1][2]]
    assert ranked[:4] == [1, "SDG-AAAAAA", "Alfa", "Traject rwanda"]
    assert ranked[5:7] == [1, 4]
    with transaction(session):
        own = give(session, world.candidacy_of_alfa, world.vvsg_staff)
    waiting = exported(session, world, staff, what="assessments", format="csv").decode()
    assert "eigen scores" in waiting
    assert "Because of" not in waiting
    with transaction(session):
        declare(session, world.candidacy_of_alfa, world.vvsg_staff)
    blocked = exported(session, world, staff, what="assessments", format="csv").decode()
    assert own.id is not None
    assert "belangenconflict" in blocked
    assert "Traject" not in blocked


def test_the_export_pages_give_files_and_refuse_nonsense(staff: TestClient, session: Session) -> None:
    for what in ("answers", "assessments"):
        for kind in ("csv", "xlsx"):
            answer = staff.get(f"/staff/candidacies/export/file?what={what}&format={kind}&drafts=yes&lang=en")
            assert answer.status_code == 200
            assert f"{what}.{kind}" in answer.headers["content-disposition"]
    assert staff.get("/staff/candidacies/export/file?what=people").status_code == 404
    verbs = session.scalars(sa.select(col(Event.verb)).where(col(Event.subject_kind) == "call")).all()
    assert verbs == ["candidacies.exported"] * 4


def test_others_than_staff_find_nothing(client: TestClient, app: FastAPI, world: World) -> None:
    sign_in(client, app, world.candidate_of_a)
    for path in (PAGE, f"{PAGE}/1", f"{PAGE}/template.xlsx", "/staff/candidacies/export/file?what=answers"):
        assert client.get(path).status_code in (403, 404)

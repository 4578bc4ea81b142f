"""Staff edit the form: every edit, every refusal, two editors, three languages; what was submitted stays as it was."""

import re
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.candidacy_answers import fields_to_fill_in
from app.domain.candidacy_form import CandidacyForm, FormSection, Option, Question
from app.domain.codes import CandidacyState, QuestionKind, Section
from app.domain.form_edits import QuestionEdit
from app.domain.form_rules import FIELDS, FormCodeTwice, FormKindReserved
from app.domain.texts import Words
from app.language.catalogues import LOCALES
from app.models import Candidacy, Event, PartnerProfile, PolicyField
from app.models.database import transaction
from app.queries.candidacy_form import form_history, form_of
from app.services import candidacy_form as forms
from app.services import form_editor as editor
from app.services.candidacy_form import FormEdited, FormSettingAltered, NothingToPublish, WorkingCopy
from app.services.form_editor import FormEdit
from tests.factories import NOW, number
from tests.integration.candidacy_kit import COMPLETE, actor_of, fill, session_on
from tests.pages import Page, check, get
from tests.personas import World, build_world, sign_in

HOME = "/staff/programme/test/form"
MOTIVATION = f"{HOME}/sections/motivation"
YOUTH = {"title_nl": "Jeugdraad?", "title_fr": "Conseil des jeunes ?", "title_en": "Youth council?"}


@pytest.fixture
def staff(client: TestClient, app: FastAPI, world: World) -> TestClient:
    """The programme officer's browser."""
    return sign_in(client, app, world.vvsg_staff)


@pytest.fixture
def fields(session: Session) -> None:
    """Three policy fields."""
    with transaction(session):
        for position, (code, title) in enumerate([("youth", "Jeugd"), ("water", "Water"), ("sport", "Sport")]):
            session.add(PolicyField(code=code, position=position, title_nl=title, title_fr=title, title_en=title))


def copy_of(session: Session, world: World) -> WorkingCopy:
    session.rollback()  # what was read before the page saved is old
    return forms.working_copy(session, number(world.programme))


def question_of(session: Session, world: World, code: str) -> Question:
    found = copy_of(session, world).form.question(code)
    assert found is not None
    return found


def part_of(session: Session, world: World, section: Section) -> FormSection:
    found = copy_of(session, world).form.part(section)
    assert found is not None
    return found


def edit(session: Session, world: World) -> FormEdit:
    copy = copy_of(session, world)
    session.rollback()
    return FormEdit(number(world.programme), copy.edit, actor_of(session, world.vvsg_staff), NOW)


def send(staff: TestClient, path: str, status: int = 303, /, **values: Any) -> Page:  # noqa: ANN401 - fields
    """Send a form with the number of the last save that its page shows, unless ``edit`` is given."""
    data = {"edit": edit_number(staff), "form_key": "key-12345", **values}
    answer = staff.post(path, data={name: str(value) for name, value in data.items()})
    assert answer.status_code == status, re.sub(r"<[^>]+>", " ", answer.text)[:2000]
    if status != 303:
        check(answer.text, path)
    return Page(answer.status_code, answer.text, None)


def edit_number(staff: TestClient) -> int:
    found = re.search(r'name="edit" value="(\d+)"', staff.get(f"{MOTIVATION}?lang=en").text)
    assert found is not None
    return int(found.group(1))


def verbs(session: Session) -> list[str]:
    session.rollback()
    query = sa.select(col(Event.verb)).where(col(Event.verb).startswith("form.")).order_by(col(Event.id))
    return list(session.execute(query).scalars())


def test_a_question_of_ones_own_is_added_and_asked_after_publishing(
    staff: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    send(staff, f"{MOTIVATION}/questions", kind="long_text", word_limit=120, required="yes", **YOUTH)
    added = question_of(session, world, "own_youth_council")
    expected = Words("Jeugdraad?", "Conseil des jeunes ?", "Youth council?")
    assert added == Question("own_youth_council", QuestionKind.LONG_TEXT, expected, required=True, word_limit=120)
    page = get(staff, f"{HOME}?lang=en", heavy=True).text()
    assert "Candidates do not see these changes yet" in page
    assert "New question: Youth council?" in page
    send(staff, f"{HOME}/publication", note="More about young people")
    session.rollback()
    assert form_of(session, number(world.programme)).version == 2
    assert "More about young people" in get(staff, f"{HOME}?lang=en", heavy=True).text()
    sign_in(staff, app, world.candidate_of_a)
    shown = {"nl": "Jeugdraad?", "fr": "Conseil des jeunes ?", "en": "Youth council?"}
    for locale, title in shown.items():
        assert title in get(staff, f"/candidacies/SDG-AAAAAA/motivation?lang={locale}").text()
    assert verbs(session) == ["form.question_added", "form.published"]


def test_the_words_and_limit_of_a_question_are_changed(staff: TestClient, world: World, session: Session) -> None:
    send(staff, f"{HOME}/questions/exchange", required="no", word_limit=150, help_nl="Kort.", **YOUTH)
    found = question_of(session, world, "exchange")
    assert (found.title.fr, found.help, found.required, found.word_limit) == (
        "Conseil des jeunes ?",
        Words("Kort."),
        False,
        150,
    )
    assert found.kind is QuestionKind.LONG_TEXT
    page = get(staff, f"{MOTIVATION}?lang=en", heavy=True).text()
    assert "Missing: French, English" in page


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title_nl": ""}, "Something is not right yet"),
        ({"word_limit": "2001"}, "2,000 or less"),
        ({"word_limit": "many"}, "whole number"),
        ({"title_fr": "x" * 301}, "300"),
        ({"required": "perhaps"}, "Choose"),
    ],
)
def test_a_question_of_the_wrong_shape_stays_on_the_page(
    staff: TestClient, world: World, session: Session, values: dict[str, str], sentence: str
) -> None:
    page = send(staff, f"{HOME}/questions/exchange?lang=en", 422, **{**YOUTH, "help_en": "Typed help", **values})
    assert sentence in page.text()
    assert "Typed help" in page.html
    assert not copy_of(session, world).is_changed


def test_options_are_added_moved_renamed_and_removed_without_javascript(
    staff: TestClient, world: World, session: Session
) -> None:
    send(staff, f"{MOTIVATION}/questions", kind="one_of", **YOUTH)
    path = f"{HOME}/questions/own_youth_council"
    rows = {"option_1_nl": "Ja", "option_2_nl": "Neen", "option_3_nl": "Weet niet"}
    send(staff, path, then="more", **YOUTH, **rows)
    codes = {"option_1_code": "ja", "option_2_code": "neen", "option_3_code": "weet_niet"}
    send(staff, path, then="up:3", **YOUTH, **rows, **codes)
    moved = ["option_1_nl", "option_2_nl", "option_3_nl"]
    assert [one.code for one in question_of(session, world, "own_youth_council").options] == ["ja", "weet_niet", "neen"]
    renamed = {"option_1_nl": "Zeker", "option_2_nl": "Weet niet", "option_3_nl": "Neen"}
    codes = {"option_1_code": "ja", "option_2_code": "weet_niet", "option_3_code": "neen"}
    assert list(renamed) == moved
    send(staff, path, then="remove:3", **YOUTH, **renamed, **codes)
    assert question_of(session, world, "own_youth_council").options == (
        Option("ja", Words("Zeker")),
        Option("weet_niet", Words("Weet niet")),
    )


def test_an_option_never_takes_the_code_of_one_that_was_answered(
    staff: TestClient, world: World, session: Session
) -> None:
    wanted = QuestionEdit(Words("Kies"), options=(Option("", Words("Ja")), Option("", Words("Neen"))))
    with transaction(session):
        code = editor.add_question(session, edit(session, world), Section.MOTIVATION, QuestionKind.ONE_OF, wanted)
    send(staff, f"{HOME}/publication")
    rows = {"option_1_nl": "Ja", "option_1_code": "", "option_2_nl": "Neen", "option_2_code": "neen"}
    send(staff, f"{HOME}/questions/{code}", title_nl="Kies", **rows)
    assert [one.code for one in question_of(session, world, code).options] == ["ja_2", "neen"]
    rows = {"option_1_nl": "Ja", "option_1_code": "neen", "option_2_nl": "Neen", "option_2_code": "neen"}
    send(staff, f"{HOME}/questions/{code}", title_nl="Kies", **rows)
    assert [one.code for one in question_of(session, world, code).options] == ["neen", "neen_2"]


def test_an_option_needs_dutch_words(staff: TestClient, world: World, session: Session) -> None:
    send(staff, f"{MOTIVATION}/questions", kind="several_of", **YOUTH)
    path = f"{HOME}/questions/own_youth_council?lang=en"
    page = send(staff, path, 422, **YOUTH, option_1_fr="Oui", option_2_nl="x" * 201)
    assert 'href="#option_1_nl"' in page.html
    assert 'href="#option_2_nl"' in page.html
    assert question_of(session, world, "own_youth_council").options == ()


def test_a_question_moves_goes_and_comes_back_to_its_place(staff: TestClient, world: World, session: Session) -> None:
    place = f"{HOME}/questions/openness/place"
    send(staff, place, then="up")
    assert part_of(session, world, Section.MOTIVATION).codes == ("openness", "exchange")
    send(staff, place, then="down")
    send(staff, place, then="remove")
    page = get(staff, f"{MOTIVATION}?lang=en", heavy=True).text()
    assert "Not asked any more" in page
    send(staff, place, then="return")
    assert part_of(session, world, Section.MOTIVATION).codes == ("exchange", "openness")
    assert not copy_of(session, world).is_changed
    assert verbs(session) == ["form.question_moved"] * 2 + ["form.question_removed", "form.question_returned"]


@pytest.mark.parametrize(
    ("code", "then", "sentence"),
    [
        ("tracks", "remove", "The pairing needs this question"),
        ("has_links", "remove", "“With whom, and since when?” is only asked after an answer to this question"),
        ("exchange", "up", "The question stands at that end already"),
    ],
)
def test_a_question_that_is_needed_stays_and_the_page_says_why(
    staff: TestClient, world: World, session: Session, code: str, then: str, sentence: str
) -> None:
    page = send(staff, f"{HOME}/questions/{code}/place?lang=en", 422, then=then)
    assert sentence in page.text()
    assert not copy_of(session, world).is_changed


def test_the_words_of_a_part_are_changed(staff: TestClient, world: World, session: Session) -> None:
    send(staff, MOTIVATION, title_nl="Waarom", title_fr="Pourquoi", intro_nl="Vertel.")
    part = part_of(session, world, Section.MOTIVATION)
    assert (part.title, part.intro) == (Words("Waarom", "Pourquoi"), Words("Vertel."))
    page = send(staff, f"{MOTIVATION}?lang=en", 422, title_nl="", intro_nl="Kept words")
    assert "Kept words" in page.html


def test_a_part_is_left_out_and_used_again(staff: TestClient, world: World, session: Session) -> None:
    send(staff, f"{HOME}/sections/city_links/use", then="leave")
    assert Section.CITY_LINKS not in copy_of(session, world).form.order
    assert staff.get(f"{HOME}/sections/city_links").status_code == 404
    assert staff.get(f"{HOME}/preview/city_links").status_code == 404
    assert "Not used in this call" in get(staff, f"{HOME}?lang=en", heavy=True).text()
    send(staff, f"{HOME}/publication")
    send(staff, f"{HOME}/sections/city_links/use", then="use")
    assert copy_of(session, world).form.order == tuple(Section)
    page = send(staff, f"{HOME}/sections/theme/use?lang=en", 422, then="leave")
    assert "The pairing needs this question" in page.text()


@pytest.mark.usefixtures("fields")
def test_policy_fields_are_edited_and_who_chose_one_is_counted(
    staff: TestClient, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa)
    with transaction(session):
        session.add(
            PartnerProfile(
                track_id=number(world.rwanda),
                local_government_id=number(world.karongi),
                answers={"challenges": {"youth": {"priority": 1}}},
                updated_at=NOW,
            )
        )
    rows = {"option_1_nl": "Waterbeheer", "option_1_code": "water", "option_2_nl": "Sport", "option_2_code": "sport"}
    send(staff, f"{HOME}/fields", **rows, option_3_nl="Jeugd", option_3_en="Youth")
    copy = copy_of(session, world)
    assert copy.form.lists[FIELDS] == (
        Option("water", Words("Waterbeheer")),
        Option("sport", Words("Sport")),
        Option("youth_2", Words("Jeugd", "", "Youth")),
    )
    assert "Jeugd: 1 open drafts, 1 partner profiles" in get(staff, f"{HOME}/fields?lang=en", heavy=True).text()
    send(staff, f"{HOME}/fields", then="down:1", **rows)
    assert copy_of(session, world).form.codes_of(FIELDS) == ("sport", "water")
    page = send(staff, f"{HOME}/fields?lang=en", 422, option_1_fr="Sans néerlandais")
    assert "Sans néerlandais" in page.html


def test_publishing_says_what_changes_for_how_many_and_what_is_in_the_way(
    staff: TestClient, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa)
    assert "There is nothing to publish" in get(staff, f"{HOME}/publication?lang=en", heavy=True).text()
    send(staff, f"{HOME}/publication", 422)
    send(staff, f"{HOME}/questions/openness/place", then="remove")
    send(staff, f"{MOTIVATION}/questions", kind="one_of", **YOUTH)
    shown = get(staff, f"{HOME}/publication?lang=en", heavy=True)
    words = shown.text()
    assert "No longer asked: What are you ready to do differently?" in words
    assert "2 open drafts go on with this version." in words
    assert "What are you ready to do differently?: answered in one draft" in words
    assert "Give at least two answers to choose from." in words
    assert f'href="{HOME}/questions/own_youth_council"' in shown.html
    assert "Publish this version" not in words
    refused = send(staff, f"{HOME}/publication?lang=en", 422)
    assert "Give at least two answers to choose from." in refused.text()
    assert form_of(session, number(world.programme)).version == 1


def test_of_two_editors_the_second_keeps_what_was_typed(staff: TestClient, world: World, session: Session) -> None:
    old = edit_number(staff)
    send(staff, f"{HOME}/questions/exchange", title_nl="Van de eerste", title_en="Of the first")
    page = send(staff, f"{HOME}/questions/exchange?lang=en", 409, edit=old, title_nl="Van de tweede", help_nl="Hulp")
    words = page.text()
    assert "Somebody else" in words
    assert "Van de eerste" in words
    assert 'value="Van de tweede"' in page.html or ">\nVan de tweede</textarea>" in page.html
    assert question_of(session, world, "exchange").title.nl == "Van de eerste"
    now = re.search(r'name="edit" value="(\d+)"', page.html)
    assert now is not None
    send(staff, f"{HOME}/questions/exchange", edit=int(now.group(1)), title_nl="Van de tweede")
    assert question_of(session, world, "exchange").title.nl == "Van de tweede"
    for path in (MOTIVATION, f"{HOME}/fields", f"{HOME}/publication", f"{HOME}/discarding"):
        send(staff, path, 409, edit=old, title_nl="x")
    send(staff, f"{HOME}/sections/city_links/use", 409, edit=old, then="leave")
    send(staff, f"{HOME}/questions/openness/place", 409, edit=old, then="up")
    send(staff, f"{MOTIVATION}/questions", 409, edit=old, kind="text", title_nl="x")


def test_a_number_of_a_copy_that_is_gone_is_never_that_of_another(
    staff: TestClient, world: World, session: Session
) -> None:
    send(staff, MOTIVATION, title_nl="Eerste")
    old = edit_number(staff)
    send(staff, f"{HOME}/discarding")
    assert not copy_of(session, world).is_changed
    send(staff, MOTIVATION, title_nl="Tweede")
    assert edit_number(staff) != old
    send(staff, f"{HOME}/publication", 409, edit=old)


def test_changes_are_discarded_after_a_question(staff: TestClient, world: World, session: Session) -> None:
    assert "There is nothing to discard" in get(staff, f"{HOME}/discarding?lang=en", heavy=True).text()
    send(staff, f"{HOME}/discarding", 422)
    send(staff, MOTIVATION, title_nl="Anders")
    assert "These changes are lost" in get(staff, f"{HOME}/discarding?lang=en", heavy=True).text()
    send(staff, f"{HOME}/discarding")
    assert part_of(session, world, Section.MOTIVATION).title.nl == "Motivatie"
    assert verbs(session) == ["form.section_changed", "form.discarded"]


def test_a_form_that_is_sent_twice_does_nothing_twice(staff: TestClient, world: World, session: Session) -> None:
    data = {"edit": "0", "form_key": "key-12345", "kind": "text", **YOUTH}
    first, second = (staff.post(f"{MOTIVATION}/questions", data=data) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.headers["location"] == second.headers["location"]
    assert [one.code for one in copy_of(session, world).form.questions() if one.is_own] == ["own_youth_council"]
    same = {"title_nl": "Motivatie", "title_fr": "Motivation", "title_en": "Motivation"}
    before = edit_number(staff)
    send(staff, MOTIVATION, **same)
    assert edit_number(staff) == before


def test_nobody_but_staff_edits_the_form(client: TestClient, app: FastAPI, world: World) -> None:
    for person in (world.candidate_of_a, world.ralga_staff, world.auditor, world.karongi_coordinator):
        sign_in(client, app, person)
        assert client.get(HOME).status_code in (403, 404)
        assert client.post(f"{HOME}/publication", data={"edit": "0"}).status_code in (403, 404)


@pytest.mark.parametrize(
    "path",
    [
        "/staff/programme/nothing/form",
        f"{HOME}/sections/nothing",
        f"{HOME}/questions/nothing",
        f"{HOME}/versions/1",
        f"{HOME}/versions/99",
        f"{HOME}/preview/nothing",
    ],
)
def test_what_is_not_there_has_no_page(staff: TestClient, path: str) -> None:
    assert staff.get(path).status_code == 404
    assert staff.post(f"{HOME}/questions/nothing/place", data={"then": "up"}).status_code == 404


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("section", Section)
@pytest.mark.usefixtures("fields")
def test_the_preview_asks_what_the_candidate_is_asked(
    staff: TestClient, app: FastAPI, world: World, section: Section, locale: str
) -> None:
    page = get(staff, f"{HOME}/preview/{section}?seen_in={locale}").html
    assert "<form" not in page[page.index("<main") : page.index("</main>")]
    assert f'<html lang="{locale}"' in page
    sign_in(staff, app, world.candidate_of_b)
    theirs = get(staff, f"/candidacies/SDG-BBBBBB/{section}?lang={locale}").html
    asked = re.findall(r'<(?:label|legend)[^>]*class="[^"]*label[^"]*"[^>]*>(.*?)</', theirs, re.DOTALL)
    assert asked
    assert asked == re.findall(r'<(?:label|legend)[^>]*class="[^"]*label[^"]*"[^>]*>(.*?)</', page, re.DOTALL)


def test_the_preview_leaves_the_language_of_its_reader_alone(staff: TestClient) -> None:
    get(staff, f"{HOME}?lang=en", heavy=True)
    get(staff, f"{HOME}/preview/theme?seen_in=fr")
    assert '<html lang="en"' in get(staff, HOME, heavy=True).html


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "path",
    [
        "",
        "/sections/theme",
        "/sections/motivation/questions",
        "/questions/tracks",
        "/questions/own_youth_council",
        "/fields",
        "/publication",
        "/discarding",
        "/versions/1",
        "/versions/2",
    ],
)
@pytest.mark.usefixtures("fields")
def test_every_page_of_the_editor_is_sound_in_every_language(
    staff: TestClient, world: World, session: Session, path: str, locale: str
) -> None:
    wanted = QuestionEdit(Words("Jeugdraad?", "", "Youth council?"), options=_two())
    with transaction(session):
        editor.add_question(session, edit(session, world), Section.MOTIVATION, QuestionKind.ONE_OF, wanted)
    with transaction(session):
        at = edit(session, world)
        forms.publish(session, at.programme_id, edit=at.edit, note="", actor=at.actor, now=NOW)
    with transaction(session):
        editor.remove_question(session, edit(session, world), "exchange")
    get(staff, f"{HOME}{path}?lang={locale}", heavy=True)


def _two() -> tuple[Option, Option]:
    return Option("", Words("Ja")), Option("", Words("Neen"))


@pytest.mark.usefixtures("fields")
def test_what_was_submitted_is_shown_word_for_word_after_the_form_changed(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    wanted = QuestionEdit(Words("Jeugdraad?", "", "Youth council?"), options=_two())
    with transaction(session):
        code = editor.add_question(session, edit(session, world), Section.MOTIVATION, QuestionKind.ONE_OF, wanted)
    _publish(session, world)
    fill(
        session, world.candidacy_of_alfa, {**COMPLETE, Section.MOTIVATION: {**COMPLETE[Section.MOTIVATION], code: "ja"}}
    )
    sign_in(client, app, world.candidate_of_a)
    assert client.post("/candidacies/SDG-AAAAAA/submission", data={"form_key": "key-12345"}).status_code == 303
    session.rollback()
    candidate = _answers(client, "/candidacies/SDG-AAAAAA/check")
    sign_in(client, app, world.vvsg_staff)
    team = _answers(client, "/staff/candidacies/SDG-AAAAAA")
    assert "Youth council?" in team
    assert "Jeugd. Youth council" in team
    _change_everything(session, world, code)
    assert _answers(client, "/staff/candidacies/SDG-AAAAAA") == team
    sign_in(client, app, world.candidate_of_a)
    assert _answers(client, "/candidacies/SDG-AAAAAA/check") == candidate


def _answers(client: TestClient, path: str) -> str:
    """Give the questions and answers of a page."""
    html = client.get(f"{path}?lang=en").text
    found = re.findall(r'<dl class="summary-list">.*?</dl>', html, re.DOTALL)
    headings = re.findall(r"<h2[^>]*>(.*?)</h2>", html, re.DOTALL)
    assert len(found) >= 7
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", " ".join([*headings, *found[-7:]])))


def _publish(session: Session, world: World) -> None:
    with transaction(session):
        at = edit(session, world)
        forms.publish(session, at.programme_id, edit=at.edit, note="", actor=at.actor, now=NOW)


def _change_everything(session: Session, world: World, code: str) -> None:
    other = Words("Iets anders", "Autre chose", "Something else")
    with transaction(session):
        editor.save_question(session, edit(session, world), "exchange", QuestionEdit(other, word_limit=5))
    with transaction(session):
        options = (Option("ja", other), Option("neen", other))
        editor.save_question(session, edit(session, world), code, QuestionEdit(other, options=options))
    with transaction(session):
        editor.save_fields(session, edit(session, world), [Option("youth", other)])
    with transaction(session):
        editor.leave_out_section(session, edit(session, world), Section.PROMISES)
    _publish(session, world)


def test_a_question_that_comes_back_shows_what_was_answered(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa)
    with transaction(session):
        editor.remove_question(session, edit(session, world), "openness")
    _publish(session, world)
    sign_in(client, app, world.candidate_of_a)
    data = {"exchange": "In turn, always.", "version": "1", "form_version": "2", "form_key": "key-12345"}
    assert client.post("/candidacies/SDG-AAAAAA/motivation", data=data).status_code == 303
    with transaction(session):
        editor.return_question(session, edit(session, world), "openness")
    _publish(session, world)
    assert "Much." in get(client, "/candidacies/SDG-AAAAAA/motivation").html


@pytest.mark.usefixtures("fields")
def test_a_policy_field_that_is_gone_does_not_count_as_an_answer(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa)
    with transaction(session):
        editor.save_fields(session, edit(session, world), [Option("water", Words("Water"))])
    _publish(session, world)
    sign_in(client, app, world.candidate_of_a)
    answer = client.post("/candidacies/SDG-AAAAAA/submission?lang=en", data={"form_key": "key-12345"})
    assert answer.status_code == 422


def test_no_door_lets_a_form_in_that_would_change_the_meaning_of_answers(session: Session, world: World) -> None:
    copy = copy_of(session, world)

    def save(form: CandidacyForm) -> None:
        with transaction(session):
            editor.replace_form(session, edit(session, world), form)

    foreign = Question("surprise", QuestionKind.TRACKS, Words("x"))
    with pytest.raises(FormKindReserved):
        save(
            replace(copy.form, sections=(replace(copy.form.sections[0], questions=(foreign,)), *copy.form.sections[1:]))
        )
    with pytest.raises(FormCodeTwice):
        save(replace(copy.form, sections=(*copy.form.sections, copy.form.sections[0])))
    at = edit(session, world)
    with pytest.raises(FormSettingAltered), transaction(session):
        forms.save_copy(
            session, at.programme_id, copy.form.with_lists({"promises": ()}), edit=at.edit, actor=at.actor, now=NOW
        )
    with pytest.raises(FormEdited), transaction(session):
        editor.replace_form(session, replace(at, edit=99), copy.form)
    with pytest.raises(NothingToPublish), transaction(session):
        forms.publish(session, at.programme_id, edit=at.edit, note="", actor=at.actor, now=NOW)


def test_the_past_of_a_form_is_its_published_versions_and_the_reference_form(session: Session, world: World) -> None:
    with transaction(session):
        editor.remove_question(session, edit(session, world), "openness")
    assert len(form_history(session, number(world.programme))) == 2
    _publish(session, world)
    newest, first, reference = form_history(session, number(world.programme))
    assert newest.question("openness") is None
    assert first.question("openness") is not None
    assert reference.lists == {}


def test_a_candidacy_that_was_returned_keeps_its_form(
    client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    fill(session, world.candidacy_of_alfa)
    with transaction(session):
        forms.keep_first(session, number(world.programme), now=NOW)
        session.execute(
            sa.update(Candidacy)
            .where(col(Candidacy.id) == world.candidacy_of_alfa.id)
            .values(state=CandidacyState.RETURNED, form_version=1, submitted_at=NOW)
        )
    with transaction(session):
        editor.remove_question(session, edit(session, world), "openness")
    _publish(session, world)
    sign_in(client, app, world.candidate_of_a)
    assert "Much." in get(client, "/candidacies/SDG-AAAAAA/check").text()


def test_the_form_of_the_small_world_asks_for_at_most_25_fields(session: Session, world: World) -> None:
    assert fields_to_fill_in(form_of(session, number(world.programme)).form) <= 25


def test_edits_are_stored_alike_on_both_engines(both_engines: sa.Engine) -> None:
    with session_on(both_engines) as session:
        world = build_world(session)
        with transaction(session):
            editor.remove_question(session, edit(session, world), "openness")
        with transaction(session):
            editor.leave_out_section(session, edit(session, world), Section.CITY_LINKS)
        _publish(session, world)
        with transaction(session):
            editor.return_question(session, edit(session, world), "openness")
        with transaction(session):
            at = edit(session, world)
            forms.discard_copy(session, at.programme_id, edit=at.edit, actor=at.actor, now=NOW)
        copy = copy_of(session, world)
    assert copy.base.version == 2
    assert copy.form.question("openness") is None
    assert copy.form.order == tuple(Section)[:-1]

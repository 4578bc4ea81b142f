"""What was confirmed is what is stored, whatever was typed; and what was refused leaves what was there.

``make generated EXAMPLES=10000`` types as much for each form; the tests type a little.
"""

from collections.abc import Mapping
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.assessment import HIGHEST_SCORE, NOTE_LIMIT, REASON_LIMIT, Given
from app.domain.candidacy_answers import LONGEST
from app.domain.codes import QuestionKind, Section
from app.domain.decisions import OPENING_LIMIT
from app.domain.decisions import REASON_LIMIT as DECISION_REASON_LIMIT
from app.language.reference_form import reference_form
from app.models import Decision, DiscussionNote
from app.models.database import transaction
from app.queries.candidacies import section_of
from app.queries.readings import notes_of, scores_of
from app.web.forms import clean_text
from tests.factories import number
from tests.integration import decision_kit
from tests.integration.assessment_kit import CRITERIA, give, scored
from tests.integration.decision_kit import Assessed, propose
from tests.integration.generated_forms import MANY, ODD
from tests.personas import World, sign_in

pytestmark = pytest.mark.xdist_group("generated")
assessed = decision_kit.assessed
PLAIN = st.text(st.characters(codec="utf-8"), max_size=60)
LONG = st.integers(200, 4_100).map("é".__mul__)
TEXTS = st.one_of(PLAIN, LONG, st.sampled_from(ODD), st.integers(-5, 3000).map(str))
RIGHT_POINTS = tuple(map(str, ("", *range(HIGHEST_SCORE + 1))))
POINTS = st.one_of(st.sampled_from(RIGHT_POINTS), st.sampled_from(RIGHT_POINTS), TEXTS)


def is_said(stored: str, typed: str) -> bool:
    """Tell whether what is stored is what was typed, but for the space around it."""
    whole = clean_text(typed)
    return stored in whole and stored.strip() == whole.strip()


def fits(typed: str, limit: int) -> bool:
    """Tell whether a text is as short as it must be."""
    return len(clean_text(typed)) <= limit


def texts_of(section: Section) -> list[str]:
    part = reference_form().part(section)
    assert part is not None
    return [one.code for one in part.questions if one.kind in (QuestionKind.TEXT, QuestionKind.LONG_TEXT)]


@pytest.mark.parametrize("section", [section for section in Section if texts_of(section)])
def test_what_was_confirmed_is_what_is_stored(
    section: Section, client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    sign_in(client, app, world.candidate_of_a)
    candidacy_id = number(world.candidacy_of_alfa)
    fields = st.fixed_dictionaries(dict.fromkeys(texts_of(section), st.one_of(TEXTS, st.text(max_size=400))))

    def stored() -> tuple[int, dict[str, Any]]:
        session.rollback()
        found = section_of(session, candidacy_id, section)
        return (found.version, dict(found.answers)) if found else (0, {})

    @MANY
    @given(fields)
    def save(typed: dict[str, str]) -> None:
        version, before = stored()
        answer = client.post(f"/candidacies/SDG-AAAAAA/{section}", data={**typed, "version": str(version)})
        _, after = stored()
        kinds = {one.code: one.kind for one in reference_form().questions()}
        clean = {name: clean_text(text).strip() for name, text in typed.items()}
        fits = {name: len(text) <= LONGEST[kinds[name]] for name, text in clean.items()}
        assert answer.status_code == (303 if all(fits.values()) else 422)
        for name, text in clean.items():
            assert after[name] == (text if fits[name] else before.get(name, ""))

    save()


def test_scores_are_stored_as_they_were_confirmed(
    client: TestClient, app: FastAPI, assessed: Assessed, session: Session
) -> None:
    sign_in(client, app, assessed.world.auditor)
    with transaction(session):
        reading = number(give(session, assessed.candidacies["alfa"], assessed.world.auditor))
    edits = [0]

    def stored() -> Mapping[str, Given]:
        session.rollback()
        return scores_of(session, [reading]).get(reading, {})

    @MANY
    @given(st.fixed_dictionaries({code: st.tuples(POINTS, TEXTS) for code in CRITERIA}))
    def save(typed: dict[str, tuple[str, str]]) -> None:
        before = stored()
        data = {f"points_{code}": points for code, (points, _) in typed.items()}
        data |= {f"reason_{code}": reason for code, (_, reason) in typed.items()}
        answer = client.post("/assessments/SDG-AAAAAA", data={**data, "edit": str(edits[-1])})
        after = stored()
        if answer.status_code == 303:
            for code, (points, reason) in typed.items():
                assert after.get(code, Given()).points == (int(points) if clean_text(points).strip() else None)
                assert is_said(after.get(code, Given()).reason, reason)
            edits.append(edits[-1] + (after != before))
        else:
            right = (points in RIGHT_POINTS and fits(reason, REASON_LIMIT) for points, reason in typed.values())
            assert (answer.status_code, after) == (422, before)
            assert not all(right)

    save()
    assert len(edits) > 1


def test_notes_are_stored_as_they_were_confirmed(
    client: TestClient, app: FastAPI, assessed: Assessed, session: Session
) -> None:
    sign_in(client, app, assessed.world.auditor)
    with transaction(session):
        scored(session, give(session, assessed.candidacies["alfa"], assessed.world.auditor), 3)

    @MANY
    @given(TEXTS)
    def add(typed: str) -> None:
        with transaction(session):
            session.execute(sa.delete(DiscussionNote))
        answer = client.post("/assessments/SDG-AAAAAA/notes", data={"text": typed})
        session.rollback()
        stored = [note.text for note in notes_of(session, assessed.id("alfa"))]
        if answer.status_code == 303:
            assert [is_said(text, typed) for text in stored] == [True]
        else:
            assert (answer.status_code, stored) == (422, [])
            assert not fits(typed, NOTE_LIMIT) or not clean_text(typed).strip()

    add()


def test_the_words_of_a_decision_are_stored_as_they_were_confirmed(
    client: TestClient, app: FastAPI, assessed: Assessed, session: Session
) -> None:
    sign_in(client, app, assessed.world.vvsg_staff)
    propose(session, assessed)
    limits = {"opening": OPENING_LIMIT} | {f"reason_{code}": DECISION_REASON_LIMIT for code in CRITERIA}

    def stored() -> tuple[int, dict[str, str]]:
        session.rollback()
        query = sa.select(Decision).where(col(Decision.candidacy_id) == assessed.id("alfa"))
        record = session.execute(query.execution_options(populate_existing=True)).scalar_one()
        return record.edit, {"opening": record.opening} | {
            f"reason_{code}": text for code, text in record.reasons.items()
        }

    @MANY
    @given(st.fixed_dictionaries(dict.fromkeys(limits, TEXTS)))
    def save(typed: dict[str, str]) -> None:
        before = stored()
        answer = client.post("/staff/decisions/SDG-AAAAAA", data={**typed, "edit": str(before[0])})
        after = stored()
        if answer.status_code == 303:
            assert all(is_said(after[1].get(name, ""), text) for name, text in typed.items())
        else:
            assert (answer.status_code, after) == (422, before)
            assert not all(fits(text, limits[name]) for name, text in typed.items())

    save()
    assert stored()[0] > 0

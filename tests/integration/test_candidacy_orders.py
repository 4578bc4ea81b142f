"""In no order of saves, retries and moves is a confirmed answer lost, or a state reached that no arrow leads to."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.candidacy import DECISIONS, TRANSITIONS
from app.domain.candidacy_form import OWN_PREFIX, CandidacyForm
from app.domain.candidacy_form import Question as FormQuestion
from app.domain.clarifications import Question
from app.domain.codes import CandidacyState, QuestionKind, Section
from app.domain.drafts import Incoming, Outcome
from app.domain.errors import DomainError
from app.domain.texts import Words
from app.models import CandidacySectionVersion, CandidacySubmission, PolicyField
from app.models.database import create_engine, transaction
from app.queries.candidacies import CandidacyRecord, own_candidacy, sections_of
from app.queries.candidacy_form import form_for
from app.services import candidacies, candidacy_form, clarifications
from tests.factories import NOW, number
from tests.integration.candidacy_kit import COMPLETE, actor_of
from tests.personas import build_world

SECTIONS = st.sampled_from(tuple(Section))
# Few, so that several pages show the same one.
TYPED = st.sampled_from((Section.MOTIVATION, Section.INVOLVEMENT))
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=20)
# What is drawn depends on all of the application's code: one round may not go everywhere.
MOST_ROUNDS = 6
EXTRA = FormQuestion(OWN_PREFIX + "extra", QuestionKind.LONG_TEXT, Words("Nog iets?"))


@dataclass
class OpenPage:
    """A section open in somebody's browser: what it knows, and the last save that it sent."""

    section: Section
    key: str
    version: int
    edit: int = 0
    last: Incoming | None = None


class Candidate(RuleBasedStateMachine):
    """One candidacy, its writers with several pages open, and the programme team."""

    template: ClassVar[Path]
    folder: ClassVar[Path]
    reached: ClassVar[set[CandidacyState]] = set()

    @initialize(state=st.sampled_from(tuple(CandidacyState)))
    def begin(self, state: CandidacyState) -> None:
        """Start from a fresh database, in any state."""
        file = self.folder / "orders.db"
        for old in self.folder.glob("orders.db*"):
            old.unlink()
        shutil.copy(self.template, file)
        self.engine = create_engine(f"sqlite:///{file}")
        self.session = Session(self.engine, expire_on_commit=False, info={"base_url": "http://testserver"})
        world = build_world(self.session)
        with transaction(self.session):
            for position, code in enumerate(("youth", "water")):
                titles = dict.fromkeys(("title_nl", "title_fr", "title_en"), code)
                self.session.add(PolicyField(code=code, position=position, **titles))
        self.candidate = actor_of(self.session, world.candidate_of_a)
        self.staff = actor_of(self.session, world.vvsg_staff)
        self.programme_id, self.id = number(world.programme), number(world.candidacy_of_alfa)
        self.closes_at: datetime = world.call.closes_at
        self.now = NOW
        self.pages: list[OpenPage] = []
        self.confirmed: dict[Section, dict[str, Any]] = {}
        self.ever: list[tuple[Section, dict[str, Any]]] = []
        self.submissions: list[dict[str, Any]] = []
        self.made_by: dict[Section, str] = {}
        self.go_to(state)

    def go_to(self, state: CandidacyState) -> None:
        """Bring the candidacy to a state, by what people do."""
        if state is not CandidacyState.DRAFT:
            self.fill_in_everything()
            self.submit()
        if state is CandidacyState.RETURNED:
            self.ask({Section.MOTIVATION}, 7)
        elif state is CandidacyState.WITHDRAWN:
            self.withdraw()
        elif state not in (CandidacyState.DRAFT, CandidacyState.SUBMITTED):
            self.move(CandidacyState.IN_ASSESSMENT, "")
        if state in DECISIONS:
            self.decide(state)

    def teardown(self) -> None:
        """Let go of the database."""
        if hasattr(self, "engine"):
            self.session.close()
            self.engine.dispose()

    def record(self) -> CandidacyRecord:
        """Read the candidacy as its writer does."""
        self.session.rollback()
        found = own_candidacy(self.session, self.candidate, "SDG-AAAAAA")
        assert found is not None
        return found

    def attempt(self, what: Callable[[CandidacyRecord], Any]) -> Any:  # noqa: ANN401 - whatever is done
        """Do something in a transaction; a refusal changes nothing, and a change of state is an arrow of the table."""
        before = self.record()
        result = None
        try:
            with transaction(self.session):
                result = what(before)
        except DomainError:
            assert self.record().state is before.state
        after = self.record().state
        self.reached.add(after)
        assert after is before.state or after in TRANSITIONS[before.state], (before.state, after)
        return result

    def save(self, page: OpenPage, incoming: Incoming, *, reply_lost: bool) -> None:
        """Send a save; what is confirmed is remembered, and the page learns of it unless the reply is lost."""
        page.last = incoming
        before = sections_of(self.session, self.record().id).get(page.section)
        saved = self.attempt(
            lambda found: candidacies.save_section(
                self.session,
                found,
                page.section,
                incoming,
                form=form_for(self.session, found),
                page_key=page.key,
                actor=self.candidate,
                now=self.now,
            )
        )
        if saved is None or saved.outcome is Outcome.CONFLICT:
            return
        if saved.outcome is Outcome.STORE:
            knew_it = incoming.version == (before.version if before else 0)
            assert knew_it or self.made_by.get(page.section) == page.key, "words of another page were replaced unseen"
            self.made_by[page.section] = page.key
            self.confirmed[page.section] = dict(incoming.answers)
            self.ever.append((page.section, dict(incoming.answers)))
        if not reply_lost:
            page.version = saved.stored.version

    def open_page(self, section: Section) -> OpenPage:
        """Open a section in another tab or browser."""
        stored = sections_of(self.session, self.record().id).get(section)
        self.pages.append(OpenPage(section, f"page-key-{len(self.pages)}", stored.version if stored else 0))
        return self.pages[-1]

    @rule(section=TYPED, which=st.integers(0, 2), text=TEXTS, script=st.booleans(), reply_lost=st.booleans())
    def type_something(self, section: Section, which: int, text: str, *, script: bool, reply_lost: bool) -> None:
        """Type in one of three pages, with a script that numbers its saves or without."""
        pages = [page for page in self.pages if page.section is section][-3:]
        page = pages[which] if which < len(pages) else self.open_page(section)
        page.edit += 1
        answers = {**COMPLETE[page.section], "unasked": text}
        self.save(page, Incoming(answers, page.version, page.edit if script else 0), reply_lost=reply_lost)

    @precondition(lambda self: any(page.last for page in self.pages))
    @rule(which=st.integers(0, 3))
    def send_again(self, which: int) -> None:
        """Send the last save of a page once more: a retry, or a double click."""
        sent = [page for page in self.pages if page.last]
        page = sent[which % len(sent)]
        assert page.last is not None
        self.save(page, page.last, reply_lost=False)

    def fill_in_everything(self) -> None:
        """Complete all sections, one after the other."""
        for section, answers in COMPLETE.items():
            page = self.open_page(section)
            self.save(page, Incoming(answers, page.version), reply_lost=False)

    def submit(self) -> None:
        """Submit, perhaps a second time."""
        state = self.record().state
        self.attempt(lambda found: candidacies.submit(self.session, found, actor=self.candidate, now=self.now))
        if self.record().state is CandidacyState.SUBMITTED and state is not CandidacyState.SUBMITTED:
            self.submissions.append({section.value: answers for section, answers in self.confirmed.items()})

    def withdraw(self) -> None:
        """Withdraw."""
        self.attempt(lambda found: candidacies.withdraw(self.session, found, actor=self.candidate, now=self.now))

    @rule(sections=st.sets(SECTIONS, max_size=3), days=st.integers(-1, 9))
    def ask(self, sections: set[Section], days: int) -> None:
        """Return it with a question about some sections."""
        question = Question(tuple(sorted(sections)), "Which one?", self.now + timedelta(days=days))
        self.attempt(lambda found: clarifications.ask(self.session, found, question, actor=self.staff, now=self.now))

    def go_on_without_an_answer(self) -> None:
        """Go on with what was submitted last: that stands again, and what was typed since is kept beside it."""
        state = self.record().state
        self.attempt(lambda found: clarifications.go_on(self.session, found, actor=self.staff, now=self.now))
        if state is CandidacyState.RETURNED and self.record().state is CandidacyState.IN_ASSESSMENT:
            self.confirmed = {Section(code): answers for code, answers in self.submissions[-1].items()}
            self.made_by = {}

    @rule(to=st.sampled_from(tuple(CandidacyState)), reason=st.sampled_from(("", "Because.")))
    def move(self, to: CandidacyState, reason: str) -> None:
        """Move it to any state that exists."""
        self.attempt(
            lambda found: candidacies.move(self.session, found, to, reason=reason, actor=self.staff, now=self.now)
        )

    @rule(to=st.sampled_from(sorted(DECISIONS)))
    def decide(self, to: CandidacyState) -> None:
        """Decide on it, whatever its state."""
        self.attempt(
            lambda found: candidacies.decide(
                self.session, found.id, to, actor=self.staff, now=self.now, reason="Because."
            )
        )

    @rule(add=st.booleans())
    def change_the_form(self, *, add: bool) -> None:
        """Publish a form with a question more, or without it."""
        with transaction(self.session):
            copy = candidacy_form.working_copy(self.session, self.programme_id)
            form = with_extra(copy.form) if add else without_extra(copy.form)
            edit = candidacy_form.save_copy(
                self.session, self.programme_id, form, edit=copy.edit, actor=self.staff, now=self.now
            )
        self.attempt(
            lambda _found: candidacy_form.publish(
                self.session, self.programme_id, edit=edit, note="", actor=self.staff, now=self.now
            )
        )

    @rule(what=st.sampled_from(("fill_in_everything", "submit", "withdraw", "go_on_without_an_answer")))
    def act(self, what: str) -> None:
        """Do one of the things that need no words."""
        getattr(self, what)()

    @rule(hours=st.sampled_from((1, 24, 24 * 40)))
    def wait(self, hours: int) -> None:
        """Let time pass, also beyond the end of the call."""
        self.now += timedelta(hours=hours)

    @invariant()
    def nothing_is_lost(self) -> None:
        """What was confirmed is stored as it is, every text that ever was is kept, and submissions never change."""
        if not hasattr(self, "session"):
            return
        stored = {section: dict(one.answers) for section, one in sections_of(self.session, self.record().id).items()}
        assert stored == self.confirmed
        versions = [(Section(row.section), dict(row.answers)) for row in self.rows(CandidacySectionVersion)]
        assert all(one in versions for one in self.ever)
        assert [row.answers for row in self.rows(CandidacySubmission)] == self.submissions

    def rows(self, table: Any) -> list[Any]:  # noqa: ANN401 - a table of the candidacy
        """Read all rows about the candidacy in their order."""
        query = sa.select(table).where(col(table.candidacy_id) == self.id).order_by(col(table.id))
        return list(self.session.execute(query).scalars())


def with_extra(form: CandidacyForm) -> CandidacyForm:
    parts = list(without_extra(form).sections)
    parts[0] = replace(parts[0], questions=(*parts[0].questions, EXTRA))
    return replace(form, sections=tuple(parts))


def without_extra(form: CandidacyForm) -> CandidacyForm:
    parts = (
        replace(part, questions=tuple(one for one in part.questions if one.code != EXTRA.code))
        for part in form.sections
    )
    return replace(form, sections=tuple(parts))


@pytest.fixture
def machine(sqlite_template: Path, tmp_path: Path) -> type[Candidate]:
    """The machine, with the databases that it copies."""
    Candidate.template, Candidate.folder = sqlite_template, tmp_path
    return Candidate


def test_no_order_loses_an_answer_or_reaches_a_state_that_no_arrow_leads_to(machine: type[Candidate]) -> None:
    for round_number in range(1, MOST_ROUNDS + 1):
        run_state_machine_as_test(
            seed(round_number)(machine),
            settings=settings(
                max_examples=40,
                stateful_step_count=20,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
        if machine.reached == set(CandidacyState):
            return
    pytest.fail(f"never reached: {set(CandidacyState) - machine.reached}")

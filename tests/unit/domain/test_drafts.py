"""No order of saves, retries and lost answers makes a confirmed text disappear unseen."""

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from app.domain.drafts import Incoming, LastSave, Outcome, judge


def test_the_first_save_is_stored() -> None:
    assert judge(None, 0, Incoming({"a": "x"}, 0), None) is Outcome.STORE


def test_the_same_words_again_change_nothing() -> None:
    for version in (0, 1, 7):
        assert judge({"a": "x"}, 3, Incoming({"a": "x"}, version), None) is Outcome.UNCHANGED


def test_words_on_top_of_an_older_version_are_a_conflict() -> None:
    assert judge({"a": "theirs"}, 2, Incoming({"a": "mine"}, 1), None) is Outcome.CONFLICT


def test_the_page_that_made_the_stored_version_goes_on_without_its_confirmation() -> None:
    assert judge({"a": "x"}, 2, Incoming({"a": "xy"}, 1, edit=6), LastSave(2, 5)) is Outcome.STORE


def test_an_earlier_save_that_arrives_late_replaces_nothing() -> None:
    assert judge({"a": "xy"}, 2, Incoming({"a": "x"}, 1, edit=4), LastSave(2, 5)) is Outcome.CONFLICT
    assert judge({"a": "xy"}, 2, Incoming({"a": "x"}, 2, edit=5), LastSave(2, 5)) is Outcome.CONFLICT


def test_after_somebody_else_saved_the_page_is_asked() -> None:
    assert judge({"a": "theirs"}, 3, Incoming({"a": "mine"}, 2, edit=6), LastSave(2, 5)) is Outcome.CONFLICT


@dataclass
class Page:
    """A page in some browser: what it believes, what it typed, and its saves that are on their way."""

    key: int
    version: int = 0
    edit: int = 0
    under_way: list[Incoming] = field(default_factory=list)


@dataclass
class Server:
    """What the database holds, and every confirmation that it gave."""

    text: str | None = None
    version: int = 0
    owner: int | None = None
    last: dict[int, LastSave] = field(default_factory=dict)

    def receive(self, page: Page, incoming: Incoming) -> Outcome:
        stored = None if self.text is None else {"text": self.text}
        outcome = judge(stored, self.version, incoming, self.last.get(page.key))
        if outcome is Outcome.STORE:
            self.text, self.version = str(incoming.answers["text"]), self.version + 1
        if outcome is not Outcome.CONFLICT:
            self.last[page.key] = LastSave(self.version, incoming.edit)
        return outcome


STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["type", "deliver", "deliver_late", "lose_answer", "repeat"])),
    max_size=40,
)


@dataclass
class Story:
    """What happened so far: who wrote the text that the server holds, and how late in that page."""

    server: Server = field(default_factory=Server)
    pages: list[Page] = field(default_factory=lambda: [Page(0), Page(1), Page(2)])
    author: Page | None = None
    author_edit: int = 0
    serial: int = 0

    def type(self, page: Page) -> None:
        self.serial += 1
        page.edit += 1
        page.under_way.append(Incoming({"text": f"{page.key}-{self.serial}"}, page.version, page.edit))

    def deliver(self, page: Page, incoming: Incoming) -> Outcome:
        before, seen = self.server.text, incoming.version == self.server.version
        outcome = self.server.receive(page, incoming)
        if outcome is Outcome.STORE:
            later_words = self.author is page and incoming.edit > self.author_edit
            assert before is None or seen or later_words
            self.author, self.author_edit = page, incoming.edit
        else:
            assert self.server.text == before
        return outcome


@given(STEPS)
def test_a_confirmed_text_is_only_replaced_by_somebody_who_saw_it_or_by_later_words_of_its_page(
    steps: list[tuple[int, str]],
) -> None:
    story = Story()
    for which, step in steps:
        page = story.pages[which]
        if step == "type":
            story.type(page)
        elif page.under_way:
            incoming = page.under_way[-1 if step == "deliver_late" else 0]
            outcome = story.deliver(page, incoming)
            if step != "repeat":
                page.under_way.remove(incoming)
            if step.startswith("deliver") and outcome is not Outcome.CONFLICT:
                page.version = story.server.version

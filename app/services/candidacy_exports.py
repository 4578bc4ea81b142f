"""Exports of a call: all answers, and all assessments, as CSV and XLSX; each one is logged as a look at them."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.documents.sheets import Cell, csv_file
from app.documents.workbooks import Sheet, workbook
from app.domain.access import Actor
from app.domain.assessment import AssessmentRules, Criterion, Given
from app.domain.candidacy_form import CandidacyForm, Question
from app.domain.codes import CandidacyState, QuestionKind
from app.domain.file_kinds import MEDIA_TYPES, FileKind
from app.domain.import_columns import CONTACT_EMAIL, CONTACT_NAME, EARLIER, GOVERNMENT, SUBMITTED_AT, Target
from app.domain.import_values import Vocabulary, write_answer
from app.domain.standing import FULL_POINTS, ReaderScores, Standing, ranking
from app.domain.texts import pick, title_of
from app.language.catalogues import N_, gettext
from app.language.import_words import target_title, vocabulary_of
from app.language.labels import label
from app.queries.assessment import rules_of_call, standings
from app.queries.candidacies import partner_choices
from app.queries.candidacy_access import open_to_staff
from app.queries.candidacy_exports import ExportedCandidacy, exported_candidacies
from app.queries.candidacy_form import form_of
from app.queries.programmes import tracks_of
from app.queries.readings import own_conflicts
from app.services.looks import note_export
from app.services.people import COMMAND_LINE

ANSWERS, ASSESSMENTS = "answers", "assessments"
KINDS: Final = (ANSWERS, ASSESSMENTS)
CSV, XLSX = "csv", "xlsx"
FORMATS: Final = (XLSX, CSV)
MEDIA: Final[Mapping[str, str]] = {CSV: "text/csv; charset=utf-8", XLSX: MEDIA_TYPES[FileKind.XLSX]}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is exported: a call of a programme, ``what`` of ``KINDS`` in which of ``FORMATS``, with drafts or not."""

    call_id: int
    programme_id: int
    what: str
    format: str
    drafts: bool = False


def export(session: Session, wanted: Wanted, *, locale: str, actor: Actor, now: datetime) -> bytes:
    """Make the file and log the look, in the caller's transaction.

    What ``actor`` has a conflict of interest on is named, without its answers or scores; scores of others come after
    the own ones.
    """
    make = _answers if wanted.what == ANSWERS else _assessments
    sheets, count = make(session, wanted, locale, actor)
    note_export(session, actor, wanted.call_id, count=count, what=wanted.what, now=now)
    return csv_file(sheets[0].header, sheets[0].rows) if wanted.format == CSV else workbook(sheets)


# all answers


@dataclass(frozen=True, slots=True)
class _Column:
    """A column of the answers, with its header in words and in code."""

    code: str
    title: str
    question: Question | None = None


def _answers(session: Session, wanted: Wanted, locale: str, actor: Actor) -> tuple[list[Sheet], int]:
    readable = sa.true() if actor is COMMAND_LINE else open_to_staff(actor)
    found = exported_candidacies(session, wanted.call_id, readable, drafts=wanted.drafts)
    forms = _forms(session, wanted.programme_id, found)
    partners = [(one.code, one.name) for one in partner_choices(session, wanted.programme_id)]
    words = {version: vocabulary_of(locale, form, partners) for version, form in forms.items()}
    columns = _columns(locale, forms)
    rows = [_answer_row(locale, one, columns, words, in_codes=False) for one in found]
    codes = [_answer_row(locale, one, columns, words, in_codes=True) for one in found]
    titles = gettext(locale, N_("Candidacies")), gettext(locale, N_("In codes"))
    sheets = [
        Sheet(titles[0], [column.title for column in columns], rows),
        Sheet(titles[1], [column.code for column in columns], codes),
    ]
    return sheets, len(found)


def _forms(session: Session, programme_id: int, found: Iterable[ExportedCandidacy]) -> dict[int, CandidacyForm]:
    """Give the forms that are answered by their version, the latest (0: that of drafts) first."""
    versions = sorted({one.form_version for one in found}, reverse=True)
    older = {version: form_of(session, programme_id, version).form for version in versions}
    return {0: form_of(session, programme_id).form, **older}


def _columns(locale: str, forms: Mapping[int, CandidacyForm]) -> list[_Column]:
    questions: dict[str, Question] = {}
    for form in forms.values():
        for question in form.questions():
            questions.setdefault(question.code, question)
    titles = Counter(str(question.title.said(locale)) for question in questions.values())
    asked = [_Column(code, _title(locale, question, titles), question) for code, question in questions.items()]
    fixed = [
        _Column(EARLIER, gettext(locale, N_("Reference"))),
        _Column(GOVERNMENT, gettext(locale, N_("NIS code"))),
        _Column("municipality", gettext(locale, N_("Municipality"))),
        _Column("province", gettext(locale, N_("Province"))),
        _Column("state", gettext(locale, N_("State"))),
        *(_Column(key, target_title(locale, Target(key))) for key in (SUBMITTED_AT, CONTACT_NAME, CONTACT_EMAIL)),
    ]
    return [*fixed, *asked, _Column("remark", gettext(locale, N_("Remark")))]


def _title(locale: str, question: Question, titles: Counter[str]) -> str:
    words = str(question.title.said(locale))
    return f"{words} ({question.code})" if titles[words] > 1 else words


def _answer_row(
    locale: str,
    one: ExportedCandidacy,
    columns: Sequence[_Column],
    words: Mapping[int, Vocabulary],
    *,
    in_codes: bool,
) -> list[Cell]:
    left_out = gettext(locale, N_("Left out: you have a conflict of interest.")) if not one.readable else ""
    fixed: dict[str, Cell] = {
        EARLIER: one.reference,
        GOVERNMENT: one.government_code,
        "municipality": one.government_name,
        "province": one.region,
        "state": one.state.value if in_codes else label(locale, one.state),
        SUBMITTED_AT: one.submitted_at,
        CONTACT_NAME: one.contact_name,
        CONTACT_EMAIL: one.contact_email,
        "remark": left_out,
    }
    given = {code: answer for answers in one.answers.values() for code, answer in answers.items()}
    vocabulary = words[0 if one.state is CandidacyState.DRAFT else one.form_version]
    return [
        fixed[column.code]
        if column.question is None
        else _answer_cell(column.question, given.get(column.code), vocabulary, in_codes=in_codes)
        for column in columns
    ]


def _answer_cell(question: Question, answer: Any, vocabulary: Vocabulary, *, in_codes: bool) -> Cell:  # noqa: ANN401 - JSON
    if question.kind is QuestionKind.DAY and answer:
        return date.fromisoformat(answer)
    known = question.code in vocabulary.questions or question.kind is QuestionKind.LANGUAGES
    return write_answer(question, answer, vocabulary, in_codes=in_codes or not known)


# all assessments


@dataclass(frozen=True, slots=True)
class _Seen:
    """Standings of a call with what may be seen of them, and the words that they are told in."""

    locale: str
    rules: AssessmentRules
    standings: tuple[Standing, ...]
    hidden: Mapping[int, str]
    tracks: Mapping[str, str]

    def start(self, one: Standing) -> list[Cell]:
        """Give what every row begins with; of a conflict only that it is there."""
        track = "" if one.candidacy_id in self.hidden else self.tracks.get(one.first_track, "")
        return [one.reference, one.government_name, track, label(self.locale, one.state)]

    def title(self, criterion: Criterion) -> str:
        """Give the title of a criterion."""
        titles = {code: getattr(criterion, f"title_{code}") for code in ("nl", "fr", "en")}
        return pick(self.locale, **titles).words


_BEGIN: Final = (N_("Reference"), N_("Municipality"), N_("First choice"), N_("State"))


def _assessments(session: Session, wanted: Wanted, locale: str, actor: Actor) -> tuple[list[Sheet], int]:
    tracks = tracks_of(session, wanted.programme_id)
    found = tuple(standings(session, wanted.call_id))
    seen = _Seen(
        locale,
        rules_of_call(session, wanted.call_id),
        found,
        _hidden(session, wanted.call_id, found, locale, actor),
        {track.slug: str(title_of(track, locale)) for track in tracks},
    )
    places = {track.slug: track.places for track in tracks}
    return [_readings(seen), _ranking(seen, places)], len(found)


def _hidden(session: Session, call_id: int, found: Iterable[Standing], locale: str, actor: Actor) -> dict[int, str]:
    """Say of which candidacies somebody sees no scores, and why: a conflict, or own scores that are not finished."""
    own_first = gettext(locale, N_("Left out: finish your own scores first."))
    blocked = gettext(locale, N_("Left out: you have a conflict of interest."))
    waiting = {
        one.candidacy_id
        for one in found
        if any(reading.person_id == actor.person_id and not reading.finished for reading in one.readings)
    }
    return dict.fromkeys(waiting, own_first) | dict.fromkeys(own_conflicts(session, actor, call_id), blocked)


def _readings(seen: _Seen) -> Sheet:
    """Write a row for each reader of each candidacy; scores that are not finished are the reader's own."""
    say: Callable[[str], str] = lambda words: gettext(seen.locale, words)  # noqa: E731 - four times below
    words = N_("%(criterion)s: points"), N_("%(criterion)s: why")
    titles = [seen.title(one) for one in seen.rules.scored]
    scored = [gettext(seen.locale, word, criterion=title) for title in titles for word in words]
    header = [*map(say, _BEGIN), say(N_("Reader")), *scored, say(N_("Total")), say(N_("Remark"))]
    rows = [row for one in seen.standings for row in _rows_of(seen, one)]
    return Sheet(say(N_("Assessments")), header, rows)


def _rows_of(seen: _Seen, one: Standing) -> list[list[Cell]]:
    empty: list[Cell] = [None] * (2 * len(seen.rules.scored) + 1)
    hidden = seen.hidden.get(one.candidacy_id)
    if hidden is not None:
        return [[*seen.start(one), "", *empty, hidden]]
    if not one.readings:
        return [[*seen.start(one), "", *empty, gettext(seen.locale, N_("No readers yet."))]]
    open_words = gettext(seen.locale, N_("Not finished yet."))
    return [
        [*seen.start(one), reading.person_name, *(_scores(seen.rules, reading) if reading.finished else empty),
         "" if reading.finished else open_words]
        for reading in one.readings
    ]  # fmt: skip


def _scores(rules: AssessmentRules, reading: ReaderScores) -> list[Cell]:
    given = [reading.scores.get(criterion.code, Given()) for criterion in rules.scored]
    return [*(cell for one in given for cell in (one.points, one.reason)), reading.points]


def _ranking(seen: _Seen, places: Mapping[str, int]) -> Sheet:
    """Write means, spread, disagreement and rank of each candidacy, track by track."""
    say: Callable[[str], str] = lambda words: gettext(seen.locale, words)  # noqa: E731 - several times below
    means = [gettext(seen.locale, N_("%(criterion)s: mean"), criterion=seen.title(one)) for one in seen.rules.criteria]
    numbers = say(N_("Points")), say(N_("Spread")), say(N_("Disagreement in percent"))
    header = [say(N_("Rank")), *map(say, _BEGIN), say(N_("Readers who finished")), *means, *numbers, say(N_("Remark"))]
    visible = [one for one in seen.standings if one.candidacy_id not in seen.hidden]
    rows: list[list[Cell]] = []
    for track in ranking(visible, places, seen.rules):
        rows += [_ranked_row(seen, ranked.standing, ranked.rank) for ranked in track.ranked]
        rows += [_ranked_row(seen, one, None) for one in track.unscored]
    empty: list[Cell] = [None] * (len(means) + 4)
    left_out = [one for one in seen.standings if one.candidacy_id in seen.hidden]
    rows += [[None, *seen.start(one), *empty, seen.hidden[one.candidacy_id]] for one in left_out]
    return Sheet(say(N_("Means and ranking")), header, rows)


def _ranked_row(seen: _Seen, one: Standing, rank: int | None) -> list[Cell]:
    means = [_hundredths(one.means.get(criterion.code)) for criterion in seen.rules.criteria]
    apart = None if one.disagreement is None else Decimal(one.disagreement * 100) / FULL_POINTS
    finished = sum(reading.finished for reading in one.readings)
    return [rank, *seen.start(one), finished, *means, one.points, one.spread, apart, ""]


def _hundredths(value: Fraction | None) -> Decimal | None:
    return None if value is None else Decimal(round(value * 100)) / 100

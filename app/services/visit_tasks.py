"""What visits ask of somebody: who travels, what must be ready for each traveller, the estimate, the report."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from sqlalchemy.orm import Session

from app.domain.codes import CheckBy, SessionKind, SessionStatus
from app.domain.tasks import Task, TaskReader
from app.domain.texts import title_of
from app.domain.visit_checklist import Check
from app.language.catalogues import N_, NN_, gettext, ngettext
from app.queries.agenda import Wanted, sessions_of
from app.queries.obligations import somebody_was_there
from app.queries.own_reads import OwnReads
from app.queries.partnerships import partnerships
from app.queries.visit_costs import estimates_waiting
from app.queries.visit_parts import progress_of
from app.queries.visits import TravellerFacts, VisitFacts, visits_in
from app.services.visit_checklists import open_checks

NOTICE: Final = timedelta(days=14)
"""How long before the delegation should be known its task appears."""
NEAR: Final = timedelta(days=30)
"""How long before its day an item of a checklist is a task."""
REPORT_WITHIN: Final = timedelta(days=30)
"""After a visit, while it is remembered: the rules of the programme name no day."""
ANSWER_WITHIN: Final = timedelta(days=7)
"""After an estimate was saved: flights get dearer while one waits."""


def to_prepare(reads: OwnReads, reader: TaskReader) -> Iterator[Task]:
    """Give what travellers and coordinators must still do for their visits, before and afterwards."""
    if not reader.actor.participates:
        return
    session, own = reads.session, reads.partnerships
    rows = sessions_of(session, reader.actor, _ANNOUNCED, circle=reads.circle) if own else []
    visits = visits_in(session, rows, own) if rows else []
    coming = [visit for visit in visits if not visit.is_over(reader.now)]
    yield from _delegations(session, visits, reader)
    yield from _checklists(session, coming, reader)
    yield from _reports(session, visits, reader)


def to_approve(reads: OwnReads, reader: TaskReader) -> Iterator[Task]:
    """Give the programme team the estimates of visits to come that wait for an approval."""
    session = reads.session
    waiting = estimates_waiting(session) if reader.actor.is_staff else {}
    if not waiting:
        return
    rows = sessions_of(session, reader.actor, _ANNOUNCED, circle=reads.circle)
    for visit in visits_in(session, rows, partnerships(session)):
        saved_on = waiting.get(visit.id or 0)
        if saved_on is None or visit.is_over(reader.now):
            continue
        yield Task(
            key=f"visit-estimate:{visit.number}",
            title=_of(reader, N_("Approve the estimate of the visit to %(name)s"), visit.hosting.name),
            path=f"{_path(visit)}/estimate",
            due_on=min(saved_on + ANSWER_WITHIN, visit.first_day),
            hint=visit.partnership.name,
        )


_ANNOUNCED: Final = Wanted(kind=SessionKind.WORK_VISIT, status=SessionStatus.PUBLISHED)


def _delegations(session: Session, visits: Sequence[VisitFacts], reader: TaskReader) -> Iterator[Task]:
    """Give the visits of the own side of which nobody said who travels, or who travelled."""
    empty = [one for one in visits if not one.travellers and one.travelling.government_id in reader.actor.coordinates]
    over = [one for one in empty if one.is_over(reader.now)]
    known = somebody_was_there(session, {one.number: one.travelling.government_id for one in over})
    for visit in empty:
        if visit.number in known:
            continue
        known_by = visit.first_day - timedelta(days=visit.rules.visits.lead_days)
        if visit.is_over(reader.now):
            words, due = N_("Say who travelled to %(name)s"), visit.last_day + REPORT_WITHIN
        elif reader.today >= known_by - NOTICE:
            words, due = N_("Say who travels to %(name)s"), known_by if known_by >= reader.today else visit.first_day
        else:
            continue
        yield Task(
            key=f"visit-delegation:{visit.number}",
            title=_of(reader, words, visit.hosting.name),
            path=f"{_path(visit)}/delegation",
            due_on=due,
            hint=_hint(visit, reader),
        )


def _hint(visit: VisitFacts, reader: TaskReader) -> str:
    if visit.is_over(reader.now):
        return gettext(reader.locale, N_("Only then does the visit count for both sides."))
    plural = NN_("About %(num)s person travels.", "About %(num)s people travel.")
    return ngettext(reader.locale, *plural, visit.rules.delegation_size)


def _checklists(session: Session, visits: Sequence[VisitFacts], reader: TaskReader) -> Iterator[Task]:
    """Give what the reader ticks off, one task for all travellers with the same item and day."""
    found = open_checks(session, visits)
    for visit in visits:
        people = {one.id: one for one in visit.travellers}
        own: dict[tuple[str, date], list[Check]] = {}
        for check in found:
            mine = check.traveller_id in people and _is_mine(visit, people[check.traveller_id], check, reader)
            if mine and check.due_on <= reader.today + NEAR:
                own.setdefault((check.code, check.due_on), []).append(check)
        for (code, due), checks in own.items():
            yield _checklist_task(visit, code, due, checks, [people[one.traveller_id] for one in checks], reader)


def _is_mine(visit: VisitFacts, traveller: TravellerFacts, check: Check, reader: TaskReader) -> bool:
    """Tell who is asked: whoever takes care of an item; for travellers without an account their coordinator."""
    actor = reader.actor
    if check.by is CheckBy.HOST_SIDE:
        return visit.hosting.government_id in actor.coordinates
    if check.by is CheckBy.TRAVELLER and traveller.person_id is not None:
        return traveller.person_id == actor.person_id
    return check.by is not CheckBy.STAFF and visit.travelling.government_id in actor.coordinates


def _checklist_task(
    visit: VisitFacts,
    code: str,
    due: date,
    checks: Sequence[Check],
    travellers: Sequence[TravellerFacts],
    reader: TaskReader,
) -> Task:
    item = title_of(checks[0], reader.locale).words
    words = N_("Check for the visit to %(name)s: %(item)s")
    return Task(
        key=f"visit-check:{visit.number}:{code}",
        title=gettext(reader.locale, words, name=visit.hosting.name, item=item),
        path=f"{_path(visit)}/checklist",
        due_on=due,
        hint=", ".join(one.name for one in travellers if one.name),
    )


def _reports(session: Session, visits: Sequence[VisitFacts], reader: TaskReader) -> Iterator[Task]:
    """Give the visits that the own side made and of which the report was not handed in."""
    over = [
        one for one in visits if one.is_over(reader.now) and one.travelling.government_id in reader.actor.coordinates
    ]
    progress = progress_of(session, [one.id for one in over]) if over else {}
    for visit in over:
        far = progress.get(visit.id or 0)
        if far is None or not far.report_sent:
            yield Task(
                key=f"visit-report:{visit.number}",
                title=_of(reader, N_("Hand in the report of the visit to %(name)s"), visit.hosting.name),
                path=f"{_path(visit)}/report",
                due_on=visit.last_day + REPORT_WITHIN,
            )


def _of(reader: TaskReader, words: str, name: str) -> str:
    return gettext(reader.locale, words, name=name)


def _path(visit: VisitFacts) -> str:
    return f"/partnerships/{visit.partnership.slug}/visits/{visit.number}"

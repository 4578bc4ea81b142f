"""The programme team's overview: what needs attention now."""

from collections.abc import Sequence
from datetime import date, datetime

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.codes import MailState, SessionStatus
from app.domain.programme import clashes, years_of
from app.domain.tasks import Task, TaskReader, in_order
from app.domain.texts import title_of
from app.domain.time import PROGRAMME_ZONE
from app.language.check_words import finding_sentence
from app.language.messages import message
from app.queries.agenda import Wanted, count_of, sessions_of
from app.queries.check_runs import last_run
from app.queries.circles import Circle
from app.queries.mail import counts_by_state
from app.queries.own_reads import OwnReads
from app.queries.programmes import ProgrammeFacts, choose_current, programmes
from app.queries.staff_home import candidacies_by_state, idle_partnerships, template_kinds
from app.services import claim_tasks, transfer_tasks
from app.web.access import StaffDep
from app.web.agenda import all_shown, reader_zone
from app.web.agenda_clashes import agenda_clashes_of
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.rendering import page

router = APIRouter(prefix="/staff", include_in_schema=False)
SESSIONS_SHOWN = 5
FINDINGS_SHOWN = 5
TASKS_SHOWN = 5
EVERYTHING = Circle(everything=True)


@router.get("", name="staff.index")
def index(request: Request, session: SessionDep, actor: StaffDep, now: NowDep) -> Response:
    """Show candidacies, mails, sessions and partnerships that need attention."""
    locale = request.state.locale
    rounds = programmes(session)
    going = [one for one in rounds if one.ends_on >= now.date()]
    mails = counts_by_state(session)
    context = {
        "sessions": _next_sessions(session, actor, locale, now),
        "drafts": _drafts(session, actor, now),
        "failed": mails.get(MailState.FAILED, 0),
        "waiting": mails.get(MailState.WAITING, 0),
        "zone": PROGRAMME_ZONE,
        "idle": idle_partnerships(session, [one.id for one in going if one.starts_on <= now.date()], now),
        "clashes": _clashes(session, going, locale, now.date()),
        "tasks": _money_tasks(session, actor, locale, now),
        **_check(session, locale),
        **_call(session, rounds, locale, now),
    }
    return page(request, "staff/home/index.html", context)


def _money_tasks(session: Session, actor: Actor, locale: str, now: datetime) -> list[Task]:
    """Give the claims and transfers that wait for this very person, the most urgent first (at most three queries)."""
    reader = TaskReader(actor, locale, now)
    reads = OwnReads(session, actor, reader.today)
    return in_order([*claim_tasks.to_decide(reads, reader), *transfer_tasks.to_consent(reads, reader)])[:TASKS_SHOWN]


def _check(session: Session, locale: str) -> dict[str, object]:
    """Give the last check of the ledger, and the first things that it found in words."""
    last = last_run(session)
    found = last.findings[:FINDINGS_SHOWN] if last else ()
    return {"check": last, "check_sentences": [finding_sentence(locale, finding) for finding in found]}


def _call(session: Session, rounds: Sequence[ProgrammeFacts], locale: str, now: datetime) -> dict[str, object]:
    current = choose_current(rounds, now)
    if current is None or current.call is None:
        return {"call": None}
    return {
        "call": current.call,
        "call_is_open": current.call.is_open(now),
        "programme": title_of(current, locale),
        "states": candidacies_by_state(session, current.call.id),
    }


def _next_sessions(session: Session, actor: Actor, locale: str, now: datetime) -> object:
    wanted = Wanted(ends_after=now, status=SessionStatus.PUBLISHED, limit=SESSIONS_SHOWN)
    return all_shown(sessions_of(session, actor, wanted, circle=EVERYTHING), locale, reader_zone(actor))


def _drafts(session: Session, actor: Actor, now: datetime) -> int:
    return count_of(session, actor, Wanted(ends_after=now, status=SessionStatus.DRAFT), circle=EVERYTHING)


def _clashes(session: Session, going: Sequence[ProgrammeFacts], locale: str, today: date) -> list[dict[str, object]]:
    kinds = template_kinds(session, [one.id for one in going])
    found = []
    for one in going:
        those = clashes(one.rules, kinds[one.id], years=years_of(one.starts_on, one.ends_on)) if kinds[one.id] else ()
        in_agenda = agenda_clashes_of(session, one, locale, today=today)
        if those or in_agenda:
            found.append(
                {
                    "programme": title_of(one, locale),
                    "slug": one.slug,
                    "sentences": [message(locale, clash.code, clash.params) for clash in those],
                    "in_agenda": in_agenda,
                }
            )
    return found

"""The one place where the parts meet."""

import gc
import logging
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from threading import Event, Thread
from typing import Any, Final

import anyio.to_thread
import sqlalchemy as sa
import structlog
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.types import ASGIApp

from app.domain.file_kinds import MEDIA_TYPES
from app.models.database import create_engine
from app.routers import (
    account,
    account_data,
    agenda,
    api,
    api_pairings,
    assessments,
    attendance,
    attendance_links,
    attendance_papers,
    budget,
    budget_entries,
    budget_files,
    budget_plan,
    candidacies,
    candidacy_attachments,
    candidacy_confirmation,
    candidacy_history,
    candidacy_pdfs,
    candidacy_people,
    candidacy_sections,
    candidacy_start,
    claim_decisions,
    claim_lines,
    claim_receipts,
    claims,
    confirmations,
    decision_letters,
    demo,
    home,
    mails,
    moments,
    my,
    offline,
    operation,
    pages,
    partnership_agenda,
    partnership_motivations,
    partnership_weeks,
    partnerships,
    poll_answers,
    poll_decisions,
    polls,
    programme,
    receipt_archives,
    session_documents,
    session_minutes,
    session_replies,
    sign_in,
    staff_assessment,
    staff_budget,
    staff_calendar,
    staff_candidacies,
    staff_checks,
    staff_claims,
    staff_clarifications,
    staff_closing,
    staff_components,
    staff_decision_rounds,
    staff_decision_words,
    staff_decisions,
    staff_exports,
    staff_form,
    staff_home,
    staff_imports,
    staff_late_admissions,
    staff_mail,
    staff_motivations,
    staff_obligations,
    staff_pairing_comparison,
    staff_pairing_publication,
    staff_pairing_robustness,
    staff_pairings,
    staff_partners,
    staff_partnerships,
    staff_people,
    staff_person_data,
    staff_programme,
    staff_rates,
    staff_retention,
    staff_sessions,
    staff_visits,
    statements,
    transfers,
    traveller_identity,
    visit_allowances,
    visit_checklists,
    visit_delegation,
    visit_estimates,
    visit_letters,
    visit_programme,
    visit_reports,
    visits,
    years,
)
from app.services.jobs import JOBS, run_jobs
from app.services.mail import run_outbox
from app.services.smtp import SmtpSender
from app.settings import Settings
from app.web import clock, errors
from app.web.assets import load_assets
from app.web.body_limits import BodyLimits
from app.web.middleware import RequestKit
from app.web.pagecache import PageCache
from app.web.rendering import Addresses
from app.web.routing import RouteTable

Task = Callable[[Event], None]
ROUTERS: Final[tuple[APIRouter, ...]] = (
    operation.router,
    offline.router,
    home.router,
    programme.router,
    receipt_archives.router,  # before the budget, which takes any entry
    partnerships.router,
    pages.router,
    api.router,
    api_pairings.router,
    staff_programme.router,
    staff_form.router,
    candidacy_start.router,
    candidacy_attachments.router,  # before the sections, which take any name
    candidacy_pdfs.router,
    decision_letters.router,
    candidacy_confirmation.router,
    candidacy_history.router,
    candidacy_people.router,
    candidacies.router,
    candidacy_sections.router,
    claim_receipts.router,
    claims.router,
    claim_lines.router,
    claim_decisions.router,
    staff_claims.router,
    confirmations.router,
    staff_imports.router,  # before the candidacies, which take any reference
    staff_exports.router,
    staff_candidacies.router,
    staff_clarifications.router,
    staff_late_admissions.router,
    assessments.router,
    staff_assessment.router,
    staff_decisions.router,
    staff_decision_rounds.router,
    staff_decision_words.router,  # after those whose addresses begin with a word of their own
    staff_components.router,
    budget.router,
    budget_entries.router,
    budget_files.router,
    statements.router,
    budget_plan.router,
    staff_budget.router,
    staff_closing.router,
    transfers.router,
    sign_in.router,
    account.router,
    account_data.router,
    mails.router,
    staff_people.router,
    staff_rates.router,
    staff_person_data.router,
    staff_retention.router,
    staff_checks.router,
    staff_mail.router,
    staff_partners.router,
    staff_pairing_robustness.router,
    staff_pairing_comparison.router,  # before the scenarios, which take any number
    staff_pairings.router,
    staff_pairing_publication.router,
    staff_partnerships.router,
    staff_motivations.router,
    partnership_motivations.router,
    agenda.router,
    attendance.router,
    attendance_links.router,
    attendance_papers.router,
    session_documents.router,
    session_minutes.router,
    session_replies.router,
    my.router,
    partnership_agenda.router,
    partnership_weeks.router,
    moments.router,
    staff_calendar.router,
    poll_answers.router,  # before the polls, which take any number
    polls.router,
    poll_decisions.router,
    visits.router,
    visit_programme.router,
    visit_delegation.router,
    visit_reports.router,
    visit_estimates.router,
    visit_allowances.router,
    visit_checklists.router,
    visit_letters.router,
    traveller_identity.router,
    staff_home.router,
    staff_sessions.router,
    staff_visits.router,
    staff_obligations.router,
    years.router,
    demo.router,
)


class Tandem(FastAPI):
    """The application; its schema is that of all routers, which it holds in one table."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put the request kit around everything, so that an answer to an error of ours has its headers too."""
        settings: Settings = self.state.settings
        inner = super().build_middleware_stack()
        limits = BodyLimits(self.state.route_table, usual=settings.body_limit_bytes)
        return RequestKit(inner, body_limits=limits, secure=settings.secure_cookies)

    def openapi(self) -> dict[str, Any]:
        """Give the OpenAPI schema of the JSON interface, made once."""
        if self.openapi_schema is None:
            self.openapi_schema = get_openapi(title=self.title, version=self.version, routes=routes())
        return self.openapi_schema


def create_app(settings: Settings, *, at: clock.Clock | None = None) -> FastAPI:
    """Build the application from its settings; ``at`` is a clock for tests."""
    app = Tandem(title="Tandem", version="1", docs_url=None, redoc_url=None, openapi_url=None, lifespan=_lifespan)
    app.state.settings = settings
    app.state.clock = at or (clock.stopped_at(settings.fixed_now) if settings.fixed_now else clock.running)
    app.state.engine = create_engine(settings.database_url, pool_size=settings.threads + 2)
    app.state.assets = load_assets()
    app.state.pages = PageCache()
    app.state.route_table = RouteTable(routes())
    app.router.routes.append(app.state.route_table)
    app.state.addresses = Addresses(route_paths())
    errors.install(app)
    as_they_are = (*DEFAULT_EXCLUDED_CONTENT_TYPES, *MEDIA_TYPES.values())
    app.add_middleware(GZipMiddleware, minimum_size=600, compresslevel=5, exclude_content_types=as_they_are)
    return app


def routes() -> list[APIRoute]:
    """Give every route of every router."""
    return [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]


def route_paths() -> Mapping[str, str]:
    """Give the path of every route by its name."""
    return {route.name: route.path for route in routes()}


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
    quieten_garbage_collector()
    with in_background(background_tasks(app)):
        yield
    app.state.engine.dispose()


def background_tasks(app: FastAPI) -> list[Task]:
    """Give what a web process does besides serving, as the settings say."""
    settings: Settings = app.state.settings
    tasks = []
    if settings.smtp_host and settings.send_mail_in_serve:
        tasks.append(outbox_task(app.state.engine, settings, app.state.clock))
    if settings.jobs_in_serve:
        tasks.append(jobs_task(app.state.engine, settings, app.state.clock))
    return tasks


def outbox_task(engine: sa.Engine, settings: Settings, at: clock.Clock) -> Task:
    """Give the endless task that sends waiting mails."""
    sender = mail_sender(settings)
    return lambda stop: run_outbox(engine, sender, clock=at, stop=stop)


def jobs_task(engine: sa.Engine, settings: Settings, at: clock.Clock) -> Task:
    """Give the endless task that runs the regular jobs."""
    base_url = settings.base_url.rstrip("/")
    return lambda stop: run_jobs(engine, JOBS, clock=at, base_url=base_url, stop=stop)


@contextmanager
def in_background(tasks: list[Task]) -> Iterator[None]:
    """Run each task in a thread of its own while the block runs.

    At the end each has ten seconds to come to rest: what is cut off then is done by the next process that runs it.
    """
    stop = Event()
    threads = [Thread(target=task, args=(stop,), daemon=True) for task in tasks]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(timeout=10)


def mail_sender(settings: Settings) -> SmtpSender:
    """Make the way to the mail server of the settings."""
    return SmtpSender(
        host=settings.smtp_host,
        port=settings.smtp_port,
        sender=settings.mail_from,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value(),
        security=settings.smtp_security,
    )


def quieten_garbage_collector() -> None:
    """Leave what was made at start alone and look less often: the collector's pauses rule the slowest answers."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)


def configure_logs(level: str) -> None:
    """Write one JSON line per event to standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )


def application() -> FastAPI:
    """Build the application from the environment: what the web server calls."""
    settings = Settings()
    configure_logs(settings.log_level)
    return create_app(settings)

"""No way of writing the agenda turns a work visit silently."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.agenda import Scope
from app.domain.codes import SessionKind, SessionStatus, Side
from app.domain.errors import DomainError
from app.domain.visits import HostMissing, SameDirection, VisitOfNobody, unexplained
from app.models import AgendaSession, Event, Programme, TemplateSession
from app.models.database import transaction
from app.queries.people import actor_of_person
from app.queries.visits import travels_of
from app.services import agenda, visits
from app.services.visit_direction import VisitPrepared
from tests.factories import NOW, add, number
from tests.integration.agenda_kit import FIELDS
from tests.integration.visit_kit import VISIT, back, plan
from tests.personas import World, sign_in


def test_a_visit_needs_a_host(session: Session, world: World) -> None:
    with pytest.raises(HostMissing):
        plan(session, world, replace(VISIT, host_side=None))


def test_a_visit_is_that_of_a_partnership(session: Session, world: World) -> None:
    staff = actor_of_person(session, number(world.vvsg_staff))
    assert staff
    for scope, of in ((Scope.PROGRAMME, world.programme), (Scope.TRACK, world.rwanda)):
        with pytest.raises(VisitOfNobody), transaction(session):
            agenda.create(session, staff, VISIT, scope=scope, of=number(of), now=NOW)
    online = replace(VISIT, kind=SessionKind.JOINT_DIGITAL)
    with transaction(session):
        made = agenda.create(session, staff, online, scope=Scope.TRACK, of=number(world.rwanda), now=NOW)
    with pytest.raises(VisitOfNobody), transaction(session):
        agenda.edit(session, staff, made, VISIT, now=NOW)


def test_year_two_reverses_year_one_unless_somebody_says_why(session: Session, world: World) -> None:
    plan(session, world)
    with pytest.raises(SameDirection):
        plan(session, world, back(host_side=Side.PARTNER))
    plan(session, world, back(host_side=Side.PARTNER, direction_reason="The district asked for it"))
    plan(session, world, back(2028, host_side=Side.FLEMISH))


def test_a_programme_may_leave_the_direction_free(session: Session, world: World) -> None:
    with transaction(session):
        programme = session.get_one(Programme, number(world.programme))
        rules: dict[str, Any] = programme.rules
        programme.rules = {**rules, "visits": {**rules["visits"], "reverse": False}}
    plan(session, world)
    plan(session, world, back(host_side=Side.PARTNER))


def test_turning_moving_or_unsaying_a_planned_visit_is_refused_too(session: Session, world: World) -> None:
    plan(session, world)
    home = plan(session, world, back())
    actor = actor_of_person(session, number(world.vvsg_staff))
    assert actor
    turned = back(host_side=Side.PARTNER)
    with pytest.raises(SameDirection), transaction(session):
        agenda.edit(session, actor, home, turned, now=NOW)
    with transaction(session):
        agenda.edit(session, actor, home, replace(turned, direction_reason="Roads"), now=NOW)
    with pytest.raises(SameDirection), transaction(session):
        agenda.edit(session, actor, home, turned, now=NOW)
    with transaction(session):
        agenda.edit(session, actor, home, back(), now=NOW)
    twin = plan(session, world, replace(VISIT, wall_starts_at=datetime(2026, 12, 14, 9)))  # noqa: DTZ001 - a wall time
    with pytest.raises(SameDirection), transaction(session):
        agenda.edit(session, actor, twin, replace(VISIT, wall_starts_at=back().wall_starts_at), now=NOW)


def test_a_cancelled_visit_counts_no_more(session: Session, world: World) -> None:
    first = plan(session, world)
    actor = actor_of_person(session, number(world.vvsg_staff))
    assert actor
    with transaction(session):
        agenda.cancel(session, actor, first, reason="Closed borders", now=NOW)
    plan(session, world, back(host_side=Side.PARTNER))


def test_a_prepared_visit_stays_a_visit(session: Session, world: World) -> None:
    draft = plan(session, world, replace(VISIT, status=SessionStatus.DRAFT))
    actor = actor_of_person(session, number(world.vvsg_staff))
    assert actor
    with transaction(session):
        assert visits.prepare(session, actor, draft, now=NOW) == visits.prepare(session, actor, draft, now=NOW)
    other = replace(VISIT, kind=SessionKind.BILATERAL, status=SessionStatus.DRAFT)
    with pytest.raises(VisitPrepared), transaction(session):
        agenda.edit(session, actor, draft, other, now=NOW)
    with pytest.raises(VisitPrepared), transaction(session):
        agenda.discard(session, actor, draft, now=NOW)


def test_the_form_says_it_at_the_host_and_takes_a_reason(
    app: FastAPI, client: TestClient, session: Session, world: World
) -> None:
    plan(session, world)
    sign_in(client, app, world.karongi_coordinator)
    data = FIELDS | {
        "form_key": "k" * 32,
        "kind": "work_visit",
        "day": "2027-03-01",
        "last_day": "2027-03-05",
        "host_side": "partner",
    }
    page = client.post("/partnerships/gamma-karongi/agenda", data=data)
    assert page.status_code == 422
    assert 'id="host_side-error"' in page.text
    assert "The work visit of year 1" in page.text
    done = client.post(
        "/partnerships/gamma-karongi/agenda", data=data | {"direction_reason": "Elections"}, follow_redirects=False
    )
    assert done.status_code == 303
    session.rollback()
    reasons = session.execute(sa.select(col(AgendaSession.direction_reason)).order_by(col(AgendaSession.id))).scalars()
    assert list(reasons) == ["", "Elections"]


def _template(session: Session, world: World, *years: int) -> None:
    for year in years:
        add(
            session,
            TemplateSession(
                programme_id=number(world.programme),
                position=year,
                scope="partnership",
                kind=SessionKind.WORK_VISIT,
                year=year,
                month=6,
                day=7,
                time="09:00",
                duration_minutes=6000,
                zone_of=Side.PARTNER,
                title_nl=f"Bezoek {year}",
            ),
        )


def _hosts(session: Session) -> list[tuple[date, Side | None, SessionStatus, str]]:
    rows = session.execute(sa.select(AgendaSession).order_by(col(AgendaSession.starts_at))).scalars()
    return [(row.wall_starts_at.date(), row.host_side, row.status, row.zone) for row in rows]


def test_the_template_turns_around_a_visit_that_is_there_already(session: Session, world: World) -> None:
    plan(session, world, back())
    with transaction(session):
        _template(session, world, 1)
        agenda.lay_out_programme(session, number(world.programme), [number(world.partnership)], now=NOW)
    laid = _hosts(session)[0]
    assert laid == (date(2026, 6, 8), Side.PARTNER, SessionStatus.PUBLISHED, "Africa/Kigali")


def test_the_template_goes_the_other_way_than_a_visit_that_is_there(session: Session, world: World) -> None:
    plan(session, world, back(host_side=Side.PARTNER, zone="Africa/Kigali"))
    with transaction(session):
        _template(session, world, 1)
        agenda.lay_out_programme(session, number(world.programme), [number(world.partnership)], now=NOW)
    laid = _hosts(session)[0]
    assert laid == (date(2026, 6, 8), Side.FLEMISH, SessionStatus.PUBLISHED, "Europe/Brussels")


def test_where_no_way_is_right_the_template_leaves_a_draft(session: Session, world: World) -> None:
    with transaction(session):
        session.get_one(Programme, number(world.programme)).ends_on = date(2028, 12, 31)
    plan(session, world)
    plan(session, world, back(2028))
    with transaction(session):
        _template(session, world, 2)
        agenda.lay_out_programme(session, number(world.programme), [number(world.partnership)], now=NOW)
    laid = _hosts(session)[1]
    assert (laid[0].year, laid[2]) == (2027, SessionStatus.DRAFT)
    draft = session.execute(
        sa.select(col(AgendaSession.id)).where(col(AgendaSession.status) == SessionStatus.DRAFT)
    ).scalar_one()
    actor = actor_of_person(session, number(world.vvsg_staff))
    assert actor
    assert draft
    with pytest.raises(SameDirection), transaction(session):
        agenda.publish(session, actor, draft, now=NOW)


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["create", "create", "edit", "edit", "cancel"]),
        st.integers(0, 5),
        st.integers(2027, 2030),
        st.sampled_from(Side),
        st.sampled_from(["", "", "Because"]),
    ),
    min_size=2,
    max_size=8,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_STEPS)
def test_no_order_of_writing_leaves_two_visits_the_same_way_without_a_reason(
    session: Session, world: World, steps: list[tuple[str, int, int, Side, str]]
) -> None:
    _empty(session)
    actor = actor_of_person(session, number(world.vvsg_staff))
    assert actor
    made: list[int] = []
    refused: list[tuple[str, str]] = []
    for step, which, year, host, reason in steps:
        facts = back(year, host_side=host, direction_reason=reason)
        chosen = made[which % len(made)] if made else None
        try:
            with transaction(session):
                if step == "create" or chosen is None:
                    of = number(world.partnership)
                    made.append(agenda.create(session, actor, facts, scope=Scope.PARTNERSHIP, of=of, now=NOW))
                elif step == "edit":
                    agenda.edit(session, actor, chosen, facts, now=NOW)
                else:
                    agenda.cancel(session, actor, chosen, reason="Not now", now=NOW)
        except DomainError as refusal:
            refused.append((refusal.code, reason))
    assert {("session_cancelled", ""), ("session_cancelled", "Because"), ("visit_direction", "")}.issuperset(refused)
    travels = travels_of(session, number(world.partnership))
    assert unexplained(travels.visits, starts_on=travels.starts_on) == ()
    session.rollback()


def _empty(session: Session) -> None:
    session.rollback()
    with transaction(session):
        session.execute(sa.delete(AgendaSession))


def test_what_was_refused_left_no_trace(session: Session, world: World) -> None:
    plan(session, world)
    with pytest.raises(SameDirection):
        plan(session, world, back(host_side=Side.PARTNER))
    assert len(_hosts(session)) == 1
    verbs = session.execute(sa.select(col(Event.verb)).where(col(Event.subject_kind) == "session")).scalars()
    assert list(verbs) == ["session.created"]

"""The settings of programmes, for the programme team: one page per part, every save a version."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request, Response
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.errors import DomainError
from app.domain.programme import ProgrammeChanged
from app.models.database import transaction
from app.queries import programmes as read
from app.queries.programmes import ProgrammeFacts
from app.queries.reference import associations, goals
from app.services import programmes as write
from app.services.programmes import Edit
from app.services.receipts import claim, settle
from app.web import programme_forms as forms
from app.web.access import StaffDep
from app.web.agenda_rules_form import AgendaRulesForm, agenda_of, agenda_values
from app.web.assessment_rules_form import AssessmentForm, assessment_of, assessment_values
from app.web.budget_rules_form import BudgetRulesForm, budget_of, budget_values
from app.web.budget_version_view import budget_plan_of
from app.web.clock import NowDep
from app.web.database import SessionDep
from app.web.forms import Form, FormDep, bind, blank
from app.web.numbers import RowNumber
from app.web.programme_forms import SettingsForm
from app.web.programme_pages import conflicts, detail_context, differing_fields, version_pages, words
from app.web.rendering import page, see_other
from app.web.visit_rules_form import VisitRulesForm, visit_values, visits_of

router = APIRouter(prefix="/staff/programme", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the settings with a form of its own."""

    template: str
    model: type[SettingsForm]
    values: Callable[[ProgrammeFacts], dict[str, Any]]
    save: Callable[[Session, Edit, Any], int]


def _save_call(session: Session, edit: Edit, cleaned: forms.CallForm) -> int:
    opens, closes = forms.call_of(cleaned)
    return write.save_call(session, edit, opens=opens, closes=closes)


PARTS: Final[Mapping[str, Part]] = {
    "texts": Part(
        "staff/programme/texts.html",
        forms.BasicsForm,
        forms.basics_values,
        lambda session, edit, cleaned: write.save_basics(session, edit, forms.basics_of(cleaned), seen=cleaned.plan),
    ),
    "rules": Part(
        "staff/programme/rules.html",
        forms.RulesForm,
        lambda programme: forms.rules_values(programme.rules),
        lambda session, edit, cleaned: write.save_rules(session, edit, forms.rules_of(cleaned)),
    ),
    "assessment": Part(
        "staff/programme/assessment.html",
        AssessmentForm,
        lambda programme: assessment_values(programme.rules),
        lambda session, edit, cleaned: write.save_assessment(session, edit, assessment_of(cleaned)),
    ),
    "retention": Part(
        "staff/programme/retention.html",
        forms.RetentionForm,
        lambda programme: forms.retention_values(programme.rules),
        lambda session, edit, cleaned: write.save_retention(session, edit, forms.retention_of(cleaned)),
    ),
    "moments": Part(
        "staff/programme/moments.html",
        AgendaRulesForm,
        lambda programme: agenda_values(programme.rules),
        lambda session, edit, cleaned: write.save_agenda_rules(session, edit, agenda_of(cleaned)),
    ),
    "visits": Part(
        "staff/programme/visits.html",
        VisitRulesForm,
        lambda programme: visit_values(programme.rules),
        lambda session, edit, cleaned: write.save_visits(session, edit, visits_of(cleaned)),
    ),
    "budget": Part(
        "staff/programme/budget.html",
        BudgetRulesForm,
        lambda programme: budget_values(programme.rules),
        lambda session, edit, cleaned: write.save_budget(session, edit, budget_of(cleaned)),
    ),
    "call": Part(
        "staff/programme/call.html",
        forms.CallForm,
        lambda programme: forms.call_values(programme.call),
        _save_call,
    ),
}
FIELDS: Final[Mapping[str, str]] = {
    "programme_period": "ends_on",
    "budget_negative": "budget",
    "budget_below_use": "budget",
    "budget_plan_unseen": "budget",
    "budget_reason": "reason",
    "not_an_amount": "budget",
    "too_many_decimals": "budget",
    "places_negative": "places",
    "weights_not_hundred": "learning",
    "criteria_not_hundred": "criterion_1_weight",
    "nothing_to_score": "criterion_1_weight",
    "readers_out_of_range": "readers",
    "reminder_days": "reminder_days",
    "session_reminder_days": "session_reminder_days",
    "digest_weekday": "digest_weekday",
    "call_period": "closes_on",
    "call_outlives_programme": "closes_on",
    "unknown_association": "association",
    "template_year": "year",
    "template_day": "day",
    "template_length": "duration_minutes",
}


@router.get("", name="staff.programme.index")
def index(request: Request, session: SessionDep, _actor: StaffDep, now: NowDep) -> Response:
    """List the programmes."""
    found = read.programmes(session)
    context = {"programmes": found, "current": read.choose_current(found, now)}
    return _page(request, "staff/programme/index.html", context)


@router.get("/new", name="staff.programme.new")
def new(request: Request, session: SessionDep, _actor: StaffDep, source: str = "") -> Response:
    """Ask for a new programme, copied from another one or from scratch."""
    found = read.programmes(session)
    chosen = next((one for one in found if one.slug == source), None)
    values = (forms.basics_values(chosen) if chosen else {}) | {"source": source, "starts_on": "", "ends_on": ""}
    return _page(request, "staff/programme/new.html", {"form": blank(values), "programmes": found})


@router.post("", name="staff.programme.create")
def create(request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep) -> Response:
    """Make a programme."""
    form = bind(forms.NewForm, data)
    if form.cleaned is not None:
        try:
            return see_other(_create(request, session, form, actor, now))
        except DomainError as refusal:
            refuse(form, refusal)
    context = {"form": form, "programmes": read.programmes(session)}
    return _page(request, "staff/programme/new.html", context, status_code=422)


def _create(request: Request, session: Session, form: Form[forms.NewForm], actor: Actor, now: datetime) -> str:
    cleaned = form.cleaned
    assert cleaned is not None  # noqa: S101 - the caller looked
    with transaction(session):
        earlier = claim(session, form.sent, actor=actor, now=now)
        if earlier is not None:
            return earlier
        source = read.programme_by_slug(session, cleaned.source)
        basics = forms.basics_of(cleaned)
        source_id = source.id if source else None
        made = write.create(session, basics=basics, source_id=source_id, actor=actor, now=now, reason=cleaned.reason)
        location: str = request.app.state.addresses("staff.programme.detail", slug=made.slug)
        settle(session, form.sent, location)
    return location


@router.get("/{slug}", name="staff.programme.detail")
def detail(request: Request, session: SessionDep, _actor: StaffDep, now: NowDep, slug: str) -> Response:
    """Show a programme's settings, what clashes in them, and their versions."""
    context = detail_context(session, _programme(session, slug), now, request.state.locale)
    return _page(request, "staff/programme/detail.html", context)


@router.get("/{slug}/versions", name="staff.programme.versions")
def versions(request: Request, session: SessionDep, _actor: StaffDep, slug: str) -> Response:
    """List the versions of a programme with what each one changed."""
    programme = _programme(session, slug)
    pages = version_pages(session, programme, request.state.locale)
    return _page(request, "staff/programme/versions.html", {"programme": programme, "versions": pages})


@router.get("/{slug}/parts/{part}", name="staff.programme.edit")
def edit(request: Request, session: SessionDep, _actor: StaffDep, slug: str, part: str) -> Response:
    """Show the form of a part."""
    programme, chosen = _programme(session, slug), _part(part)
    form = blank(chosen.values(programme) | {"version": programme.version})
    context = {"form": form, "programme": programme, "part": part, "conflicts": []}
    return _page(request, chosen.template, context | _budget_plan(session, programme, part, form))


@router.post("/{slug}/parts/{part}", name="staff.programme.save")
def save(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep, slug: str, part: str
) -> Response:
    """Save a part."""
    programme, chosen = _programme(session, slug), _part(part)
    form = bind(chosen.model, data)
    attempt = Attempt(request, session, actor, now, programme)
    done = attempt.carry_out(form, lambda edit, cleaned: chosen.save(session, edit, cleaned), chosen.values)
    if done is not None:
        return done
    context = {"form": form, "programme": programme, "part": part, "conflicts": attempt.conflicts}
    context |= _budget_plan(session, programme, part, form)
    return _page(request, chosen.template, context, status_code=422)


def _budget_plan(session: Session, programme: ProgrammeFacts, part: str, form: Form[Any]) -> dict[str, Any]:
    """Give what another budget changes in open halves, once one was typed, and how many are open or settled."""
    return {"plan": budget_plan_of(session, programme, form)} if part == "texts" else {}


@router.get("/{slug}/tracks/{track}", name="staff.programme.track")
def track(request: Request, session: SessionDep, _actor: StaffDep, slug: str, track: str) -> Response:
    """Show the form of a track, or of a new one."""
    programme = _programme(session, slug)
    form = blank(_track_values(session, programme, track) | {"version": programme.version})
    return _page(request, "staff/programme/track.html", _track_context(session, request, programme, track, form))


@router.post("/{slug}/tracks/{track}", name="staff.programme.save_track")
def save_track(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep, slug: str, track: str
) -> Response:
    """Save a track, or add one."""
    programme = _programme(session, slug)
    _track_values(session, programme, track)
    form = bind(forms.TrackForm, data)
    attempt = Attempt(request, session, actor, now, programme)
    done = attempt.carry_out(
        form,
        lambda edit, cleaned: write.save_track(
            session, edit, forms.track_of(cleaned), track_slug=None if track == "new" else track
        ),
        lambda changed: _track_values(session, changed, track),
    )
    if done is not None:
        return done
    context = _track_context(session, request, programme, track, form) | {"conflicts": attempt.conflicts}
    return _page(request, "staff/programme/track.html", context, status_code=422)


@router.get("/{slug}/template/{row}", name="staff.programme.template_row")
def template_row(request: Request, session: SessionDep, _actor: StaffDep, slug: str, row: str) -> Response:
    """Show the form of a session of the agenda template, or of a new one."""
    programme = _programme(session, slug)
    form = blank(_row_values(session, programme, row) | {"version": programme.version})
    context = {"form": form, "programme": programme, "row": row, "conflicts": []}
    return _page(request, "staff/programme/template_row.html", context)


@router.post("/{slug}/template/{row}", name="staff.programme.save_template_row")
def save_template_row(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep, slug: str, row: str
) -> Response:
    """Save a session of the agenda template, or add one."""
    programme = _programme(session, slug)
    _row_values(session, programme, row)
    number = 0 if row == "new" else int(row)
    form = bind(forms.TemplateRowForm, data)
    attempt = Attempt(request, session, actor, now, programme)
    done = attempt.carry_out(
        form,
        lambda edit, cleaned: write.save_template_row(session, edit, forms.template_row_of(cleaned, number)),
        lambda changed: _row_values(session, changed, row),
    )
    if done is not None:
        return done
    context = {"form": form, "programme": programme, "row": row, "conflicts": attempt.conflicts}
    return _page(request, "staff/programme/template_row.html", context, status_code=422)


@router.get("/{slug}/template/{row}/removal", name="staff.programme.removal")
def removal(request: Request, session: SessionDep, _actor: StaffDep, slug: str, row: RowNumber) -> Response:
    """Ask whether a session of the agenda template shall go."""
    programme = _programme(session, slug)
    values = _row_values(session, programme, str(row))
    context = {"form": blank(values | {"version": programme.version}), "programme": programme, "row": row}
    return _page(request, "staff/programme/removal.html", context)


@router.post("/{slug}/template/{row}/removal", name="staff.programme.remove")
def remove(
    request: Request, session: SessionDep, actor: StaffDep, now: NowDep, data: FormDep, slug: str, row: RowNumber
) -> Response:
    """Remove a session from the agenda template."""
    programme = _programme(session, slug)
    form = bind(SettingsForm, data)
    attempt = Attempt(request, session, actor, now, programme)
    done = attempt.carry_out(form, lambda edit, _cleaned: write.remove_template_row(session, edit, row), lambda _: {})
    if done is not None:
        return done
    form.values |= _row_values(session, programme, str(row))
    context = {"form": form, "programme": programme, "row": row}
    return _page(request, "staff/programme/removal.html", context, status_code=422)


@dataclass
class Attempt:
    """One try to save a part: carried out once per form key, and compared with what another person saved."""

    request: Request
    session: Session
    actor: Actor
    now: datetime
    programme: ProgrammeFacts
    conflicts: list[dict[str, str]] | None = None

    def carry_out(
        self,
        form: Form[Any],
        save: Callable[[Edit, Any], int],
        values: Callable[[ProgrammeFacts], dict[str, Any]],
    ) -> Response | None:
        """Save and lead on to the programme; nothing where the form must be shown again, with its refusals."""
        self.conflicts = []
        if form.cleaned is None:
            return None
        try:
            return see_other(self._save(form, save))
        except ProgrammeChanged as refusal:
            form.refuse(refusal)
            self._compare(form, values)
        except DomainError as refusal:
            refuse(form, refusal)
        return None

    def _save(self, form: Form[Any], save: Callable[[Edit, Any], int]) -> str:
        location: str = self.request.app.state.addresses("staff.programme.detail", slug=self.programme.slug)
        cleaned: Any = form.cleaned
        with transaction(self.session):
            earlier = claim(self.session, form.sent, actor=self.actor, now=self.now)
            if earlier is None:
                save(Edit(self.programme.id, cleaned.version, self.actor, self.now, cleaned.reason), cleaned)
                settle(self.session, form.sent, location)
        return location

    def _compare(self, form: Form[Any], values: Callable[[ProgrammeFacts], dict[str, Any]]) -> None:
        changed = _programme(self.session, self.programme.slug)
        self.conflicts = conflicts(self.request.state.locale, differing_fields(form.values, values(changed)))
        form.values["version"] = changed.version


def refuse(form: Form[Any], refusal: DomainError) -> None:
    """Note a refusal of the domain at the field that it is about."""
    name = FIELDS.get(refusal.code, str(refusal.params.get("rule", "")))
    if refusal.code == "budget_rule":
        name = {"meal_cuts": "dinner"}.get(name, name)
    if refusal.code == "working_hours":
        name = f"hours_end_{refusal.params['country']}"
    if "wall" in refusal.params and form.cleaned is not None:
        opens, _closes = forms.call_of(form.cleaned)
        name = "opens_time" if refusal.params["wall"] == opens else "closes_time"
    form.refuse(refusal, name)


def _page(request: Request, template: str, context: Mapping[str, Any], *, status_code: int = 200) -> Response:
    return page(request, template, {**words(request.state.locale), **context}, status_code=status_code)


def _programme(session: Session, slug: str) -> ProgrammeFacts:
    found = read.programme_by_slug(session, slug)
    if found is None:
        raise HTTPException(404)
    return found


def _part(part: str) -> Part:
    if part not in PARTS:
        raise HTTPException(404)
    return PARTS[part]


def _track_values(session: Session, programme: ProgrammeFacts, track: str) -> dict[str, Any]:
    if track == "new":
        return {"goals": []}
    found = next((one for one in read.tracks_of(session, programme.id) if one.slug == track), None)
    if found is None:
        raise HTTPException(404)
    return forms.track_values(found, read.subjects_of(session, programme.id).get(found.id, []))


def _row_values(session: Session, programme: ProgrammeFacts, row: str) -> dict[str, Any]:
    if row == "new":
        return {}
    found = next((one for one in read.template_of(session, programme.id) if str(one.id) == row), None)
    if found is None:
        raise HTTPException(404)
    return forms.template_row_values(found)


def _track_context(
    session: Session, request: Request, programme: ProgrammeFacts, track: str, form: Form[Any]
) -> dict[str, Any]:
    return {
        "form": form,
        "programme": programme,
        "track": track,
        "associations": associations(session),
        "goals": goals(session, request.state.locale),
        "slots": forms.SUBJECT_SLOTS,
        "conflicts": [],
    }

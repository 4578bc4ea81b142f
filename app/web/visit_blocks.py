"""The blocks of a visit's page that are about money and papers: checklist, letters, estimate."""

from datetime import datetime

from fastapi import Request
from sqlalchemy.orm import Session

from app.domain.access import Actor
from app.domain.time import programme_day
from app.language.catalogues import N_, gettext
from app.queries.visits import VisitFacts
from app.services.day_allowances import may_see
from app.services.visit_letters import may_take
from app.web.visit_checklist_view import ShownList, shown_lists
from app.web.visit_estimate_view import shown_estimate

Task = dict[str, object]


def blocks(
    request: Request, session: Session, actor: Actor, visit: VisitFacts, now: datetime
) -> tuple[dict[str, object], list[Task]]:
    """Give what the templates of the blocks need, and their tasks for the list on top of the page.

    A task is a mapping of ``components/task_list.html``: title, href, status, shape, hint. At most seven queries.
    """
    locale, addresses = request.state.locale, request.app.state.addresses
    where = {"slug": visit.partnership.slug, "number": visit.number}
    lists = shown_lists(session, actor, visit, locale, programme_day(now))
    estimate = shown_estimate(session, actor, visit, locale)
    context = {"lists": lists, "estimate": estimate, "may_take_letters": may_take(actor, visit)}
    context["sees_allowances"] = any(may_see(actor, visit, one) for one in visit.travellers)
    tasks = [_checklist_task(locale, lists, addresses("visits.checklist", **where))] if lists else []
    return context, [*tasks, _estimate_task(locale, estimate, addresses("visits.estimate", **where))]


def _checklist_task(locale: str, lists: list[ShownList], href: str) -> Task:
    done, of = sum(one.done for one in lists), sum(len(one.checks) for one in lists)
    overdue = sum(one.overdue for one in lists)
    status = (
        gettext(locale, N_("%(count)s overdue"), count=overdue)
        if overdue
        else gettext(locale, N_("%(done)s of %(all)s done"), done=done, all=of)
    )
    shape = "attention" if overdue else "done" if done == of else "doing" if done else "todo"
    return _task(gettext(locale, N_("Everybody is ready to travel")), href, status, shape)


def _estimate_task(locale: str, estimate: dict[str, object], href: str) -> Task:
    stored = estimate["stored"]
    title = gettext(locale, N_("Estimate of the costs"))
    if stored is None:
        return _task(title, href, gettext(locale, N_("To do")), "todo")
    if estimate["open_cents"]:
        return _task(title, href, gettext(locale, N_("Money still set aside")), "attention")
    if estimate["approved_on"]:
        return _task(title, href, gettext(locale, N_("Approved")), "done")
    return _task(title, href, gettext(locale, N_("Waits for approval")), "doing")


def _task(title: str, href: str, status: str, shape: str) -> Task:
    return {"title": title, "href": href, "status": status, "shape": shape}

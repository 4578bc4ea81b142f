"""Every route says who may ask for it, and the table beside this file says the same."""

from collections import Counter

from fastapi.dependencies.models import Dependant

from app.main import ROUTERS, routes
from app.web.access import GUARDS
from tests.integration.route_guards import GUARDS_BY_ROUTE, WITHOUT_GUARD


def guards_of(dependant: Dependant) -> list[str]:
    """Name the guards that a route's signature asks for, itself or through what it needs, each once."""
    found: set[str] = set()
    for needed in dependant.dependencies:
        if needed.call in GUARDS:
            found.add(needed.call.__name__)
        else:
            found.update(guards_of(needed))
    return sorted(found)


FOUND = {route.name: guards_of(route.dependant) for route in routes()}


def test_routes_were_found() -> None:
    assert {"home.index", "staff.people.index", "operation.health"} <= FOUND.keys()
    assert len(FOUND) >= len(ROUTERS)


def test_every_route_has_a_name_of_its_own() -> None:
    names = Counter(route.name for route in routes())
    assert [name for name, times in names.items() if times > 1 or "." not in name] == []


def test_every_route_has_exactly_one_guard() -> None:
    wrong = {name: guards for name, guards in FOUND.items() if name not in WITHOUT_GUARD and len(guards) != 1}
    assert not wrong, (
        f"name one guard of app/web/access.py in the signature of each of these (AnyoneDep, StaffDep …): {wrong}"
    )


def test_the_guards_are_those_that_were_decided() -> None:
    found = {name: guards[0] for name, guards in FOUND.items() if name not in WITHOUT_GUARD and len(guards) == 1}
    missing = {name: guard for name, guard in found.items() if name not in GUARDS_BY_ROUTE}
    rows = "\n".join(f'    "{name}": "{guard}",' for name, guard in sorted(missing.items()))
    assert not missing, f"new routes: is this who may ask? Then add to tests/integration/route_guards.py\n{rows}"
    changed = {
        name: (decided, found.get(name, "no such route"))
        for name, decided in GUARDS_BY_ROUTE.items()
        if found.get(name) != decided
    }
    assert not changed, f"decided, found: {changed}"


def test_routes_without_a_guard_are_few_and_exist() -> None:
    assert {name for name, guards in FOUND.items() if not guards} == WITHOUT_GUARD

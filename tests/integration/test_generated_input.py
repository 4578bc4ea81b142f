"""Generated input on every form: never an error of ours, nobody let in, and nothing written that was refused.

``make generated EXAMPLES=10000`` runs as many for each form; the tests run a few.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from hashlib import blake2b
from math import ceil
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error

from tests.integration.direct_site import Answer, DirectSite
from tests.integration.found_forms import (
    COMMON_FIELDS,
    VISITOR,
    WRITER,
    DemoSite,
    FoundForm,
    find_forms,
    go_further,
    post_routes,
)
from tests.integration.generated_forms import EXAMPLES, FORM, MANY, Sent, generate
from tests.integration.route_guards import GUARDS_BY_ROUTE
from tests.personas import World

pytestmark = [
    pytest.mark.xdist_group("generated"),
    # What a body that was cut off had begun to send is closed when it is let go, not by the library that reads it.
    pytest.mark.filterwarnings("ignore:Unclosed file:ResourceWarning"),
]
BATCH = 8
COORDINATOR = "Coordinator of Bugesera"
# What a form may be answered, and what somebody whom it is not for.
KNOWN_ANSWERS = frozenset({200, 303, 400, 401, 403, 404, 405, 409, 410, 413, 422, 429})
TURNED_AWAY = frozenset({303, 400, 401, 403, 404, 413})
# Of several answers or files the right ones are kept; scores too that cannot be finished yet, and a table's columns
# before they are looked at; and a removal is noted as sent, also of what was gone. Of a list of who was
# there, lines that somebody else changed are left out.
KEPT_THOUGH_REFUSED = {
    "assessments.save": {"candidacy", "event", "reading", "score"},
    "attendance.save": {"attendance", "event", "form_receipt"},
    "agenda.add_documents": {"event", "form_receipt", "session_document", "stored_file"},
    "agenda.remove_document": {"form_receipt"},
    "candidacies.attach": {"attachment", "event", "form_receipt", "stored_file"},
    "candidacies.remove_attachment": {"form_receipt"},
    "claims.add_line": {"claim", "event", "form_receipt", "receipt", "stored_file"},
    "claims.save_line": {"claim", "event", "form_receipt", "receipt", "stored_file"},
    "candidacies.save": {"candidacy_section", "candidacy_section_version", "form_receipt"},
    "staff.imports.save_mapping": {"candidacy_import"},
}
# What is brought about before the forms of a route are sent: in the demo as found, another form stands in their place.
FIRST = {
    "candidacies.submit": "UPDATE programme SET rules = json_set(rules, '$.second_confirmation', json('false'))",
}
MARKUP = (b"<script>alert(", b"<img src=x")
LARGE = quote_plus("é" * 500_000)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the demo, on the day of the tests' clock."""
    file = tmp_path_factory.mktemp("generated") / "demo.db"
    environment = {**os.environ, "TANDEM_DEMO": "true", "TANDEM_DATABASE_URL": f"sqlite:///{file}"}
    environment["TANDEM_FIXED_NOW"] = "2026-11-22T09:00:00+00:00"
    subprocess.run([sys.executable, "-m", "app.cli", "demo"], env=environment, check=True, timeout=120)
    return file


@pytest.fixture(scope="module")
def found(template: Path, tmp_path_factory: pytest.TempPathFactory) -> list[FoundForm]:
    """Every form that the people of the demo come across, once the demo has gone further."""
    site = DemoSite(template, tmp_path_factory.mktemp("found"))
    go_further(site)
    forms = find_forms(site)
    site.close()
    shutil.copy(site.file, template)
    return forms


@pytest.fixture(scope="module")
def direct(found: list[FoundForm], template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DirectSite]:
    """A demo to which much can be sent."""
    assert found
    demo = DemoSite(template, tmp_path_factory.mktemp("direct"))
    with DirectSite(demo) as site:
        yield site
    demo.close()


def test_nearly_all_forms_are_found_by_following_links(found: list[FoundForm]) -> None:
    by_hand = {form.route for form in found if tuple(form.fields) == COMMON_FIELDS}
    assert {form.route for form in found} == {route.name for route in post_routes()}
    assert len(by_hand) <= 8, by_hand


@pytest.mark.parametrize("route", sorted(route.name for route in post_routes()))
def test_no_input_breaks_a_form(
    route: str, found: list[FoundForm], direct: DirectSite, record_property: Callable[[str, object], None]
) -> None:
    forms = [form for form in found if form.route == route]
    strangers, seen, came = strangers_to(route), set[bytes](), Counter[int]()
    for batch in range(ceil(EXAMPLES / BATCH)):
        inputs = generate(forms, strangers, f"{route} {batch}")
        came.update(send_all(direct, route, different(inputs, min(BATCH, EXAMPLES - len(seen)), seen)))
    record_property("answers", dict(sorted(came.items())))
    assert came.total() == len(seen) == EXAMPLES


def different(inputs: Iterator[Sent], how_many: int, seen: set[bytes]) -> list[Sent]:
    """Take as many inputs, none of which was seen before, and note them as seen."""
    taken: list[Sent] = []
    while len(taken) < how_many:
        sent = next(inputs)
        print_of_it = blake2b(repr(sent).encode(), digest_size=16).digest()
        if print_of_it not in seen:
            seen.add(print_of_it)
            taken.append(sent)
    return taken


def strangers_to(route: str) -> tuple[str, ...]:
    """Name some who may not send the forms of a route."""
    guard = GUARDS_BY_ROUTE[route]
    if guard == "anyone":
        return ()
    if guard == "staff":
        return (VISITOR, WRITER, COORDINATOR)
    others = {"candidacies": COORDINATOR, "assessments": WRITER, "budget": WRITER, "partnerships": WRITER}
    return tuple(dict.fromkeys((VISITOR, others.get(route.partition(".")[0], VISITOR))))


def send_all(site: DirectSite, route: str, sendings: list[Sent]) -> Iterator[int]:
    """Send some inputs, one after the other, to a site that is as it was; then look where the last one led."""
    site.take_back(then=FIRST.get(route, ""))
    last: tuple[str, str] | None = None
    for sent in sendings:
        site.forget_limits()
        answer = answer_to(site, sent)
        faults = faults_of(sent, answer, KEPT_THOUGH_REFUSED.get(route, set()))
        assert not faults, (faults, answer.status, answer.written, sent, answer.headers)
        if answer.status == 303:
            last = sent.person, answer.headers["location"]
        yield answer.status
    if last:
        assert site.get(*last).status < 500, (last, sendings)


def answer_to(site: DirectSite, sent: Sent) -> Answer:
    """Send one input; where the application breaks on it, say on which."""
    try:
        return site.post(sent)
    except Exception as fault:
        fault.add_note(f"It was sent {sent!r}")
        raise


def faults_of(sent: Sent, answer: Answer, may_write: set[str]) -> list[str]:
    """Name what is wrong with an answer."""
    leads_to = answer.headers.get("location", "")
    is_page = answer.headers.get("content-type", "").startswith("text/html")
    looked_at = {
        "an error of ours": answer.status >= 500,
        "an unknown answer": answer.status not in KNOWN_ANSWERS,
        "let a stranger in": sent.as_stranger and (answer.status not in TURNED_AWAY or answer.written),
        "refused and yet written": answer.status >= 400 and answer.written - may_write,
        "leads nowhere of ours": answer.status == 303 and not re.fullmatch(r"/(?![/\\])[!-~]*", leads_to),
        "leads a stranger on": sent.as_stranger and answer.status == 303 and not leads_to.startswith("/sign-in"),
        "markup of the sender": is_page and any(mark in answer.body for mark in MARKUP),
        "no policy for scripts": is_page and "content-security-policy" not in answer.headers,
    }
    return [fault for fault, is_there in looked_at.items() if is_there]


def test_a_megabyte_of_text_breaks_no_form(found: list[FoundForm], direct: DirectSite) -> None:
    for form in found:
        body = "&".join(f"{quote_plus(name)}={LARGE}" for name in list(form.fields)[:1]).encode()
        sent = Sent(form.person, form.action, (("content-type", FORM),), body)
        assert direct.post(sent).status < 500, form


def test_no_call_of_the_interface_for_programs_breaks_it(app: FastAPI, world: World) -> None:
    assert world
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", app)
    operations = list(schema.get_all_operations())
    assert len(operations) > 3
    for operation in operations:
        _call_much(operation.ok().as_strategy())  # type: ignore[union-attr]


def _call_much(cases: st.SearchStrategy[Any]) -> None:
    @MANY
    @given(cases)
    def call(case: Any) -> None:  # noqa: ANN401 - schemathesis builds its cases
        case.call_and_validate(checks=[not_a_server_error])

    run: Callable[[], None] = call
    run()

"""Generated input on every form: never an error of ours, and what was confirmed is what is stored.

``make generated EXAMPLES=10000`` runs as many for each form; the tests run a few.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from app.domain.candidacy_answers import LONGEST
from app.domain.codes import QuestionKind, Section
from app.language.reference_form import reference_form
from app.queries.candidacies import section_of
from app.web.forms import clean_text
from tests.factories import number
from tests.integration.found_forms import COMMON_FIELDS, DemoSite, FoundForm, find_forms, go_further, post_routes
from tests.personas import World, sign_in

EXAMPLES = int(os.environ.get("TANDEM_EXAMPLES", "8"))
MANY = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)
pytestmark = pytest.mark.xdist_group("generated")
ODD = (
    "\x00",
    "a\x00b",
    "\u202eevil.pdf",
    '=HYPERLINK("http://x")',
    "+1-2@SUM(A1)",
    "<script>alert(1)</script>",
    "{{ 7*7 }}{% raw %}",
    "' OR 1=1 --",
    "%s%(name)s",
    "../../etc/passwd",
    "\ud7ff\U0010ffff\u200b\ufeff",
    "مرحبا עולם",
    "🏳️‍🌈 e\u0301",
    "9" * 400,
    "-1",
    "1e309",
    "NaN",
    "2027-02-30",
    "9999-12-31",
    "31/12/2026",
    "25:61",
    "99999999999999999999",
    " \r\n\t ",
    "x" * 20_001,
    "woord " * 4_000,
)
LARGE = "é" * 500_000
PLAIN = st.text(st.characters(codec="utf-8"), max_size=60)
TEXTS = st.one_of(PLAIN, st.sampled_from(ODD), st.integers(-5, 3000).map(str))


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


@pytest.fixture
def demo_site(found: list[FoundForm], template: Path, tmp_path: Path) -> Iterator[DemoSite]:
    """A demo of its own for one route."""
    assert found
    site = DemoSite(template, tmp_path)
    yield site
    site.close()


def filled_in(form: FoundForm) -> st.SearchStrategy[dict[str, list[str]]]:
    """Fill in a form: each field as the page had it, or with anything, or with several things, or not at all."""
    parts = {
        name: st.one_of(
            st.sampled_from(values or ("",)).map(lambda value: [value]),
            TEXTS.map(lambda value: [value]),
            st.lists(st.one_of(st.sampled_from(values or ("",)), TEXTS), max_size=3),
        )
        for name, values in form.fields.items()
    }
    return st.fixed_dictionaries(parts)


def test_nearly_all_forms_are_found_by_following_links(found: list[FoundForm]) -> None:
    by_hand = {form.route for form in found if tuple(form.fields) == COMMON_FIELDS}
    assert {form.route for form in found} == {route.name for route in post_routes()}
    assert len(by_hand) <= 16, by_hand


@pytest.mark.parametrize("route", sorted(route.name for route in post_routes()))
def test_no_input_breaks_a_form(route: str, found: list[FoundForm], demo_site: DemoSite) -> None:
    forms = [form for form in found if form.route == route]
    assert forms

    @MANY
    @given(st.sampled_from(forms).flatmap(lambda form: st.tuples(st.just(form), filled_in(form))))
    def send(example: tuple[FoundForm, dict[str, list[str]]]) -> None:
        form, data = example
        demo_site.forget_limits()
        answer = demo_site.client(form.person).post(form.action, data=data)
        assert answer.status_code < 500, (form.action, data)

    send()


def test_a_megabyte_of_text_breaks_no_form(found: list[FoundForm], demo_site: DemoSite) -> None:
    for form in found:
        data = {name: [LARGE] for name in list(form.fields)[:1]}
        assert demo_site.client(form.person).post(form.action, data=data).status_code < 500, form


def texts_of(section: Section) -> list[str]:
    part = reference_form().part(section)
    assert part is not None
    return [one.code for one in part.questions if one.kind in (QuestionKind.TEXT, QuestionKind.LONG_TEXT)]


@pytest.mark.parametrize("section", [section for section in Section if texts_of(section)])
def test_what_was_confirmed_is_what_is_stored(
    section: Section, client: TestClient, app: FastAPI, world: World, session: Session
) -> None:
    sign_in(client, app, world.candidate_of_a)
    candidacy_id = number(world.candidacy_of_alfa)
    fields = st.fixed_dictionaries(dict.fromkeys(texts_of(section), st.one_of(TEXTS, st.text(max_size=400))))

    def stored() -> tuple[int, dict[str, Any]]:
        session.rollback()
        found = section_of(session, candidacy_id, section)
        return (found.version, dict(found.answers)) if found else (0, {})

    @MANY
    @given(fields)
    def save(typed: dict[str, str]) -> None:
        version, before = stored()
        sent = {name: text.encode("utf-8", "ignore").decode() for name, text in typed.items()}
        answer = client.post(f"/candidacies/SDG-AAAAAA/{section}", data={**sent, "version": str(version)})
        _, after = stored()
        kinds = {one.code: one.kind for one in reference_form().questions()}
        clean = {name: clean_text(text).strip() for name, text in sent.items()}
        fits = {name: len(text) <= LONGEST[kinds[name]] for name, text in clean.items()}
        assert answer.status_code == (303 if all(fits.values()) else 422)
        for name, text in clean.items():
            assert after[name] == (text if fits[name] else before.get(name, ""))

    save()


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

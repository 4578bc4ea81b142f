from datetime import UTC, datetime

import pytest

from app.documents.templates import TEMPLATES, environment
from app.language.catalogues import LOCALES
from app.web.forms import FieldRefused, Form, FormModel
from tests import pages

COMPONENTS = sorted(file.stem for file in (TEMPLATES / "components").glob("*.html"))


def show_components(locale: str) -> str:
    values = {
        "actor": None,
        "asset_url": lambda name: f"/static/{name}",
        "demo": True,
        "locales": [{"code": code, "name": code, "href": f"?lang={code}"} for code in LOCALES],
        "nav": [{"href": "/", "label": "Start", "current": True}],
        "now": datetime(2026, 11, 18, tzinfo=UTC),
    }
    return environment(locale).get_template("staff/components.html").render(values)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_page_of_all_components_is_sound(locale: str) -> None:
    pages.check(show_components(locale))


@pytest.mark.parametrize("name", COMPONENTS)
def test_every_component_is_shown(name: str) -> None:
    sources = [*(TEMPLATES / "staff" / "components").glob("*.html"), *(TEMPLATES / "staff").glob("components.html")]
    sources += [*(TEMPLATES / "layouts").glob("*.html"), *(TEMPLATES / "components").glob("*.html")]
    assert any(f'"components/{name}.html"' in source.read_text(encoding="utf-8") for source in sources)


def test_a_bar_of_the_budget_never_exceeds_its_half() -> None:
    half = {"name": "A", "allotment": 0, "paid": 0, "committed": 0}
    module = environment("en").get_template("components/budget_halves.html").module
    assert 'width="0.0%"' in str(module.budget_halves(half, half))  # type: ignore[attr-defined]


def test_halves_of_a_budget_stay_on_one_scale_after_a_transfer_and_a_return() -> None:
    less = {"name": "A", "allotment": 1_500_000, "paid": 500_000, "committed": 250_000, "returned": 300_000}
    more = {"name": "B", "allotment": 2_000_000, "paid": 0, "committed": 0}
    module = environment("en").get_template("components/budget_halves.html").module
    first, second = str(module.budget_halves(less, more)).split("halves__half--partner")  # type: ignore[attr-defined]
    assert "€4,500</strong>" in first
    assert "left of €15,000" in first
    assert 'budget__bar--flemish" width="75.0%"' in first
    assert 'class="budget__returned" x="80.0%" width="20.0%"' in first
    assert "Given back at the end</dt><dd>€3,000" in first
    assert first.count("<dd>€3,000</dd>") == 1
    assert "€20,000</strong>" in second
    assert 'budget__bar--partner" width="100%"' in second
    assert "Given back" not in second


def test_what_people_typed_is_escaped() -> None:
    module = environment("en").get_template("components/field.html").module
    html = str(module.textarea("text", "Text", "</textarea><script>"))  # type: ignore[attr-defined]
    assert "&lt;/textarea&gt;&lt;script&gt;" in html


def test_typed_line_breaks_at_the_start_are_kept() -> None:
    module = environment("en").get_template("components/field.html").module
    assert ">\n\nsecond line</textarea>" in str(module.textarea("text", "Text", "\nsecond line"))  # type: ignore[attr-defined]


def test_the_summary_of_errors_names_each_field_and_links_to_it() -> None:
    form = Form[FormModel](errors={"email": [FieldRefused("required")], "": [FieldRefused("required")]})
    module = environment("fr").get_template("components/error_summary.html").module
    html = str(module.form_errors(form, {"email": "Adresse <b>"}))  # type: ignore[attr-defined]
    assert '<li><a href="#email">Adresse &lt;b&gt;\u00a0: ' in html
    assert html.count("<li>") == 2


def test_a_form_without_errors_has_no_summary() -> None:
    module = environment("nl").get_template("components/error_summary.html").module
    assert str(module.form_errors(Form[FormModel]())) == ""  # type: ignore[attr-defined]

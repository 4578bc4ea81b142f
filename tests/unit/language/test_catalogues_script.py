import importlib.util
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]
_SPEC = importlib.util.spec_from_file_location("catalogues_script", ROOT / "scripts" / "catalogues.py")
assert _SPEC is not None
assert _SPEC.loader is not None
script: Any = importlib.util.module_from_spec(_SPEC)
sys.modules["catalogues_script"] = script
_SPEC.loader.exec_module(script)

PYTHON = """
a = _("Submit")
b = gettext(locale, "Hello %(name)s", name="not this")
c = ngettext(locale, "%(num)s day", "%(num)s days", count)
d = NN_("one", "many")
e = pgettext("month", "May") + other("not this") + _(variable)
"""
TEMPLATE = """
{% trans trimmed count=rows|length %}
  {{ count }} row, 5%
{% pluralize %}
  {{ count }} rows, 5%
{% endtrans %}
{{ _("Close", name="not this") }}{% do rows.append(1) %}
"""
FILLED: dict[str, dict[str, str | list[str]]] = {
    "Submit": {"nl": "Indienen", "fr": "Soumettre"},
    "Hello %(name)s": {"nl": "Dag %(name)s", "fr": "Bonjour %(name)s"},
    "%(num)s day": {"nl": ["%(num)s dag", "%(num)s dagen"], "fr": ["%(num)s jour", "%(num)s jours"]},
    "one": {"nl": ["een", "veel"], "fr": ["un", "plusieurs"]},
    "month|May": {"nl": "mei", "fr": "mai"},
    "%(count)s row, 5%%": {
        "nl": ["%(count)s rij, 5%%", "%(count)s rijen, 5%%"],
        "fr": ["%(count)s ligne, 5 %%", "%(count)s lignes, 5 %%"],
    },
    "Close": {"nl": "Sluiten", "fr": "Fermer"},
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "app" / "templates").mkdir(parents=True)
    (tmp_path / "app" / "page.py").write_text(PYTHON)
    (tmp_path / "app" / "templates" / "page.html").write_text(TEMPLATE)
    return tmp_path


def run(root: Path, *arguments: str) -> int:
    code: int = script.main(list(arguments), root=root)
    return code


def fill(root: Path, filled: object) -> int:
    file = root / "filled.json"
    file.write_text(json.dumps(filled))
    return run(root, "fill", str(file))


def test_every_marked_string_is_found_and_nothing_else(project: Path) -> None:
    assert set(script.read_sources(project).strings.items()) == {
        ((None, "Submit"), None),
        ((None, "Hello %(name)s"), None),
        ((None, "%(num)s day"), "%(num)s days"),
        ((None, "one"), "many"),
        (("month", "May"), None),
        ((None, "%(count)s row, 5%%"), "%(count)s rows, 5%%"),
        ((None, "Close"), None),
    }


def test_check_passes_once_all_is_filled_in(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(project, "check") == 1
    assert fill(project, FILLED) == 0
    assert run(project, "check") == 0
    assert capsys.readouterr().out.endswith("catalogues: complete\n")
    assert script.path_of(project, "fr").with_suffix(".mo").exists()
    assert run(project, "compile") == 0


def test_missing_gives_json_that_can_be_filled_in(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(project, {key: words for key, words in FILLED.items() if key not in {"Close", "one"}})
    capsys.readouterr()
    assert run(project, "missing", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {
        "Close": {"nl": "", "fr": ""},
        "one": {"nl": ["", ""], "fr": ["", ""]},
    }
    assert run(project, "missing") == 0
    assert "nl+fr: Close  [app/templates/page.html:7]" in capsys.readouterr().out


def test_fill_says_what_it_could_not_set(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert fill(project, {"Nothing": {"nl": "Niets"}, "one": {"nl": "een"}, "Close": {"nl": ["a", "b"]}}) == 1
    said = capsys.readouterr().out.splitlines()
    assert said[:3] == ["not in the sources (nl): Nothing", "needs a list of forms: one", "has no plural: Close"]
    assert "still untranslated (nl+fr): Submit" in said


@pytest.mark.parametrize(
    ("key", "words", "fault"),
    [
        ("Hello %(name)s", "Dag %(naam)s", "other placeholders"),
        ("Hello %(name)s", "Dag %(name)", "cannot be formatted"),
        ("Submit", "100% indienen", "cannot be formatted"),
        ("%(num)s day", ["een dag", "dagen"], "other placeholders"),
    ],
)
def test_check_refuses_a_translation_that_would_break(
    project: Path, capsys: pytest.CaptureFixture[str], key: str, words: object, fault: str
) -> None:
    assert fill(project, FILLED | {key: {"nl": words, "fr": FILLED[key]["fr"]}}) == 1
    capsys.readouterr()
    assert run(project, "check") == 1
    assert f"nl: {fault}" in capsys.readouterr().out


def test_check_refuses_fuzzy_and_untrimmed_strings(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(project, FILLED)
    path = script.path_of(project, "nl")
    path.write_text(path.read_text().replace('msgid "Submit"', '#, fuzzy\nmsgid "Submit"'))
    (project / "app" / "templates" / "more.html").write_text("{% trans %}a\nb{% endtrans %}")
    capsys.readouterr()
    assert run(project, "check") == 1
    said = capsys.readouterr().out
    assert "nl: fuzzy: Submit" in said
    assert "nl: not translated: Submit" in said
    assert "nl: holds a line break" in said


def test_nothing_is_dropped_while_a_file_cannot_be_parsed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fill(project, FILLED)
    before = script.path_of(project, "nl").read_bytes()
    (project / "app" / "templates" / "page.html").write_text("{% trans %}Half a")
    (project / "app" / "page.py").write_text("x = (")
    assert run(project, "update") == 0
    assert script.path_of(project, "nl").read_bytes() == before
    said = capsys.readouterr().err
    assert "skipped, cannot be parsed now: app/page.py" in said
    assert "skipped, cannot be parsed now: app/templates/page.html" in said
    assert run(project, "check") == 1


def test_french_signs_stay_with_their_word(project: Path) -> None:
    fill(project, FILLED | {"Close": {"nl": "Sluiten : ja ?", "fr": "« Fermer » : oui ? Voir https://tandem.example"}})
    close = {locale: script.load(project, locale).get("Close").string for locale in ("nl", "fr")}
    assert close == {
        "nl": "Sluiten : ja ?",
        "fr": "«\u00a0Fermer\u00a0»\u00a0: oui\u00a0? Voir https://tandem.example",
    }
    assert script.load(project, "fr").get("%(count)s row, 5%%").string[0] == "%(count)s ligne, 5\u00a0%%"


def test_french_has_its_own_apostrophe(project: Path) -> None:
    fill(project, FILLED | {"Close": {"nl": "foto's", "fr": "l'appel d'offres, d'%(name)s, 'tel quel'"}})
    close = {locale: script.load(project, locale).get("Close").string for locale in ("nl", "fr")}
    assert close == {"nl": "foto's", "fr": "l’appel d’offres, d’%(name)s, 'tel quel'"}


def test_only_update_drops_what_the_sources_no_longer_hold(project: Path) -> None:
    fill(project, FILLED)
    (project / "app" / "templates" / "page.html").write_text("")
    fill(project, {})
    assert "Sluiten" in script.path_of(project, "nl").read_text()
    assert run(project, "check") == 1
    run(project, "update")
    assert "Sluiten" not in script.path_of(project, "nl").read_text()
    assert run(project, "check") == 0


def test_people_who_fill_at_the_same_time_lose_nothing(project: Path) -> None:
    files = []
    for number, (key, words) in enumerate(FILLED.items()):
        file = project / f"{number}.json"
        file.write_text(json.dumps({key: words}))
        files.append(file)
    with ThreadPoolExecutor(max_workers=len(files)) as people:
        codes = list(people.map(lambda file: run(project, "fill", str(file)), files))
    assert codes == [0] * len(files)
    assert run(project, "check") == 0

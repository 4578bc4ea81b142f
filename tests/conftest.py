"""Databases, applications and browsers for all tests."""

import os

import pytest
from hypothesis import settings

# The same examples every time: whether a change lands must not hang on chance. `make generated` looks further.
settings.register_profile("steady", derandomize=True)
settings.load_profile("steady")

REQUIRED = frozenset(filter(None, os.environ.get("TANDEM_TESTS_REQUIRE", "").split(",")))

pytest_plugins = ["tests.databases", "tests.clients", "tests.personas", "tests.letterbox"]


LONGEST_NAME = 60


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name a parameter that is long by what it is for: a name that holds the content of a file differs each second."""
    return argname if isinstance(val, str | bytes) and len(val) > LONGEST_NAME else None


def passed_by_kind(reporter: pytest.TerminalReporter) -> dict[str, int]:
    """Count the tests of each kind that passed."""
    passed = [report.nodeid for report in reporter.stats.get("passed", [])]
    integration = [name for name in passed if "tests/integration/" in name]
    on_postgresql = [name for name in integration if "postgresql" in name]
    return {
        "unit": sum(name.startswith("tests/unit/") for name in passed),
        "integration on SQLite": len(integration) - len(on_postgresql),
        "integration on PostgreSQL": len(on_postgresql),
        "browser": sum(name.startswith("tests/e2e/") for name in passed),
    }


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests ran of each kind."""
    kinds = passed_by_kind(terminalreporter)
    terminalreporter.write_line("passed: " + ", ".join(f"{count} {kind}" for kind, count in kinds.items()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail where a kind of test that must run (TANDEM_TESTS_REQUIRE) was skipped, or was not there at all."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput") or exitstatus != 0:
        return
    skipped = " ".join(str(report.longrepr) for report in reporter.stats.get("skipped", []))
    ran = " ".join(kind.lower() for kind, count in passed_by_kind(reporter).items() if count)
    missing = [kind for kind in REQUIRED if f"no {kind}" in skipped or kind not in ran]
    if missing:
        reporter.write_line(f"these tests must run here and did not: {', '.join(sorted(missing))}", red=True)
        session.exitstatus = 1

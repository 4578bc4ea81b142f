"""Do something for many people or records, one by one: what is wrong with one of them does not stop the others."""

from collections.abc import Callable, Iterable

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

log = structlog.get_logger("tandem.jobs")


def one_by_one(session: Session, numbers: Iterable[int], do: Callable[[int], int], *, of: str) -> int:
    """Call ``do`` for each number, which opens a transaction of its own; sum up what it gives. ``of`` names them.

    One that fails is rolled back, logged and left to the next run. A database that does not answer rises.
    """
    done = 0
    for number in numbers:
        try:
            done += do(number)
        except sa.exc.OperationalError:
            raise
        except Exception:  # whatever is wrong with one: the others go on, and this one is tried again
            session.rollback()
            log.exception("left out", of=of, number=number)
    return done


def in_transaction(numbers: Iterable[int], do: Callable[[int], object], *, of: str) -> frozenset[int]:
    """Call ``do`` for each number within a transaction that they share; give those that failed, which are logged.

    What the database refuses rises: its transaction is lost.
    """
    failed = set()
    for number in numbers:
        try:
            do(number)
        except sa.exc.SQLAlchemyError:
            raise
        except Exception:  # whatever is wrong with one: the others go on, and this one is tried again
            log.exception("left out", of=of, number=number)
            failed.add(number)
    return frozenset(failed)

"""What somebody must do: one action each, where it is done, and until when (DESIGN §6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.domain.access import Actor
from app.domain.time import PROGRAMME_ZONE, wall_in


@dataclass(frozen=True, slots=True)
class Task:
    """Something to do, in the reader's words: ``title`` is an action and the words of the one link, to ``path``.

    ``key`` stays the same as long as the task does ("poll:12"): who mails about tasks knows by it what was said
    already. ``due_on`` is the last day, none where no day is known.
    """

    key: str
    title: str
    path: str
    due_on: date | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class TaskReader:
    """For whom tasks are put in words, in which language, and when (aware)."""

    actor: Actor
    locale: str
    now: datetime

    @property
    def zone(self) -> ZoneInfo:
        """The reader's own zone, or that of the programme."""
        try:
            return ZoneInfo(self.actor.zone)
        except (ZoneInfoNotFoundError, ValueError):
            return PROGRAMME_ZONE

    @property
    def today(self) -> date:
        """The day that it is for the reader."""
        return wall_in(self.now, self.zone).date()


def in_order(tasks: Iterable[Task]) -> list[Task]:
    """Sort tasks: what is due first comes first, what has no day last."""
    return sorted(tasks, key=lambda task: (task.due_on or date.max, task.title, task.key))

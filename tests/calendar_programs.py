"""Calendar programs that we did not write, and what they understand of the calendars that Tandem sends."""

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from icalendar import Calendar
from playwright.sync_api import Browser

ICAL_JS = Path(__file__).parent / "vendor" / "ical.js"
MINUTES = "%Y-%m-%dT%H:%M"
KHAL = f"""
[calendars]
[[tandem]]
path = {{folder}}/calendar
[sqlite]
path = {{folder}}/khal.db
[default]
default_calendar = tandem
[locale]
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = {MINUTES}
longdatetimeformat = {MINUTES}
"""


@dataclass(frozen=True, order=True)
class Seen:
    """An entry as a program understands it; moments in UTC."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    sequence: int
    cancelled: bool


def calendar_parts(message: EmailMessage) -> list[EmailMessage]:
    """Give the parts of a mail that are invitations."""
    return [part for part in message.walk() if part.get_content_type() == "text/calendar"]


class Strict:
    """icalendar, where nothing may be wrong; keeps what comes by the rules of RFC 5546."""

    def __init__(self) -> None:
        self.entries: dict[str, Seen] = {}

    def take(self, content: str) -> None:
        """Read a calendar and keep its entries."""
        check_form(content)
        calendar = Calendar.from_ical(content)
        for component in calendar.walk():
            assert component.errors == [], component.errors
        for event in calendar.walk("VEVENT"):
            seen = _seen(event)
            before = self.entries.get(seen.uid)
            if before is None or seen.sequence >= before.sequence:
                self.entries[seen.uid] = seen

    def seen(self) -> list[Seen]:
        """Give what it holds."""
        return sorted(self.entries.values())


def check_form(content: str) -> None:
    """Assert what RFC 5545 asks of the lines of a file (§3.1), and that it names each zone that it uses."""
    assert content.endswith("\r\n")
    for line in content.split("\r\n"):
        assert len(line.encode()) <= 75, line
        assert not re.search(r"[\x00-\x08\x0a-\x1f]", line), line
    unfolded = content.replace("\r\n ", "")
    used = set(re.findall(r";TZID=([^:;]+)", unfolded))
    assert used <= set(re.findall(r"\r\nTZID:(.+)\r\n", unfolded))


def _seen(event: Any) -> Seen:  # noqa: ANN401 - the library says no types
    return Seen(
        uid=str(event["UID"]),
        starts_at=event["DTSTART"].dt.astimezone(UTC),
        ends_at=event["DTEND"].dt.astimezone(UTC),
        sequence=int(event["SEQUENCE"]),
        cancelled=str(event["STATUS"]) == "CANCELLED",
    )


@dataclass
class Khal:
    """khal with a calendar of its own in ``folder``, read and written by its commands."""

    folder: Path
    _waiting: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.folder / "calendar").mkdir(parents=True)
        (self.folder / "config").write_text(KHAL.format(folder=self.folder), encoding="utf-8")

    def take(self, content: str) -> None:
        """Keep a calendar to be imported: khal starts slowly, so several go in together."""
        file = self.folder / f"{len(list(self.folder.glob('*.ics')))}.ics"
        file.write_bytes(content.encode())
        self._waiting.append(str(file))

    def seen(self) -> list[Seen]:
        """Give what it lists, and the sequence that it keeps."""
        self._import()
        line = "{uid}\t{start}\t{end}\t{status}"
        listed = self._run("list", "--notstarted", "--day-format", "", "--format", line, "2020-01-01", "4000d")
        lines = {tuple(line.split("\t")) for line in listed.splitlines() if "\t" in line}
        kept = self._sequences()
        return sorted(
            Seen(uid, _utc(starts), _utc(ends), kept[uid], status.strip() == "CANCELLED")
            for uid, starts, ends, status in lines
        )

    def _import(self) -> None:
        """Import what waits, in order."""
        if self._waiting:
            self._run("import", "--batch", "-a", "tandem", *self._waiting)
        self._waiting = []

    def _sequences(self) -> dict[str, int]:
        texts = [file.read_text(encoding="utf-8") for file in (self.folder / "calendar").glob("*.ics")]
        events = [event for text in texts for event in Calendar.from_ical(text).walk("VEVENT")]
        assert len(events) == len(texts)
        return {str(event["UID"]): int(str(event["SEQUENCE"])) for event in events}

    def _run(self, *arguments: str) -> str:
        command = [str(Path(sys.executable).with_name("khal")), "-c", str(self.folder / "config"), *arguments]
        environment = {**os.environ, "HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder), "TZ": "UTC"}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


def _utc(text: str) -> datetime:
    return datetime.strptime(text.strip(), MINUTES).replace(tzinfo=UTC)


READ = """
async ([code, contents]) => {
  const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
  const ICAL = (await import(address)).default;
  const kept = new Map();
  for (const content of contents) {
    const calendar = new ICAL.Component(ICAL.parse(content));
    ICAL.TimezoneService.reset();
    for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
    for (const component of calendar.getAllSubcomponents("vevent")) {
      const event = new ICAL.Event(component);
      const sequence = component.getFirstPropertyValue("sequence");
      if (kept.has(event.uid) && kept.get(event.uid).sequence > sequence) continue;
      kept.set(event.uid, {
        uid: event.uid,
        starts: event.startDate.toUnixTime(),
        ends: event.endDate.toUnixTime(),
        zone: event.startDate.zone.tzid,
        sequence,
        status: component.getFirstPropertyValue("status"),
      });
    }
  }
  return [...kept.values()];
}
"""


class IcalJs:
    """ical.js in a browser: entries kept by uid and sequence, their times reckoned by the VTIMEZONE of the file."""

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._contents: list[str] = []

    def take(self, content: str) -> None:
        """Keep a calendar to be read."""
        self._contents.append(content)

    def seen(self) -> list[Seen]:
        """Give what it makes of all that it was given, in order."""
        page = self._chromium.new_page()
        try:
            found: Sequence[Any] = page.evaluate(READ, [ical_js(), self._contents])
        finally:
            page.close()
        assert all(one["zone"] not in ("floating", None) for one in found)
        return sorted(
            Seen(
                one["uid"],
                datetime.fromtimestamp(one["starts"], UTC),
                datetime.fromtimestamp(one["ends"], UTC),
                one["sequence"],
                one["status"] == "CANCELLED",
            )
            for one in found
        )


def ical_js() -> str:
    """Give the source of ical.js, which must be that of the note beside it."""
    code = (ICAL_JS / "ical.min.js").read_bytes()
    assert hashlib.sha256(code).hexdigest() in (ICAL_JS / "README.md").read_text(encoding="utf-8")
    return code.decode()

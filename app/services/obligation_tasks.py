"""What a side must do for its partnership, from how it stands (DESIGN §6): take part, or plan."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.domain.codes import ObligationStatus, SessionKind
from app.domain.obligations import Expected, Obligation, ProgrammeYear
from app.domain.tasks import Task, TaskReader
from app.domain.texts import title_of
from app.domain.time import PROGRAMME_ZONE, wall_in
from app.language.catalogues import N_, NN_, gettext, ngettext
from app.language.moments import moment_in
from app.queries.obligations import Standing, running_standings
from app.queries.own_reads import OwnReads
from app.queries.partnerships import SideFacts

TO_ATTEND = {
    Expected.DIGITAL: NN_("Take part in %(num)s more digital session", "Take part in %(num)s more digital sessions"),
    Expected.MEETINGS: NN_("Take part in %(num)s more half-day meeting", "Take part in %(num)s more half-day meetings"),
    Expected.EXCHANGE: NN_(
        "Take part in %(num)s more exchange among the Flemish governments",
        "Take part in %(num)s more exchanges among the Flemish governments",
    ),
}


def to_keep(reads: OwnReads, reader: TaskReader) -> Iterator[Task]:
    """Give what the own sides must still do in the current year of their programmes."""
    today = wall_in(reader.now, PROGRAMME_ZONE).date()
    for one in running_standings(reads, today=today):
        for side in one.standing.partnership.sides:
            if side.government_id in reader.actor.participates:
                yield from _OwnSide(one.standing, side, one.year, is_last=one.is_last, reader=reader).tasks()


@dataclass(frozen=True, slots=True)
class _OwnSide:
    """One side of a partnership in a year of its programme."""

    standing: Standing
    side: SideFacts
    year: ProgrammeYear
    is_last: bool
    reader: TaskReader

    def tasks(self) -> Iterator[Task]:
        found = {one.expected: one for one in self.standing.of(self.side.side, self.year.number)}
        digital = found[Expected.DIGITAL].coming if Expected.DIGITAL in found else ()
        for expected in TO_ATTEND:
            if expected in found:
                yield from self._attend(found[expected], digital if expected is Expected.MEETINGS else ())
        if self.side.government_id in self.reader.actor.coordinates:
            yield from self._plan(found)

    def _attend(self, one: Obligation, named_already: Sequence[int]) -> Iterator[Task]:
        ahead = [number for number in one.coming if number not in named_already]
        if not (one.lacking and ahead):
            return
        following = next(each for each in self.standing.sessions if each.id == ahead[0])
        zone, locale = self.reader.zone, self.reader.locale
        yield Task(
            key=self._key(one),
            title=ngettext(locale, *TO_ATTEND[one.expected], one.lacking),
            path=f"/agenda/{following.id}",
            due_on=one.deadline,
            hint=gettext(
                locale,
                N_("Next one: %(title)s, %(moment)s"),
                title=title_of(following, locale),
                moment=moment_in(locale, following.starts_at, zone),
            ),
        )

    def _plan(self, found: dict[Expected, Obligation]) -> Iterator[Task]:
        meetings = found.get(Expected.MEETINGS)
        if meetings is not None and meetings.status is ObligationStatus.AT_RISK:
            plural = NN_(
                "Plan %(num)s more half-day meeting with %(name)s", "Plan %(num)s more half-day meetings with %(name)s"
            )
            title = ngettext(self.reader.locale, *plural, meetings.unplanned, name=self._other)
            yield Task(self._key(meetings), title, f"{self._agenda}/new", meetings.deadline, self._stand(meetings))
        visit = self._visit_to_plan(found)
        if visit is not None:
            yield Task(
                key=self._key(visit),
                title=gettext(self.reader.locale, self._visit_words(found), name=self._other),
                path=f"{self._agenda}/new?kind={SessionKind.WORK_VISIT}",
                due_on=visit.deadline,
            )

    def _visit_to_plan(self, found: dict[Expected, Obligation]) -> Obligation | None:
        """Give what a visit must still be planned for: this year's week, in the last year also a missing direction."""
        directions = (Expected.VISIT_MADE, Expected.VISIT_RECEIVED) if self.is_last else ()
        wanted = [found[one] for one in (Expected.VISIT_WEEK, *directions) if one in found]
        return next((one for one in wanted if one.status is ObligationStatus.AT_RISK), None)

    def _visit_words(self, found: dict[Expected, Obligation]) -> str:
        at_risk = {name for name, one in found.items() if one.status is ObligationStatus.AT_RISK}
        if Expected.VISIT_MADE in at_risk and Expected.VISIT_RECEIVED not in at_risk:
            return N_("Plan the visit to %(name)s")
        if Expected.VISIT_RECEIVED in at_risk and Expected.VISIT_MADE not in at_risk:
            return N_("Agree with %(name)s on the week in which they visit you")
        return N_("Agree with %(name)s on this year’s week of visit")

    def _stand(self, one: Obligation) -> str:
        words = N_("%(counted)s attended and %(planned)s announced of %(needed)s")
        return gettext(self.reader.locale, words, counted=one.counted, planned=one.planned, needed=one.needed)

    @property
    def _other(self) -> str:
        return next(side.name for side in self.standing.partnership.sides if side is not self.side)

    @property
    def _agenda(self) -> str:
        return f"/partnerships/{self.standing.partnership.slug}/agenda"

    def _key(self, one: Obligation) -> str:
        return f"obligation:{self.side.id}:{self.year.number}:{one.expected}"

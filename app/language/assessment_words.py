"""The sentences of the assessment: refusals, and what happened, by their codes."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.domain.assessment import LinkFinding
from app.language.catalogues import N_, NN_, gettext
from app.language.formats import join

ASSESSMENT: Final[Mapping[str, str | tuple[str, str]]] = {
    "criteria_not_hundred": N_("Together the weights of the criteria must be 100; now they are %(total)s."),
    "criterion_twice": N_("This code is there twice: each criterion has its own."),
    "criterion_nameless": N_("Write a title in Dutch: the other languages fall back on it."),
    "criterion_weight": N_("Write a weight from 0 to 100."),
    "nothing_to_score": N_("At least one criterion with a weight must be scored by readers."),
    "too_many_criteria": N_("Write at most %(limit)s criteria."),
    "readers_out_of_range": N_("Write a number of readers from 1 to %(limit)s."),
    "unable_to_score": N_("This candidacy stands at “%(state)s”: it cannot be scored now."),
    "scores_finished": N_("Your scores stand. Reopen them to change something."),
    "scores_not_finished": N_("Finish your own scores first."),
    "scores_changed": N_(
        "These scores were saved in another window after you opened this page. Compare, then save again to keep what "
        "you see here."
    ),
    "score_missing": N_("Choose a number of points."),
    "score_reason_missing": N_("Write why you give these points: the candidate is entitled to the reasons."),
    "reader_unknown": N_("Nobody with this address is known. Add the person first, under People."),
    "not_a_reader": N_("Choose one of the readers of this programme."),
    "reader_has_conflict": N_("%(reader)s has a conflict of interest on this candidacy."),
    "reading_written": N_("%(reader)s has written scores already, so this candidacy stays with this reader."),
    "assignment_changed": N_("Something changed since this proposal was made. Here is a new one: look at it again."),
    "reader.appointed": N_("%(name)s became a reader."),
    "reader.dismissed": N_("%(name)s is no longer a reader."),
    "assessment.given": N_("Given to be read to %(readers)s."),
    "assessment.taken": N_("Taken back from %(reader)s, who had not written anything yet."),
    "assessment.finished": N_("A reader finished the scores."),
    "assessment.reopened": NN_(
        "A reader opened finished scores again, when the scores of %(count)s other reader could be seen.",
        "A reader opened finished scores again, when the scores of %(count)s other readers could be seen.",
    ),
    "assessment.conflict": N_("A conflict of interest was declared."),
    "assessment.discussed": N_("A note was added to the discussion."),
    "assessment.recomputed": NN_(
        "The criteria changed: the points of %(count)s candidacy were computed again.",
        "The criteria changed: the points of %(count)s candidacies were computed again.",
    ),
}

_LINKS: Final[Mapping[LinkFinding, str]] = {
    LinkFinding.NONE: N_("There is no active city link with the Global South: all points."),
    LinkFinding.ACTIVE: N_("There is an active city link with the Global South: no points."),
    LinkFinding.UNKNOWN: N_(
        "It is unknown whether there is an active city link with the Global South: until then this counts half."
    ),
    LinkFinding.DISPUTED: N_(
        "The candidate answers that there is no active city link. Somebody has to ask: until then this counts half."
    ),
}


def link_sentence(locale: str, finding: LinkFinding, known: Sequence[str]) -> str:
    """Explain the computed criterion; ``known`` are the partners of links that we know of."""
    sentence = gettext(locale, _LINKS[finding])
    if not known:
        return sentence
    return f"{sentence} {gettext(locale, N_('Known to us: a link with %(partners)s.'), partners=join(locale, known))}"

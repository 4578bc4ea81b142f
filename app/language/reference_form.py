"""The reference form: the seven sections with which every programme begins, in three languages (DESIGN §4).

Its words are those of the catalogues; from the moment that a programme keeps a version of its form, they are data.
"""

from collections.abc import Mapping
from functools import cache
from typing import Final

from app.domain.candidacy_form import CandidacyForm, FormSection, Question
from app.domain.codes import QuestionKind, Section
from app.domain.texts import Words
from app.language.catalogues import LOCALES, N_, gettext
from app.language.labels import label

Kind = QuestionKind
_INTROS: Final[Mapping[Section, str]] = {
    Section.GOVERNMENT: N_(
        "The administrative contact receives our mails. The political lead is the mayor, alderman or alderwoman who "
        "stands behind this candidacy."
    ),
    Section.THEME: N_("You are only paired in a country that you choose here."),
    Section.LEARNING: N_(
        "You and your partner choose from the same list. You fit best where one is strong in what the other wants to "
        "learn, in both directions."
    ),
    Section.CITY_LINKS: N_(
        "A city link does not keep you from taking part. Governments without one in the Global South have an "
        "advantage, because the programme wants to reach new ones."
    ),
}


def _ask(
    code: str,
    kind: Kind,
    title: str,
    help_text: str = "",
    *,
    required: bool = True,
    word_limit: int = 0,
    only_if: tuple[str, str] | None = None,
) -> tuple[str, Kind, str, str, bool, int, tuple[str, str] | None]:
    return code, kind, title, help_text, required, word_limit, only_if


_QUESTIONS: Final = {
    Section.GOVERNMENT: (
        _ask("administrative_name", Kind.TEXT, N_("Name of the administrative contact")),
        _ask("administrative_email", Kind.EMAIL, N_("E-mail address of the administrative contact")),
        _ask("administrative_phone", Kind.PHONE, N_("Telephone number of the administrative contact"), required=False),
        _ask("political_name", Kind.TEXT, N_("Name of the political lead")),
        _ask(
            "political_role",
            Kind.TEXT,
            N_("Office of the political lead"),
            N_("For example: alderman for international cooperation"),
        ),
        _ask(
            "profiles",
            Kind.PROFILES,
            N_("What kind of place are you?"),
            N_("It helps us to find a partner in a comparable position."),
            required=False,
        ),
    ),
    Section.THEME: (
        _ask("tracks", Kind.TRACKS, N_("Which countries do you choose, in order of preference?")),
        _ask("subjects", Kind.SUBJECTS, N_("Which subjects do you want to work on?")),
        _ask("goals", Kind.GOALS, N_("Which Sustainable Development Goals matter most to you?"), required=False),
        _ask(
            "partners",
            Kind.PARTNERS,
            N_("Which partners would you like best?"),
            N_(
                "If you know a district or commune already, say so here. It counts, together with what both of you "
                "want to learn."
            ),
            required=False,
        ),
    ),
    Section.LEARNING: (
        _ask(
            "strengths",
            Kind.LEARNING,
            N_("What are you good at?"),
            N_("Choose at least one field in which others can learn from you."),
        ),
        _ask(
            "challenges",
            Kind.LEARNING,
            N_("What do you want to learn?"),
            N_("Choose at least one field in which you look for ideas."),
        ),
    ),
    Section.MOTIVATION: (
        _ask(
            "exchange",
            Kind.LONG_TEXT,
            N_("How will you see to it that both sides give and receive equally?"),
            N_("For example: who prepares sessions, who decides on subjects, how you divide the work."),
            word_limit=300,
        ),
        _ask(
            "openness",
            Kind.LONG_TEXT,
            N_("What are you ready to do differently?"),
            N_("For example: a policy that you want to look at with other eyes."),
            word_limit=300,
        ),
    ),
    Section.INVOLVEMENT: (
        _ask("political", Kind.LONG_TEXT, N_("Who takes part on the political side, and how?"), word_limit=200),
        _ask("administrative", Kind.LONG_TEXT, N_("Who takes part in the administration, and how?"), word_limit=200),
        _ask(
            "others",
            Kind.LONG_TEXT,
            N_("Which others take part, such as associations, schools or companies?"),
            word_limit=200,
        ),
        _ask(
            "college_date",
            Kind.DAY,
            N_("When did the college of mayor and aldermen decide on this candidacy?"),
            N_("Leave this open if it has not decided yet."),
            required=False,
        ),
    ),
    Section.PROMISES: (
        _ask(
            "promises",
            Kind.PROMISES,
            N_("What do you promise?"),
            N_("Confirm each of them. If one of them is difficult, talk to the programme team before you submit."),
        ),
        _ask("direction", Kind.DIRECTION, N_("Who travels first?"), required=False),
        _ask(
            "languages",
            Kind.LANGUAGES,
            N_("In which languages can you work?"),
            N_(
                "You and your partner work in English or in French, depending on the country. "
                "Choose a level for at least one."
            ),
        ),
        _ask(
            "unsuitable_weeks",
            Kind.LONG_TEXT,
            N_("Which weeks do not suit you?"),
            N_("For example: the weeks of the budget, or of the fair. We plan around them."),
            required=False,
            word_limit=80,
        ),
    ),
    Section.CITY_LINKS: (
        _ask("has_links", Kind.YES_NO, N_("Do you have an active city link now?")),
        _ask(
            "links",
            Kind.LONG_TEXT,
            N_("With whom, and since when?"),
            word_limit=150,
            only_if=("has_links", "yes"),
        ),
    ),
}


@cache
def reference_form() -> CandidacyForm:
    """Give the reference form, without the lists: those belong to the programme."""
    return CandidacyForm(
        tuple(
            FormSection(
                section,
                Words(**{locale: label(locale, section) for locale in LOCALES}),
                _words(_INTROS.get(section, "")),
                tuple(
                    Question(code, kind, _words(title), _words(hint), required, limit, (), only_if)
                    for code, kind, title, hint, required, limit, only_if in questions
                ),
            )
            for section, questions in _QUESTIONS.items()
        )
    )


def _words(text: str) -> Words:
    return Words(**{locale: gettext(locale, text) for locale in LOCALES})

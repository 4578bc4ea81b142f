"""The words for the codes of ``domain.codes``; a test sees to it that none is forgotten."""

from enum import Enum

from app.domain import codes
from app.language.agenda_labels import AGENDA_LABELS
from app.language.budget_labels import BUDGET_LABELS
from app.language.catalogues import N_, gettext
from app.language.form_words import KINDS

_LABELS: dict[type[Enum], dict[Enum, str]] = {
    codes.Country: {
        codes.Country.BELGIUM: N_("Belgium"),
        codes.Country.RWANDA: N_("Rwanda"),
        codes.Country.BENIN: N_("Benin"),
    },
    codes.GovernmentKind: {
        codes.GovernmentKind.MUNICIPALITY: N_("Municipality"),
        codes.GovernmentKind.DISTRICT: N_("District"),
        codes.GovernmentKind.COMMUNE: N_("Commune"),
    },
    codes.Side: {
        codes.Side.FLEMISH: N_("Flemish side"),
        codes.Side.PARTNER: N_("Partner side"),
    },
    codes.Role: {
        codes.Role.STAFF: N_("Programme team"),
        codes.Role.ASSOCIATION: N_("Association"),
        codes.Role.COORDINATOR: N_("Coordinator"),
        codes.Role.PARTICIPANT: N_("Participant"),
        codes.Role.CANDIDATE: N_("Candidate"),
        codes.Role.AUDITOR: N_("Auditor"),
    },
    codes.CandidacyState: {
        codes.CandidacyState.DRAFT: N_("Draft"),
        codes.CandidacyState.SUBMITTED: N_("Submitted"),
        codes.CandidacyState.RETURNED: N_("Returned for clarification"),
        codes.CandidacyState.IN_ASSESSMENT: N_("In assessment"),
        codes.CandidacyState.SELECTED: N_("Selected"),
        codes.CandidacyState.RESERVE: N_("On the reserve list"),
        codes.CandidacyState.NOT_SELECTED: N_("Not selected"),
        codes.CandidacyState.WITHDRAWN: N_("Withdrawn"),
    },
    codes.Section: {
        codes.Section.GOVERNMENT: N_("Your local government"),
        codes.Section.THEME: N_("Theme and country"),
        codes.Section.LEARNING: N_("What you bring and what you want to learn"),
        codes.Section.MOTIVATION: N_("Motivation"),
        codes.Section.INVOLVEMENT: N_("Broad involvement"),
        codes.Section.PROMISES: N_("What you can promise"),
        codes.Section.CITY_LINKS: N_("City links"),
    },
    codes.SectionStatus: {
        codes.SectionStatus.TO_DO: N_("To do"),
        codes.SectionStatus.STARTED: N_("Started"),
        codes.SectionStatus.DONE: N_("Completed"),
    },
    codes.LanguageLevel: {
        codes.LanguageLevel.BASIC: N_("Basic"),
        codes.LanguageLevel.WORKING: N_("Good enough to work in"),
        codes.LanguageLevel.FLUENT: N_("Fluent"),
    },
    codes.QuestionKind: KINDS,
    codes.Direction: {
        codes.Direction.FLEMISH_TRAVELS: N_("We travel first"),
        codes.Direction.PARTNER_TRAVELS: N_("Our partner travels first"),
        codes.Direction.NO_PREFERENCE: N_("No preference"),
    },
    codes.Profile: {
        codes.Profile.URBAN: N_("Urban"),
        codes.Profile.RURAL: N_("Rural"),
        codes.Profile.COAST: N_("On the coast"),
        codes.Profile.BORDER: N_("On a border"),
        codes.Profile.INDUSTRIAL: N_("Industrial"),
        codes.Profile.TOURISM: N_("Tourism"),
    },
    codes.ScenarioState: {
        codes.ScenarioState.KEPT: N_("Kept"),
        codes.ScenarioState.PUBLISHED: N_("Published"),
        codes.ScenarioState.SUPERSEDED: N_("Replaced by a later pairing"),
    },
    codes.SessionKind: {
        codes.SessionKind.INTRODUCTORY: N_("Introductory session"),
        codes.SessionKind.JOINT_DIGITAL: N_("Joint digital session"),
        codes.SessionKind.PHYSICAL_EXCHANGE: N_("Physical exchange"),
        codes.SessionKind.WORK_VISIT: N_("Work visit"),
        codes.SessionKind.THEMATIC: N_("Two-day thematic event"),
        codes.SessionKind.BILATERAL: N_("Exchange between the two partners"),
        codes.SessionKind.COACHING: N_("Coaching"),
        codes.SessionKind.EVALUATION: N_("Evaluation"),
    },
    codes.SessionStatus: {
        codes.SessionStatus.DRAFT: N_("Draft"),
        codes.SessionStatus.PUBLISHED: N_("Announced"),
        codes.SessionStatus.CANCELLED: N_("Cancelled"),
    },
    codes.EntryKind: {
        codes.EntryKind.ALLOTMENT: N_("Allotment"),
        codes.EntryKind.REDUCTION: N_("Reduction of the allotment"),
        codes.EntryKind.CORRECTION: N_("Correction"),
        codes.EntryKind.TRANSFER_OUT: N_("Transfer to the other side"),
        codes.EntryKind.TRANSFER_IN: N_("Transfer from the other side"),
        codes.EntryKind.RETURN: N_("Returned to the programme"),
        codes.EntryKind.CARRY_OVER: N_("Carried over"),
        codes.EntryKind.COMMITMENT: N_("Commitment"),
        codes.EntryKind.RELEASE: N_("Release of a commitment"),
        codes.EntryKind.PAYMENT: N_("Payment"),
    },
    codes.Category: {
        codes.Category.TRAVEL: N_("Travel"),
        codes.Category.STAY: N_("Stay"),
        codes.Category.LOCAL_TRANSPORT: N_("Local transport"),
        codes.Category.VISA_INSURANCE: N_("Visa and insurance"),
        codes.Category.TRAINING: N_("Training"),
        codes.Category.CONFERENCE: N_("Conference"),
        codes.Category.INTERPRETATION: N_("Interpretation"),
        codes.Category.MATERIAL: N_("Material"),
        codes.Category.OTHER: N_("Other"),
    },
    codes.Currency: {
        codes.Currency.EUR: N_("Euro"),
        codes.Currency.RWF: N_("Rwandan franc"),
        codes.Currency.XOF: N_("CFA franc (BCEAO)"),
        codes.Currency.USD: N_("US dollar"),
    },
    codes.BudgetPace: {
        codes.BudgetPace.ON_TRACK: N_("In step with the calendar"),
        codes.BudgetPace.AHEAD: N_("Ahead of the calendar"),
        codes.BudgetPace.BEHIND: N_("Behind the calendar"),
        codes.BudgetPace.SPENT: N_("Nothing left"),
    },
    codes.MailState: {
        codes.MailState.WAITING: N_("Waiting"),
        codes.MailState.SENT: N_("Sent"),
        codes.MailState.FAILED: N_("Not delivered"),
    },
    **AGENDA_LABELS,
    **BUDGET_LABELS,
}
_LANGUAGES = {
    "nl": N_("Dutch"),
    "fr": N_("French"),
    "en": N_("English"),
    "rw": N_("Kinyarwanda"),
    "fon": N_("Fon"),
    "yo": N_("Yoruba"),
    "de": N_("German"),
    "sw": N_("Swahili"),
}
_OWN_NAMES = {"nl": "Nederlands", "fr": "Français", "en": "English"}


def label(locale: str, code: Enum | tuple[type[Enum], str | int]) -> str:
    """Return the words for a code: a member, or its class and value as read from the database.

    :raises KeyError: the class of the member has no words here.
    :raises ValueError: the class has no such value.
    """
    member = code[0](code[1]) if isinstance(code, tuple) else code
    return gettext(locale, _LABELS[type(member)][member])


def choices(locale: str, codes_of: type[Enum]) -> list[tuple[str, str]]:
    """Return all values of a class of codes with their words, in its order: what a select or radio list needs."""
    return [(str(member.value), label(locale, member)) for member in codes_of]


def has_label(code: object) -> bool:
    """Tell whether ``code`` is a member that has words here."""
    return isinstance(code, Enum) and code in _LABELS.get(type(code), {})


def language_name(locale: str, language: str) -> str:
    """Return the name of a language (ISO 639) in ``locale``; a language that we do not know keeps its code."""
    return gettext(locale, _LANGUAGES[language]) if language in _LANGUAGES else language


def own_name(locale: str) -> str:
    """Return the name of one of our locales in that language itself, for the choice of language."""
    return _OWN_NAMES[locale]

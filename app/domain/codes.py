"""The programme's fixed vocabularies: lowercase codes, stored by value, put in words by ``language.labels``."""

from enum import IntEnum, StrEnum


class Country(StrEnum):
    """A country with local governments in the programme (ISO 3166-1)."""

    BELGIUM = "BE"
    RWANDA = "RW"
    BENIN = "BJ"


class GovernmentKind(StrEnum):
    """What a local government is called in its country."""

    MUNICIPALITY = "municipality"
    DISTRICT = "district"
    COMMUNE = "commune"


class Side(StrEnum):
    """One of the two equal halves of a partnership, in the order in which they are always shown."""

    FLEMISH = "flemish"
    PARTNER = "partner"


class Role(StrEnum):
    """What a person is in the programme (DESIGN §10)."""

    STAFF = "staff"
    ASSOCIATION = "association"
    COORDINATOR = "coordinator"
    PARTICIPANT = "participant"
    CANDIDATE = "candidate"
    AUDITOR = "auditor"


class CandidacyState(StrEnum):
    """Where a candidacy stands; the ways between are ``candidacy.TRANSITIONS``."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    IN_ASSESSMENT = "in_assessment"
    SELECTED = "selected"
    RESERVE = "reserve"
    NOT_SELECTED = "not_selected"
    WITHDRAWN = "withdrawn"


class Section(StrEnum):
    """A part of the candidacy form, in the order of the task list (DESIGN §4)."""

    GOVERNMENT = "government"
    THEME = "theme"
    LEARNING = "learning"
    MOTIVATION = "motivation"
    INVOLVEMENT = "involvement"
    PROMISES = "promises"
    CITY_LINKS = "city_links"


class QuestionKind(StrEnum):
    """What a question of the candidacy form is answered with.

    The first six may be asked by any programme; the others lead to answers that the pairing or the agenda use.
    """

    TEXT = "text"
    LONG_TEXT = "long_text"
    DAY = "day"
    YES_NO = "yes_no"
    ONE_OF = "one_of"
    SEVERAL_OF = "several_of"
    EMAIL = "email"
    PHONE = "phone"
    PROFILES = "profiles"
    TRACKS = "tracks"
    SUBJECTS = "subjects"
    GOALS = "goals"
    PARTNERS = "partners"
    LEARNING = "learning"
    PROMISES = "promises"
    DIRECTION = "direction"
    LANGUAGES = "languages"


class SectionStatus(StrEnum):
    """How far a section is."""

    TO_DO = "to_do"
    STARTED = "started"
    DONE = "done"


class LanguageLevel(IntEnum):
    """How well a language is spoken."""

    BASIC = 1
    WORKING = 2
    FLUENT = 3


class Direction(StrEnum):
    """Which side travels in year 1."""

    FLEMISH_TRAVELS = "flemish_travels"
    PARTNER_TRAVELS = "partner_travels"
    NO_PREFERENCE = "no_preference"


class Profile(StrEnum):
    """What kind of place a local government is: it helps to find a comparable partner."""

    URBAN = "urban"
    RURAL = "rural"
    COAST = "coast"
    BORDER = "border"
    INDUSTRIAL = "industrial"
    TOURISM = "tourism"


class ScenarioState(StrEnum):
    """A pairing that is kept, published, or replaced by a later one."""

    KEPT = "kept"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"


class SessionKind(StrEnum):
    """What a session of the agenda is (DESIGN §6)."""

    INTRODUCTORY = "introductory"
    JOINT_DIGITAL = "joint_digital"
    PHYSICAL_EXCHANGE = "physical_exchange"
    WORK_VISIT = "work_visit"
    THEMATIC = "thematic"
    BILATERAL = "bilateral"
    COACHING = "coaching"
    EVALUATION = "evaluation"


class SessionStatus(StrEnum):
    """Whether a session is only planned by its makers, announced, or called off."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CANCELLED = "cancelled"


class EntryKind(StrEnum):
    """What a ledger entry does to an allotment."""

    COMMITMENT = "commitment"
    RELEASE = "release"
    PAYMENT = "payment"


class Category(StrEnum):
    """What money is spent on (DESIGN §7)."""

    TRAVEL = "travel"
    STAY = "stay"
    LOCAL_TRANSPORT = "local_transport"
    VISA_INSURANCE = "visa_insurance"
    TRAINING = "training"
    CONFERENCE = "conference"
    INTERPRETATION = "interpretation"
    MATERIAL = "material"
    OTHER = "other"


class Currency(StrEnum):
    """A currency of the ledger (ISO 4217)."""

    EUR = "EUR"
    RWF = "RWF"
    XOF = "XOF"


class BudgetPace(StrEnum):
    """How the use of a half of the budget compares with the time that has passed."""

    ON_TRACK = "on_track"
    AHEAD = "ahead"
    BEHIND = "behind"
    SPENT = "spent"


class MailState(StrEnum):
    """Where a mail in the outbox stands."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"

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
    """What a ledger entry does to an allotment.

    ``ALLOTMENT`` opens or raises it, ``REDUCTION`` lowers it; a transfer has two legs, one on each side.
    """

    ALLOTMENT = "allotment"
    REDUCTION = "reduction"
    COMMITMENT = "commitment"
    RELEASE = "release"
    PAYMENT = "payment"
    CORRECTION = "correction"
    TRANSFER_OUT = "transfer_out"
    TRANSFER_IN = "transfer_in"
    RETURN = "return"
    CARRY_OVER = "carry_over"


class Account(StrEnum):
    """An account of a side's books (DESIGN §7); the balances of all of them together are nothing.

    ``ALLOTMENT`` holds what is available; ``PROGRAMME`` is where the money comes from, below nothing by what it gave;
    ``TRANSFERRED`` what went to the other side (below nothing: came from it); ``RETURNED`` what was given back or
    carried over at the end.
    """

    PROGRAMME = "programme"
    ALLOTMENT = "allotment"
    COMMITTED = "committed"
    PAID = "paid"
    TRANSFERRED = "transferred"
    RETURNED = "returned"


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
    USD = "USD"


class ClaimState(StrEnum):
    """Where a claim stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class TransferState(StrEnum):
    """Where a transfer between the sides stands."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class ConsentParty(StrEnum):
    """Who must agree before money goes from one side to the other."""

    FLEMISH = "flemish"
    PARTNER = "partner"
    STAFF = "staff"


class RestRule(StrEnum):
    """What becomes of the rest of a half when a partnership ends."""

    RETURNED = "returned"
    CARRIED_OVER = "carried_over"


class HintKind(StrEnum):
    """What a rule about eligible costs looks at."""

    NOT_ELIGIBLE = "not_eligible"
    PRIOR_AGREEMENT = "prior_agreement"
    PERIOD = "period"
    RECEIPT = "receipt"
    KEEP = "keep"
    OFFERS = "offers"
    GENERAL = "general"


class HintForce(StrEnum):
    """Whether a rule about eligible costs only warns, or refuses."""

    WARNS = "warns"
    REFUSES = "refuses"


class Meal(StrEnum):
    """A meal that a host provides, so that the day allowance is less."""

    BREAKFAST = "breakfast"
    LUNCH = "lunch"
    DINNER = "dinner"


class DayCount(StrEnum):
    """Which days of a stay give a day allowance: those between two nights there, or every calendar day."""

    BETWEEN_NIGHTS = "between_nights"
    EVERY_DAY = "every_day"


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


class Reply(StrEnum):
    """What somebody answers to an invitation; ``WAITING``: would come, but the session is full."""

    COMING = "coming"
    NOT_COMING = "not_coming"
    WAITING = "waiting"


class Presence(StrEnum):
    """Whether somebody took part."""

    PRESENT = "present"
    ABSENT = "absent"


class PresenceSource(StrEnum):
    """How it is known that somebody took part: by the own link, the host's list, or a correction afterwards."""

    LINK = "link"
    HOST = "host"
    CORRECTION = "correction"


class PollAnswer(StrEnum):
    """How a proposed moment suits somebody."""

    YES = "yes"
    IF_NEED_BE = "if_need_be"
    NO = "no"


class PollState(StrEnum):
    """Whether a poll takes answers, led to a session, or was given up."""

    OPEN = "open"
    FIXED = "fixed"
    CLOSED = "closed"


class LinkPurpose(StrEnum):
    """What a personal link lets its reader do without signing in."""

    REPLY = "reply"
    ATTEND = "attend"
    POLL = "poll"
    MAIL = "mail"


class MailChoice(StrEnum):
    """A kind of mail that a person switches on or off."""

    WEEK_BEFORE = "week_before"
    DAY_BEFORE = "day_before"
    DIGEST = "digest"
    TASKS = "tasks"


class Representing(StrEnum):
    """For whom somebody travels."""

    OFFICIAL = "official"
    POLITICIAN = "politician"
    CIVIL_SOCIETY = "civil_society"
    OTHER = "other"


class CheckBy(StrEnum):
    """Who takes care of an item on a traveller's checklist."""

    TRAVELLER = "traveller"
    TRAVELLING_SIDE = "travelling_side"
    HOST_SIDE = "host_side"
    STAFF = "staff"


class CostUnit(StrEnum):
    """What a unit rate of a visit is multiplied by."""

    TRAVELLER = "traveller"
    TRAVELLER_NIGHT = "traveller_night"
    TRAVELLER_DAY = "traveller_day"
    DAY = "day"
    VISIT = "visit"


class ObligationStatus(StrEnum):
    """How an obligation stands."""

    DONE = "done"
    PLANNED = "planned"
    AT_RISK = "at_risk"
    MISSED = "missed"

"""The words for the codes of agenda, visits and obligations."""

from enum import Enum
from typing import Final

from app.domain import codes
from app.domain.series import Repeat
from app.language.catalogues import N_

AGENDA_LABELS: Final[dict[type[Enum], dict[Enum, str]]] = {
    codes.Reply: {
        codes.Reply.COMING: N_("I am coming"),
        codes.Reply.NOT_COMING: N_("I am not coming"),
        codes.Reply.WAITING: N_("On the waiting list"),
    },
    Repeat: {
        Repeat.WEEKLY: N_("Every week"),
        Repeat.FORTNIGHTLY: N_("Every two weeks"),
        Repeat.MONTHLY_WEEKDAY: N_("Every month on the same weekday, such as each third Monday"),
        Repeat.MONTHLY_DAY: N_("Every month on the same day, such as each 15th"),
    },
    codes.Presence: {
        codes.Presence.PRESENT: N_("Present"),
        codes.Presence.ABSENT: N_("Absent"),
    },
    codes.PresenceSource: {
        codes.PresenceSource.LINK: N_("Own link"),
        codes.PresenceSource.HOST: N_("List of the host"),
        codes.PresenceSource.CORRECTION: N_("Correction afterwards"),
    },
    codes.PollAnswer: {
        codes.PollAnswer.YES: N_("Yes"),
        codes.PollAnswer.IF_NEED_BE: N_("If need be"),
        codes.PollAnswer.NO: N_("No"),
    },
    codes.PollState: {
        codes.PollState.OPEN: N_("Open for answers"),
        codes.PollState.FIXED: N_("Moment chosen"),
        codes.PollState.CLOSED: N_("Closed without a moment"),
    },
    codes.LinkPurpose: {
        codes.LinkPurpose.REPLY: N_("Reply to an invitation"),
        codes.LinkPurpose.ATTEND: N_("Register attendance"),
        codes.LinkPurpose.POLL: N_("Answer a poll"),
        codes.LinkPurpose.MAIL: N_("Choose mails"),
    },
    codes.MailChoice: {
        codes.MailChoice.WEEK_BEFORE: N_("Reminder a week before a session"),
        codes.MailChoice.DAY_BEFORE: N_("Reminder the day before a session"),
        codes.MailChoice.DIGEST: N_("Overview once a week"),
        codes.MailChoice.TASKS: N_("Mail when I must do something"),
    },
    codes.Representing: {
        codes.Representing.OFFICIAL: N_("Official"),
        codes.Representing.POLITICIAN: N_("Politician"),
        codes.Representing.CIVIL_SOCIETY: N_("Civil society"),
        codes.Representing.OTHER: N_("Someone else"),
    },
    codes.CheckBy: {
        codes.CheckBy.TRAVELLER: N_("The traveller"),
        codes.CheckBy.TRAVELLING_SIDE: N_("The side that travels"),
        codes.CheckBy.HOST_SIDE: N_("The side that receives"),
        codes.CheckBy.STAFF: N_("VVSG"),
    },
    codes.CostUnit: {
        codes.CostUnit.TRAVELLER: N_("per traveller"),
        codes.CostUnit.TRAVELLER_NIGHT: N_("per traveller and night"),
        codes.CostUnit.TRAVELLER_DAY: N_("per traveller and day"),
        codes.CostUnit.DAY: N_("per day"),
        codes.CostUnit.VISIT: N_("per visit"),
    },
    codes.ObligationStatus: {
        codes.ObligationStatus.DONE: N_("Done"),
        codes.ObligationStatus.PLANNED: N_("Planned"),
        codes.ObligationStatus.AT_RISK: N_("At risk"),
        codes.ObligationStatus.MISSED: N_("Missed"),
    },
}

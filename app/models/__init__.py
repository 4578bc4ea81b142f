"""Tables and their constraints, one module per aggregate; importing this package knows them all."""

from app.models.agenda import AgendaSession
from app.models.budget import Allotment, LedgerEntry
from app.models.candidacy import Candidacy, CandidacyMember, CandidacySection, PartnerProfile
from app.models.event import Event, LogHead
from app.models.mail import Mail
from app.models.pairing import PairingBoard, PairingScenario
from app.models.partnership import Partnership, PartnershipSide
from app.models.person import FormReceipt, Membership, Person, RateWindow, SignInRequest, WebSession
from app.models.programme import Call, Programme, ProgrammeVersion, Subject, TemplateSession, Track
from app.models.reference import Association, CityLink, Goal, LocalGovernment, PolicyField

__all__ = [
    "AgendaSession",
    "Allotment",
    "Association",
    "Call",
    "Candidacy",
    "CandidacyMember",
    "CandidacySection",
    "CityLink",
    "Event",
    "FormReceipt",
    "Goal",
    "LedgerEntry",
    "LocalGovernment",
    "LogHead",
    "Mail",
    "Membership",
    "PairingBoard",
    "PairingScenario",
    "PartnerProfile",
    "Partnership",
    "PartnershipSide",
    "Person",
    "PolicyField",
    "Programme",
    "ProgrammeVersion",
    "RateWindow",
    "SignInRequest",
    "Subject",
    "TemplateSession",
    "Track",
    "WebSession",
]

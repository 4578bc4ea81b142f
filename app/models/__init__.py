"""Tables and their constraints, one module per aggregate; importing this package knows them all."""

from app.models.agenda import AgendaSession
from app.models.assessment import ConflictOfInterest, DiscussionNote, Reader, Reading, Score
from app.models.budget import Allotment, LedgerEntry
from app.models.candidacy import (
    Attachment,
    Candidacy,
    CandidacyMember,
    CandidacySection,
    CandidacySectionVersion,
    CandidacySubmission,
    Clarification,
    Confirmation,
    LateAdmission,
    PartnerProfile,
)
from app.models.candidacy_import import CandidacyImport
from app.models.decision import Decision, DecisionRound
from app.models.event import Event, LogHead
from app.models.file import StoredFile
from app.models.form import FormVersion
from app.models.job import JobRun
from app.models.mail import Mail, MailAttachment
from app.models.motivation import MotivationText, PartnershipMotivation
from app.models.pairing import PairingBoard, PairingScenario
from app.models.partnership import Partnership, PartnershipSide
from app.models.person import FormReceipt, Membership, Person, RateWindow, SignInRequest, WebSession
from app.models.programme import Call, Programme, ProgrammeVersion, Subject, TemplateSession, Track
from app.models.reference import Association, CityLink, Goal, LocalGovernment, PolicyField

__all__ = [
    "AgendaSession",
    "Allotment",
    "Association",
    "Attachment",
    "Call",
    "Candidacy",
    "CandidacyImport",
    "CandidacyMember",
    "CandidacySection",
    "CandidacySectionVersion",
    "CandidacySubmission",
    "CityLink",
    "Clarification",
    "Confirmation",
    "ConflictOfInterest",
    "Decision",
    "DecisionRound",
    "DiscussionNote",
    "Event",
    "FormReceipt",
    "FormVersion",
    "Goal",
    "JobRun",
    "LateAdmission",
    "LedgerEntry",
    "LocalGovernment",
    "LogHead",
    "Mail",
    "MailAttachment",
    "Membership",
    "MotivationText",
    "PairingBoard",
    "PairingScenario",
    "PartnerProfile",
    "Partnership",
    "PartnershipMotivation",
    "PartnershipSide",
    "Person",
    "PolicyField",
    "Programme",
    "ProgrammeVersion",
    "RateWindow",
    "Reader",
    "Reading",
    "Score",
    "SignInRequest",
    "StoredFile",
    "Subject",
    "TemplateSession",
    "Track",
    "WebSession",
]

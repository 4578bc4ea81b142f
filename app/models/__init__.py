"""Tables and their constraints, one module per aggregate; importing this package knows them all."""

from app.models.agenda import (
    AgendaSession,
    Attendance,
    BusyPeriod,
    SessionDocument,
    SessionMinutes,
    SessionReply,
)
from app.models.assessment import ConflictOfInterest, DiscussionNote, Reader, Reading, Score
from app.models.budget import (
    Allotment,
    BudgetSum,
    CheckRun,
    CommitmentBalance,
    ExchangeRate,
    LedgerEntry,
    PlannedSpending,
    Posting,
)
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
from app.models.claim import Claim, ClaimEntry, ClaimLine, Receipt
from app.models.decision import Decision, DecisionRound
from app.models.event import Event, LogHead
from app.models.file import StoredFile
from app.models.form import FormVersion
from app.models.job import JobRun
from app.models.mail import Mail, MailAttachment
from app.models.motivation import MotivationText, PartnershipMotivation
from app.models.pairing import PairingBoard, PairingScenario
from app.models.partnership import Partnership, PartnershipSide
from app.models.person import (
    FormReceipt,
    MailPreference,
    Membership,
    Person,
    PersonalLink,
    RateWindow,
    SignInRequest,
    WebSession,
)
from app.models.poll import Poll, PollMember, PollOption, PollVote
from app.models.programme import Call, Programme, ProgrammeVersion, Subject, TemplateSession, Track
from app.models.reference import Association, CityLink, Goal, LocalGovernment, PolicyField
from app.models.settlement import ClosedYear, Settlement, StatementConfirmation, Transfer, TransferConsent
from app.models.visit import (
    Traveller,
    TravellerCheck,
    TravellerIdentity,
    VisitCommitment,
    VisitEstimate,
    VisitItem,
    VisitReport,
    WorkVisit,
)

__all__ = [
    "AgendaSession",
    "Allotment",
    "Association",
    "Attachment",
    "Attendance",
    "BudgetSum",
    "BusyPeriod",
    "Call",
    "Candidacy",
    "CandidacyImport",
    "CandidacyMember",
    "CandidacySection",
    "CandidacySectionVersion",
    "CandidacySubmission",
    "CheckRun",
    "CityLink",
    "Claim",
    "ClaimEntry",
    "ClaimLine",
    "Clarification",
    "ClosedYear",
    "CommitmentBalance",
    "Confirmation",
    "ConflictOfInterest",
    "Decision",
    "DecisionRound",
    "DiscussionNote",
    "Event",
    "ExchangeRate",
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
    "MailPreference",
    "Membership",
    "MotivationText",
    "PairingBoard",
    "PairingScenario",
    "PartnerProfile",
    "Partnership",
    "PartnershipMotivation",
    "PartnershipSide",
    "Person",
    "PersonalLink",
    "PlannedSpending",
    "PolicyField",
    "Poll",
    "PollMember",
    "PollOption",
    "PollVote",
    "Posting",
    "Programme",
    "ProgrammeVersion",
    "RateWindow",
    "Reader",
    "Reading",
    "Receipt",
    "Score",
    "SessionDocument",
    "SessionMinutes",
    "SessionReply",
    "Settlement",
    "SignInRequest",
    "StatementConfirmation",
    "StoredFile",
    "Subject",
    "TemplateSession",
    "Track",
    "Transfer",
    "TransferConsent",
    "Traveller",
    "TravellerCheck",
    "TravellerIdentity",
    "VisitCommitment",
    "VisitEstimate",
    "VisitItem",
    "VisitReport",
    "WebSession",
    "WorkVisit",
]

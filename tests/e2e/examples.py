"""For every page one address or more, and who looks at it there. A page that is missing fails the tests."""

from typing import Final

FILES: Final = frozenset(
    {
        "operation.health",
        "operation.ready",
        "operation.static",
        "offline.worker",
        "api.openapi",
        "api.programmes",
        "api.programme",
        "api.partnerships",
        "api.partnership",
        "api.sessions",
        "api.local_governments",
        "api.schema",
        "candidacies.attachment",
        "account.export",
        "confirmations.attachment",
        "staff.candidacies.export",
        "staff.people.export",
        "staff.obligations.export",
        "staff.pairings.files",
        "staff.pairings.problem",
        "staff.pairings.solution",
        "attendance.session_pdf",
        "attendance.year_pdf",
        "budget.csv",
        "agenda.feed",
        "agenda.entry",
        "my.feed",
        "demo.mail_file",
        "staff.mail.file",
        "candidacies.answers_pdf",
        "candidacies.decision_letter",
        "partnerships.motivation_pdf",
        "staff.decisions.letter",
        "candidacies.questions_pdf",
        "staff.candidacies.answers_pdf",
        "staff.exports.file",
        "staff.imports.template",
    }
)
"""What is fetched by programs: no pages."""

VISITOR, NEWCOMER, CANDIDATE, SUBMITTER = "visitor", "newcomer", "candidate", "submitter"
COORDINATOR, PARTICIPANT, OFFICER, STAFF = "coordinator", "participant", "officer", "staff"
READER = "reader"

PERSONAS: Final = {
    SUBMITTER: "Contact van Demo-Leie",
    COORDINATOR: "Coordinator of Bugesera",
    PARTICIPANT: "Deelnemer van Demo-Leie",
    OFFICER: "Officer of RALGA",
    STAFF: "Programmateam VVSG",
    READER: "Lezer met ervaring in Rwanda en Benin",
}
"""Who signs in with the one click of the demo; the others come as they are (see ``everybody``)."""

PAIR: Final = "/partnerships/demo-durme-bugesera-2026"
# a partnership of the demo whose motivation waits to be released
WAITING: Final = "/partnerships/demo-ijzer-demo-mono-2026"
DRAFT: Final = "/candidacies/{draft}"
PROGRAMME: Final = "/staff/programme/sdg-2026-2027"
FORM: Final = "/staff/programme/sdg-2027-2028/form"

EXAMPLES: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "home.index": ((VISITOR, "/"),),
    "programme.detail": ((VISITOR, "/programme"),),
    "partnerships.index": ((VISITOR, "/partnerships"),),
    "partnerships.detail": ((VISITOR, PAIR),),
    "pages.privacy": ((VISITOR, "/privacy"),),
    "pages.accessibility": ((VISITOR, "/accessibility"),),
    "api.index": ((VISITOR, "/api/v1"),),
    "agenda.index": ((VISITOR, "/agenda"), (VISITOR, "/agenda?year=2026")),
    "agenda.detail": ((VISITOR, "/agenda/54"), (COORDINATOR, "/agenda/53"), (STAFF, "/agenda/57")),
    "agenda.edit": ((STAFF, "/agenda/57/edit"),),
    "agenda.cancel": ((STAFF, "/agenda/57/cancel"),),
    "attendance.index": ((STAFF, "/agenda/40/attendance"), (OFFICER, "/agenda/46/attendance?q=bu")),
    "attendance.link": ((VISITOR, "/attend/{early_attend_link}"), (VISITOR, "/attend/{late_attend_link}")),
    "attendance.own": ((COORDINATOR, "/my/attendance"), (READER, "/my/attendance")),
    "attendance.person": ((STAFF, "/attendance/{bugesera}"),),
    "candidacies.questions": ((VISITOR, "/candidacies/questions"),),
    "candidacies.new": ((VISITOR, "/candidacies/new"), (STAFF, "/candidacies/new")),
    "candidacies.detail": ((CANDIDATE, DRAFT), (SUBMITTER, "/candidacies/SDG-DEM001")),
    "candidacies.check": ((CANDIDATE, f"{DRAFT}/check"), (SUBMITTER, "/candidacies/SDG-DEM001/check")),
    "candidacies.attachments": (
        (CANDIDATE, f"{DRAFT}/attachments"),
        (SUBMITTER, "/candidacies/SDG-DEM001/attachments"),
    ),
    "candidacies.attachment_removal": ((CANDIDATE, f"{DRAFT}/attachments/{{attachment}}/removal"),),
    "candidacies.submitted": ((SUBMITTER, "/candidacies/SDG-DEM001/submitted"),),
    "candidacies.people": ((CANDIDATE, f"{DRAFT}/people"), (SUBMITTER, "/candidacies/SDG-DEM001/people")),
    "candidacies.person_removal": ((SUBMITTER, "/candidacies/SDG-DEM001/people/{submitter}/removal"),),
    "candidacies.history": ((CANDIDATE, f"{DRAFT}/history"), (SUBMITTER, "/candidacies/SDG-DEM001/history")),
    "candidacies.version": ((CANDIDATE, f"{DRAFT}/history/government/1"),),
    "candidacies.confirmation": ((CANDIDATE, "/candidacies/{asked}/confirmation"),),
    "confirmations.show": ((VISITOR, "/confirmations/{confirmation}"), (VISITOR, "/confirmations/{confirmed}")),
    "candidacies.withdrawal": ((CANDIDATE, f"{DRAFT}/withdrawal"),),
    "candidacies.section": tuple(
        (CANDIDATE, f"{DRAFT}/{section}")
        for section in ("government", "theme", "learning", "motivation", "involvement", "promises", "city_links")
    ),
    "assessments.index": ((READER, "/assessments"),),
    "assessments.detail": ((READER, "/assessments/SDG-DEM006"), (READER, "/assessments/SDG-DEM008")),
    "assessments.conflict": ((READER, "/assessments/SDG-DEM008/conflict"),),
    "assessments.declared": ((READER, "/assessments-conflict"),),
    "staff.assessment.index": ((STAFF, "/staff/assessment"),),
    "staff.assessment.detail": ((STAFF, "/staff/assessment/SDG-DEM006"), (STAFF, "/staff/assessment/SDG-DEM001")),
    "staff.assessment.plan": ((STAFF, "/staff/assessment/assignment"),),
    "staff.decisions.index": ((STAFF, "/staff/decisions"), (STAFF, "/staff/decisions?done=proposed")),
    "staff.decisions.confirm": ((STAFF, "/staff/decisions/sending"),),
    "staff.decisions.detail": ((STAFF, "/staff/decisions/SDG-DEM004"),),
    "sign_in.new": ((VISITOR, "/sign-in"),),
    "sign_in.code": ((NEWCOMER, "/sign-in/code"),),
    "sign_in.link": ((NEWCOMER, "{link}"),),
    "sign_in.leave": ((VISITOR, "/sign-out"), (PARTICIPANT, "/sign-out")),
    "account.show": ((PARTICIPANT, "/account"),),
    "account.data": ((PARTICIPANT, "/account/data"),),
    "account.removal": ((PARTICIPANT, "/account/removal"), (COORDINATOR, "/account/removal")),
    "account.removed": ((VISITOR, "/account/removed"),),
    "my.index": ((COORDINATOR, "/my"), (SUBMITTER, "/my"), (OFFICER, "/my"), (PARTICIPANT, "/my")),
    "my.tasks": ((COORDINATOR, "/my/tasks"), (SUBMITTER, "/my/tasks")),
    "my.agenda": ((COORDINATOR, "/my/agenda"), (PARTICIPANT, "/my/agenda")),
    "partnerships.year": ((COORDINATOR, f"{PAIR}/year"), (STAFF, f"{PAIR}/year?year=2027")),
    "partnerships.agenda": ((COORDINATOR, f"{PAIR}/agenda"),),
    "partnerships.weeks": ((COORDINATOR, f"{PAIR}/agenda/weeks"), (STAFF, f"{PAIR}/agenda/weeks")),
    "partnerships.weeks_removal": ((COORDINATOR, f"{PAIR}/agenda/weeks/{{weeks}}/removal"),),
    "moments.index": (
        (COORDINATOR, "/moments"),
        (STAFF, "/moments?of=track:3&first=2027-01-11&last=2027-01-29&minutes=60&zone=Europe/Brussels"),
    ),
    "partnerships.new_session": ((COORDINATOR, f"{PAIR}/agenda/new"),),
    "partnerships.people": ((COORDINATOR, f"{PAIR}/people"),),
    "partnerships.motivation": ((COORDINATOR, f"{PAIR}/motivation"), (OFFICER, f"{PAIR}/motivation?language=nl")),
    "polls.answer": ((VISITOR, "/polls/answer/{poll_link}"), (VISITOR, "/polls/answer/{fixed_poll_link}")),
    "polls.own_answer": ((OFFICER, "/polls/1/answer"), (OFFICER, "/polls/1/answer?change=1")),
    "polls.index": ((STAFF, "/polls"), (COORDINATOR, "/polls")),
    "polls.new": ((STAFF, "/polls/new?moment=2026-12-03T14:00"), (COORDINATOR, "/polls/new")),
    "polls.detail": ((STAFF, "/polls/1"), (OFFICER, "/polls/2")),
    "polls.choice": ((STAFF, "/polls/1/moments/1"),),
    "polls.closing": ((STAFF, "/polls/1/closing"),),
    "polls.moment_removal": ((STAFF, "/polls/1/moments/1/removal"),),
    "budget.detail": ((COORDINATOR, f"{PAIR}/budget"), (STAFF, f"{PAIR}/budget")),
    "budget.new": tuple(
        (COORDINATOR, f"{PAIR}/budget/new?kind={kind}") for kind in ("payment", "commitment", "release")
    ),
    "staff.index": ((STAFF, "/staff"),),
    "staff.components": ((STAFF, "/staff/components"),),
    "staff.programme.index": ((STAFF, "/staff/programme"),),
    "staff.programme.new": ((STAFF, "/staff/programme/new"),),
    "staff.programme.year": ((STAFF, f"{PROGRAMME}/year"),),
    "staff.obligations.index": ((STAFF, "/staff/obligations"), (STAFF, "/staff/obligations?year=2&status=at_risk")),
    "staff.programme.detail": ((STAFF, PROGRAMME),),
    "staff.retention.show": ((STAFF, f"{PROGRAMME}/retention"),),
    "staff.programme.versions": ((STAFF, f"{PROGRAMME}/versions"),),
    "staff.programme.edit": tuple(
        (STAFF, f"{PROGRAMME}/parts/{part}")
        for part in ("texts", "call", "rules", "assessment", "retention", "moments")
    ),
    "staff.programme.track": ((STAFF, f"{PROGRAMME}/tracks/rwanda"), (STAFF, f"{PROGRAMME}/tracks/new")),
    "staff.programme.template_row": ((STAFF, f"{PROGRAMME}/template/{{row}}"), (STAFF, f"{PROGRAMME}/template/new")),
    "staff.programme.removal": ((STAFF, f"{PROGRAMME}/template/{{row}}/removal"),),
    "staff.form.detail": ((STAFF, FORM),),
    "staff.form.version": ((STAFF, f"{FORM}/versions/1"),),
    "staff.form.section": tuple((STAFF, f"{FORM}/sections/{part}") for part in ("theme", "motivation")),
    "staff.form.new_question": ((STAFF, f"{FORM}/sections/motivation/questions"),),
    "staff.form.question": tuple((STAFF, f"{FORM}/questions/{code}") for code in ("tracks", "exchange")),
    "staff.form.fields": ((STAFF, f"{FORM}/fields"),),
    "staff.form.preview": tuple((STAFF, f"{FORM}/preview/{part}") for part in ("theme", "learning")),
    "staff.form.publication": ((STAFF, f"{FORM}/publication"),),
    "staff.form.discarding": ((STAFF, f"{FORM}/discarding"),),
    "staff.candidacies.index": ((STAFF, "/staff/candidacies"), (STAFF, "/staff/candidacies?q=nobody")),
    "staff.candidacies.detail": tuple(
        (STAFF, f"/staff/candidacies/{reference}") for reference in ("SDG-DEM004", "{draft}", "SDG-DEM010")
    ),
    "staff.exports.index": ((STAFF, "/staff/candidacies/export"),),
    "staff.imports.index": ((STAFF, "/staff/candidacies/import"),),
    "staff.imports.mapping": ((STAFF, "/staff/candidacies/import/{sent_file}"),),
    "staff.imports.preview": ((STAFF, "/staff/candidacies/import/{sent_file}/preview"),),
    "staff.clarifications.index": tuple(
        (STAFF, f"/staff/candidacies/{reference}/clarifications") for reference in ("SDG-DEM004", "SDG-DEM010")
    ),
    "staff.clarifications.confirm_going_on": ((STAFF, "/staff/candidacies/SDG-DEM010/clarifications/going-on"),),
    "staff.late_admissions.index": ((STAFF, "/staff/late-admissions"),),
    "staff.late_admissions.removal": ((STAFF, "/staff/late-admissions/{admission}/removal"),),
    "staff.budget.index": ((STAFF, "/staff/budget"),),
    "staff.people.index": ((STAFF, "/staff/people"),),
    "staff.people.new": ((STAFF, "/staff/people/new"),),
    "staff.people.detail": ((STAFF, "/staff/people/18"),),
    "staff.people.removal": ((STAFF, "/staff/people/18/removal"),),
    "staff.mail.index": ((STAFF, "/staff/mail"),),
    "staff.mail.detail": ((STAFF, "/staff/mail/{mail}"),),
    "staff.partners.index": ((STAFF, "/staff/partners"), (OFFICER, "/staff/partners")),
    "staff.partners.new": ((STAFF, "/staff/partners/new"),),
    "staff.partners.edit": ((STAFF, "/staff/partners/{profile}"), (OFFICER, "/staff/partners/{profile}")),
    "staff.pairings.index": (
        (STAFF, "/staff/pairings"),
        (STAFF, "/staff/pairings?pair=DEMO-01,RW-karongi"),
        (STAFF, "/staff/pairings?call=pilot-2024-2025"),
    ),
    "staff.pairings.detail": ((STAFF, "/staff/pairings/{scenario}"),),
    "staff.pairings.confirm": ((STAFF, "/staff/pairings/{scenario}/publish"),),
    "staff.pairings.what_if": (
        (STAFF, "/staff/pairings/what-if?call=sdg-2027-2028&pair=DEMO-02,RW-karongi"),
        (STAFF, "/staff/pairings/what-if?call=sdg-2027-2028&pair=DEMO-01,RW-karongi&mark=veto"),
    ),
    "staff.pairings.alternatives": (
        (STAFF, "/staff/pairings/alternatives?call=sdg-2027-2028"),
        (STAFF, "/staff/pairings/alternatives?scenario={scenario}"),
    ),
    "staff.pairings.robustness": (
        (STAFF, "/staff/pairings/robustness?call=sdg-2027-2028"),
        (STAFF, "/staff/pairings/robustness?call=sdg-2027-2028&pair=DEMO-01,RW-karongi"),
    ),
    "staff.pairings.compare": (
        (STAFF, "/staff/pairings/compare?call=sdg-2027-2028"),
        (STAFF, "/staff/pairings/compare?call=sdg-2027-2028"),
    ),
    "staff.motivations.index": ((STAFF, "/staff/partnerships/motivations?call=sdg-2026-2027"),),
    "staff.motivations.confirm": (
        (STAFF, "/staff/partnerships/motivations/release?call=sdg-2026-2027"),
        (STAFF, "/staff/partnerships/motivations/release?call=pilot-2024-2025"),
    ),
    "staff.motivations.detail": ((STAFF, f"/staff{PAIR}/motivation"), (STAFF, f"/staff{WAITING}/motivation")),
    "staff.partnerships.index": ((STAFF, "/staff/partnerships"),),
    "staff.calendar.index": ((STAFF, "/staff/calendar"),),
    "staff.calendar.removal": ((STAFF, "/staff/calendar/{calendar}/removal"),),
    "staff.sessions.index": ((STAFF, "/staff/sessions"), (OFFICER, "/staff/sessions")),
    "staff.sessions.new": ((STAFF, "/staff/sessions/new"),),
    "demo.index": ((VISITOR, "/demo"),),
    "demo.mailbox": ((VISITOR, "/demo/mailbox"),),
    "demo.mail": ((VISITOR, "/demo/mailbox/{mail}"),),
}

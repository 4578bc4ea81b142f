"""The sentences for refusals of the domain and for errors in forms, by their codes.

A sentence says what is the matter and what to do. Parameters are written by the reader's locale: amounts, days, times,
zones, codes and lists as they are read, see ``worded``.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from zoneinfo import ZoneInfo

from app.domain.errors import DomainError
from app.domain.texts import Words
from app.domain.time import PROGRAMME_ZONE
from app.language.agenda_sentences import AGENDA
from app.language.assessment_words import ASSESSMENT
from app.language.budget_words import BUDGET
from app.language.catalogues import N_, NN_, gettext, ngettext
from app.language.claim_words import CLAIMS
from app.language.decision_words import DECISIONS
from app.language.formats import join, money, number
from app.language.import_sentences import IMPORTS
from app.language.labels import has_label, label
from app.language.moments import (
    AMBIGUOUS_HOUR,
    SKIPPED_HOUR,
    date_long,
    moment_in,
    time_of_day,
    wall_text,
    zone_name,
)
from app.language.money_words import MONEY
from app.language.motivations import MOTIVATIONS
from app.language.poll_words import POLLS
from app.language.rate_words import RATES
from app.language.receipt_words import RECEIPTS
from app.language.session_sentences import SESSIONS
from app.language.statement_words import STATEMENTS
from app.language.visit_cost_sentences import VISIT_COSTS
from app.language.visit_sentences import VISITS


@dataclass(frozen=True)
class Cents:
    """An amount in euro cents, to be written as money."""

    value: int


# A pair of forms is chosen by the first of these parameters that is there.
_COUNTS = ("count", "min_length", "max_length")
# A bound that is itself excluded has a sentence of its own.
_EXCLUDED = {"gt": "not_above", "lt": "not_below"}
_MESSAGES: dict[str, str | tuple[str, str]] = {
    **AGENDA,
    **BUDGET,
    **MONEY,
    **STATEMENTS,
    **RECEIPTS,
    **CLAIMS,
    **ASSESSMENT,
    **DECISIONS,
    **IMPORTS,
    **MOTIVATIONS,
    **SESSIONS,
    **POLLS,
    **RATES,
    **VISITS,
    **VISIT_COSTS,
    "refused": N_("This is not possible at the moment."),
    "not_allowed": N_("You can see this, but changing it is up to someone else."),
    "skipped_hour": SKIPPED_HOUR,
    "ambiguous_hour": AMBIGUOUS_HOUR,
    "no_pairing": N_("No pairing meets all conditions at once. Remove a lock or a veto, or change the places."),
    "problem_invalid": N_("The pairing cannot be computed: something in %(place)s is not right."),
    "unable_to_retry": N_("Only a mail that could not be delivered can be sent again."),
    "weights_invalid": N_("Write weights of 0 or more, at least one of them above 0, and a share between 0 and 100."),
    "weights_do_not_sum": N_("The weights add up to %(sum)s. Make them add up to 100."),
    "unable_to_pair": N_("These two cannot be paired."),
    "unable_to_pair.not_chosen": N_("The candidate did not choose the track of this partner."),
    "unable_to_pair.city_link": N_("These two have a city link already, so they cannot be paired."),
    "unable_to_pair.not_here": N_("One of the two is no longer on the board."),
    "unable_to_pair.conflict": N_(
        "You have a conflict of interest on this candidacy: somebody else in the team must lock or exclude its pairs."
    ),
    "alternative_gone": N_("There is no such alternative any more. Look at them again."),
    "board_changed": N_(
        "Somebody changed the board in the meantime. Look at what it shows now, then set your numbers again."
    ),
    "scenario_name_taken": N_("There is a scenario called %(name)s already. Choose another name."),
    "nothing_to_keep": N_("There are no pairs to keep yet."),
    "pairing_published": N_("The pairing of this call is published. It does not change any more."),
    "scenario_stale": N_(
        "Something has changed since this scenario was kept. Make a new scenario on the board and publish that one."
    ),
    "publication_changed": N_(
        "Who gets a mail, or what it says, changed since this page was opened. Read the mails below, then publish."
    ),
    "scenario_change.candidate_gone": N_("%(of)s is no longer a candidate."),
    "scenario_change.candidate_added": N_("%(of)s is a candidate now."),
    "scenario_change.partner_gone": N_("%(of)s is no longer a partner."),
    "scenario_change.partner_added": N_("%(of)s is a partner now."),
    "scenario_change.places_changed": N_("The places of %(of)s changed."),
    "scenario_change.answers_changed": N_("The points of %(of)s changed: answers or an assessment were edited."),
    "scenario_change.no_longer_possible": N_("%(of)s and %(with_other)s can no longer be paired."),
    "outcome_missing": N_("Choose an outcome for %(name)s."),
    "pairing.locked": N_("%(candidate)s and %(partner)s were locked as a pair."),
    "pairing.vetoed": N_("%(candidate)s and %(partner)s were excluded as a pair."),
    "pairing.freed": N_("The lock or veto on %(candidate)s and %(partner)s was taken away."),
    "pairing.weighed": N_("The weights or limits of the pairing were changed."),
    "pairing.kept": N_("The scenario %(name)s was kept."),
    "pairing.published": N_("The scenario %(name)s was published, with %(count)s pairs."),
    "partnership.made": N_("The partnership of %(flemish)s and %(partner)s was made."),
    "partner.added": N_("The profile of %(government)s was added."),
    "partner.changed": N_("The profile of %(government)s was changed."),
    "profile_changed": N_(
        "%(name)s changed this profile while you were writing. What is stored now stands above the form. Save again to "
        "keep what you see here."
    ),
    "wrong_country": N_("Choose a track of the country in which this local government lies."),
    "profile_exists": N_("There is a profile of this local government in this track already."),
    "ambiguous_rate": N_(
        "This can be read in two ways. Without decimals, write %(whole)s; with decimals, write two or four of them."
    ),
    "amount_is_zero": N_("Write a larger amount: this is less than one cent."),
    "commitment_exceeded": N_("This is %(over_cents)s too much: %(open_cents)s is still open on this commitment."),
    "nothing_to_divide": N_("There is no budget to divide."),
    "nothing_to_release": N_("Nothing is open on this commitment any more."),
    "outside_period": N_("Choose a day from %(starts_on)s to %(ends_on)s: the period of the programme."),
    "rate_needed": N_("Write the rate for this currency, where you found it and of which day it is."),
    "session_elsewhere": N_("Choose a session of this partnership."),
    "too_many_decimals": N_("Write at most %(decimals)s figures after the decimal mark."),
    "too_many_decimals.whole": N_("This currency has no cents: write a whole number."),
    "unknown_commitment": N_("Choose a commitment of this half of the budget."),
    "programme_changed": N_("Somebody else saved this programme while you were writing. Compare, then save again."),
    "programme_period": N_("Choose a last day that comes after the first day."),
    "budget_negative": N_("Write a budget of 0 or more."),
    "places_negative": N_("Write a number of places of 0 or more."),
    "weights_not_hundred": N_("Together the weights must be 100; now they are %(total)s."),
    "weight_out_of_range": N_("Write a number from 0 to 100."),
    "months_out_of_range": N_("Write a number of months from %(least)s to %(most)s."),
    "rule_negative": N_("Write 0 or more."),
    "reminder_days": N_("Write days from 1 to %(most)s, such as 14, 7, 2."),
    "call_period": N_("Choose a closing moment that comes after the opening."),
    "call_outlives_programme": N_("Choose a closing moment before the programme ends on %(ends_on)s."),
    "unknown_association": N_("Choose one of the associations."),
    "template_row_gone": N_("This session is no longer in the template."),
    "template_year": N_("Choose a year of the programme, from 1 to %(years)s."),
    "template_day": N_("Choose a day that this month has."),
    "template_length": N_("Write a length of 1 minute or more."),
    "clash_organised": N_(
        "The programme expects %(expected)s digital sessions a year and organises %(organised)s of them."
    ),
    "clash_digital": N_(
        "Year %(nth_year)s: the programme expects %(expected)s digital sessions, the template holds %(planned)s."
    ),
    "clash_exchanges": N_(
        "Year %(nth_year)s: the programme promises %(expected)s physical exchanges, the template holds %(planned)s."
    ),
    "clash_meetings": N_(
        "Year %(nth_year)s: the programme expects %(expected)s meetings, the template holds %(planned)s."
    ),
    "clash_visits": N_("Year %(nth_year)s: the template holds no work visit."),
    "reference.loaded": N_("The reference facts were loaded: %(added)s added, %(changed)s changed."),
    "programme.created": N_("The programme was made."),
    "programme.texts_changed": N_("Texts, period or budget were changed: version %(version)s."),
    "programme.rules_changed": N_("The rules were changed: version %(version)s."),
    "programme.track_changed": N_("A track was changed: version %(version)s."),
    "programme.call_changed": N_("The call was changed: version %(version)s."),
    "programme.template_changed": N_("The agenda template was changed: version %(version)s."),
    "session_time_skipped": SKIPPED_HOUR,
    "session_time_twice": AMBIGUOUS_HOUR,
    "session_ends_before_start": N_("Choose an end that comes after the start."),
    "session_too_long": N_("A session lasts %(days)s days at most."),
    "session_title_missing": N_("Write a title in at least one language."),
    "session_cancelled": N_("This session was cancelled: it stays as it is."),
    "session_over": N_("This session is over: it can no longer be cancelled."),
    "session_still_draft": N_("This is a draft that nobody has seen: delete it instead."),
    "session_already_announced": N_("This session is in people's calendars already: cancel it instead."),
    "session_unknown": N_("This session does not exist any more."),
    "session_booked": N_("An entry in the budget belongs to this session, so it cannot be deleted."),
    "place_unknown": N_("Choose for whom the session is."),
    "session.created": N_("The session was put in the agenda."),
    "session.changed": N_("The session was changed."),
    "session.cancelled": N_("The session was cancelled. Reason: %(reason)s"),
    "session.discarded": N_("The draft of a session was deleted: %(title)s"),
    "agenda.laid_out": NN_("%(count)s session was put in the agenda.", "%(count)s sessions were put in the agenda."),
    "address_taken": N_("Somebody with this address is known already."),
    "role_not_given": N_("Nobody is made a candidate here: that follows from a candidacy."),
    "role_needs_government": N_("Choose the local government to which this role belongs."),
    "role_needs_association": N_("Choose the association to which this role belongs."),
    "role_held": N_("This person has that role already."),
    "last_staff": N_("This is the last person in the programme team. Give the role to somebody else first."),
    "only_member": N_(
        "You are the only one who can answer for the candidacy %(reference)s. Invite a colleague there, or withdraw "
        "it; then your data can be removed."
    ),
    "only_coordinator": N_(
        "You are the only coordinator of %(government)s in a partnership that runs. Ask the programme team to make a "
        "colleague coordinator; then your data can be removed."
    ),
    "only_member.of_other": N_(
        "This person is the only one who can answer for the candidacy %(reference)s. It must first have another "
        "author, or be withdrawn."
    ),
    "only_coordinator.of_other": N_(
        "This person is the only coordinator of %(government)s in a partnership that runs. First make somebody else "
        "coordinator."
    ),
    "person_removed": N_("The data of this person were removed: there is nobody left to give a role or to write to."),
    "person.looked_at": N_("The details of this person were looked at."),
    "person.exported": N_("The data of this person were downloaded."),
    "person.removed": N_("The programme team removed the data of this person."),
    "person.removed_self": N_("The person removed their own data."),
    "person.removed_with_candidacy": N_("The data of this person went with the candidacy: there was nothing else."),
    "mail.looked_at": N_("A mail to this person was read."),
    "zone_unknown": N_("There is no time zone of this name. Write it like Africa/Nairobi."),
    "link_used_up": N_("This link has been used or is too old. Ask for a new one."),
    "code_wrong": NN_(
        "This is not the code of the mail. You can try %(count)s more time.",
        "This is not the code of the mail. You can try %(count)s more times.",
    ),
    "code_used_up": N_("No code works here any more. Ask for a new mail."),
    "too_many_tries": N_("This was tried too often. Try again after %(retry_at)s."),
    "call_not_open": N_("The call is not open yet."),
    "call_closed": N_("The call closed on %(closed_at)s."),
    "already_applied": N_(
        "%(government)s has a candidacy for this call already. Ask the colleague who started it to go on with it: the "
        "link is in that person's mail. If you do not know who it was, write to the programme team."
    ),
    "government_merged": N_("This municipality is now part of %(successor)s. Choose that one."),
    "unknown_government": N_("Choose a municipality from the list."),
    "form_question_missing": N_("The pairing needs this question, and an answer to it: keep it in the form, required."),
    "form_title_missing": N_(
        "Write it in Dutch too: readers of other languages get the Dutch words until theirs are there."
    ),
    "form_help_missing": N_("Write the help text or introduction in Dutch too, or leave it empty in all languages."),
    "form_condition_missing": N_(
        "This question is only asked after an answer to another one, which is not in this part."
    ),
    "form_question_altered": N_(
        "The question “%(question)s” had another kind or stood in another part before. "
        "What was answered would change its meaning: add a new question instead."
    ),
    "form_kind_reserved": N_("“%(question)s” is not a question of the reference form, and not one that can be added."),
    "form_unreadable": N_("The form cannot be read: something is not right at %(place)s."),
    "form_place_unknown": N_("This part or question is not in the form any more. Look at the form as it is now."),
    "form_question_needed": N_("“%(question)s” is only asked after an answer to this question. Remove that one first."),
    "form_setting_altered": N_("Tracks, subjects, goals and promises are changed in the settings of the programme."),
    "unable_to_move_question": N_("The question stands at that end already."),
    "form_code_twice": N_("“%(name)s” is there twice. Remove one of the two."),
    "form_options_missing": N_("Give at least two answers to choose from."),
    "form_word_limit": N_("Write a number of words between 0 (no limit) and %(most)s."),
    "form_too_large": N_("There are more than %(most)s. Remove some."),
    "form_empty": N_("A form, and each of its parts, asks at least one question."),
    "form_edited": N_(
        "Somebody else changed the form in the meantime. Look at what it says now, then make your change."
    ),
    "nothing_to_publish": N_("There is nothing to publish: the form says the same as the published one."),
    "form.published": N_("Version %(version)s of the candidacy form was published."),
    "form.discarded": N_("The changes to the candidacy form were discarded."),
    "form.section_changed": N_("The words of the part “%(title)s” of the form were changed; not published yet."),
    "form.section_used": N_("The part “%(title)s” of the form is used again; not published yet."),
    "form.section_left_out": N_("The part “%(title)s” of the form is left out; not published yet."),
    "form.question_added": N_("The question “%(title)s” was added to the form; not published yet."),
    "form.question_changed": N_("The question “%(title)s” of the form was changed; not published yet."),
    "form.question_moved": N_("The question “%(title)s” of the form was moved; not published yet."),
    "form.question_removed": N_("The question “%(title)s” was removed from the form; not published yet."),
    "form.question_returned": N_("The question “%(title)s” is in the form again; not published yet."),
    "form.fields_changed": N_("The policy fields of the form were changed; not published yet."),
    "form.imported": N_("The candidacy form was read from a file; not published yet."),
    "candidacy.form_seen": N_("The changes in version %(version)s of the form were seen."),
    "sections_missing": N_("These parts are not complete yet: %(sections)s."),
    "unable_to_submit": N_("This candidacy cannot be submitted (any more): it stands at “%(state)s”."),
    "unable_to_edit": N_("This candidacy can no longer be changed: it stands at “%(state)s”."),
    "unable_to_withdraw": N_("This candidacy can no longer be withdrawn: it stands at “%(state)s”."),
    "unable_to_move": N_("A candidacy that stands at “%(state)s” cannot be moved to “%(target)s”."),
    "reason_missing": N_("Write the reason: the candidate is entitled to it."),
    "unable_to_ask": N_("A question can only be asked about a candidacy that is submitted and not decided yet."),
    "clarification_sections": N_("Choose at least one part."),
    "clarification_question": N_("Write what you want to know."),
    "until_passed": N_("Choose a moment that still lies ahead."),
    "section_not_asked": N_("Only these parts can be changed now: %(sections)s. Nothing else was asked about."),
    "track_closed": N_("This track is closed: it cannot be chosen any more."),
    "track_full": N_("This track has no places: it cannot be chosen."),
    "partner_full": N_("This partner has no place."),
    "tracks_not_open": N_(
        "This cannot be chosen any more: %(tracks)s. Choose another track in the part with the theme."
    ),
    "answer_too_late": N_(
        "The time to answer ended on %(until)s. What you wrote is kept. Write to the programme team if you need more "
        "time."
    ),
    "nothing_asked": N_("No question is open: the answer came in the meantime, or the candidacy was moved."),
    "admission_reason_missing": N_("Write the reason: it is kept, and others must understand it later."),
    "admission_not_later": N_("The call itself is open until %(closes_at)s. Choose a later moment."),
    "admission_not_needed": N_("%(government)s has submitted already."),
    "admission_used": N_("%(government)s submitted thanks to this, so it is kept."),
    "admission_gone": N_("This was taken back already."),
    "partnership_exists": N_(
        "Your local government has a partnership already, so the candidacy can no longer be withdrawn. Write to the "
        "programme team if you have to stop."
    ),
    "learning_field_missing": N_("Choose a policy field for this text."),
    "learning_field_twice": N_("You chose this policy field already."),
    "candidacy.started": N_("The candidacy was started."),
    "candidacy.submitted": N_("The candidacy was submitted."),
    "candidacy.withdrawn": N_("The candidacy was withdrawn by the candidate."),
    "candidacy.looked_at": N_("The answers and contacts were looked at."),
    "candidacy.returned": N_("The programme team asked a question, to be answered before %(until)s: %(sections)s."),
    "candidacy.more_time": N_("The question can be answered until %(until)s."),
    "candidacy.gone_on": N_("There was no answer: the answers of the last submission count again."),
    "candidacy.reminded": NN_(
        "%(count)s person was reminded of %(until)s, the last moment to submit.",
        "%(count)s people were reminded of %(until)s, the last moment to submit.",
    ),
    "candidacy.admitted": N_("%(government)s was let in after the call, until %(until)s."),
    "candidacy.admission_ended": N_("%(government)s is no longer let in after the call."),
    "candidacy.emptied": N_(
        "The period for which this candidacy is kept is over: answers, files, contacts and reasons were removed."
    ),
    "candidacy.saves_removed": N_("The single saves of the parts were removed. What was submitted is still here."),
    "candidacies.exported": N_("The candidacies of this call were exported, this one among them."),
    "candidacy.moved": N_("The candidacy was moved to “%(state)s”."),
    "file_kind_unknown": N_(
        "This is not a PDF, DOCX, XLSX, PPTX, ODT, PNG or JPEG file. What counts is what is inside, not how the name "
        "ends. Save it as one of these and choose it again."
    ),
    "file_empty": N_("This file is empty. Open it to see whether it was saved, then choose it again."),
    "file_damaged": N_(
        "This file is damaged or cut off, or there is more in it than it shows. Open it, save it under a new name and "
        "choose that file."
    ),
    "file_has_macros": N_("This document holds macros. Save it without them, or as a PDF, and choose it again."),
    "too_many_attachments": N_("There are %(limit)s attachments already: that is the most. Remove one first."),
    "attachment_too_large": N_("This file is larger than %(limit)s MB. Make it smaller, or divide it in two."),
    "same_attachment": N_("The same file is attached already, as “%(other)s”."),
    "no_file_chosen": N_("Choose one or more files first."),
    "attachment.added": N_("“%(name)s” was attached."),
    "attachment.removed": N_("The attachment “%(name)s” was removed."),
    "address_unconfirmed": N_(
        "Confirm your address first: open the link in the mail that you received when you started. "
        "Until then nobody knows for sure who you are."
    ),
    "people_fixed": N_("This candidacy stands at “%(state)s”: who wrote it no longer changes."),
    "already_author": N_("Somebody with this address writes along already. A new link comes from the page to sign in."),
    "too_many_authors": N_("At most %(most)s people can write one candidacy. Remove somebody first."),
    "data_closed": N_(
        "These data hold answers or scores of a candidacy that you may not read: you have a conflict of interest, or "
        "your own scores come first. A colleague can download them, and so can the person."
    ),
    "assesses_candidacies": N_("The programme team assesses candidacies and cannot write one. Invite somebody else."),
    "last_author": N_("You are the only one who writes this candidacy. Invite a colleague first."),
    "confirmation_needed": N_("A second person confirms this candidacy before it is submitted. Ask somebody first."),
    "confirmation_not_asked": N_("This programme does not ask for a second person: submit the candidacy yourself."),
    "same_person": N_("Who asks for the confirmation cannot give it. Somebody else confirms, at another address."),
    "confirmation_open": N_("%(name)s was asked already. Send a reminder, or take the question back first."),
    "confirmation_ended": N_("Nobody is asked for a confirmation at the moment: it was answered or taken back."),
    "answers_changed": N_(
        "Nothing is confirmed: the answers were changed after you opened this page. Below they are as they are now. "
        "Read them again, then confirm."
    ),
    "note_missing": N_("Write what is still missing: the authors have to do something with it."),
    "saved_meanwhile": N_("Somebody saved this part in the meantime. Look at the latest version, then try again."),
    "candidacy.author_invited": N_("%(name)s was invited to write along."),
    "candidacy.author_removed": N_("%(name)s no longer writes along."),
    "candidacy.confirmation_asked": N_("%(name)s was asked to confirm the candidacy."),
    "candidacy.confirmation_reminded": N_("%(name)s was reminded to confirm the candidacy."),
    "candidacy.confirmation_cancelled": N_("%(name)s need not confirm the candidacy any more."),
    "candidacy.confirmation_declined": N_("The candidacy was not confirmed yet."),
    "candidacy.confirmed": N_("The candidacy was confirmed by a second person."),
    "invalid": N_("Check what you wrote here."),
    "required": N_("Fill in this field."),
    "too_short": NN_("Write at least %(min_length)s character.", "Write at least %(min_length)s characters."),
    "too_long": NN_("Write at most %(max_length)s character.", "Write at most %(max_length)s characters."),
    "choose_more": NN_("Choose at least %(min_length)s option.", "Choose at least %(min_length)s options."),
    "choose_fewer": NN_("Choose at most %(max_length)s option.", "Choose at most %(max_length)s options."),
    "not_a_choice": N_("Choose one of the options."),
    "not_a_whole_number": N_("Write a whole number in figures."),
    "too_small": N_("Write %(ge)s or more."),
    "not_above": N_("Write more than %(gt)s."),
    "too_large": N_("Write %(le)s or less."),
    "not_below": N_("Write less than %(lt)s."),
    "not_a_date": N_("Write an existing day, such as 31/03/2027."),
    "not_a_time": N_("Write a time between 00:00 and 23:59, such as 14:00."),
    "not_an_amount": N_("Write an amount in figures, such as 1250 or 1250,50."),
    "not_an_email": N_("Write an e-mail address such as name@example.org."),
    "not_a_link": N_("Write a web address that starts with https://."),
    "wrong_pattern": N_("Write this in the form that the hint shows."),
}


def message(locale: str, code: str, params: Mapping[str, object] | None = None) -> str:
    """Return the sentence for ``code`` with its parameters; an unknown code gets the general refusal.

    :raises KeyError: the sentence names a parameter that is not there.
    """
    params = params or {}
    code = next((own for bound, own in _EXCLUDED.items() if bound in params), code)
    sentence = _MESSAGES.get(code, _MESSAGES["refused"])
    words = {name: worded(locale, name, value) for name, value in params.items()}
    if isinstance(sentence, str):
        return gettext(locale, sentence, **words)
    count = next((value for name in _COUNTS if isinstance(value := params.get(name), int)), 0)
    return ngettext(locale, *sentence, count, **words)


def refusal_message(locale: str, refusal: DomainError) -> str:
    """Return the sentence for a refusal: by its code, or the code with its ``reason`` ("code.reason") if that has one.

    A fault of a form's field is told by its ``fault``; one without a sentence asks to check what was written.
    """
    detailed = f"{refusal.code}.{refusal.params.get('reason')}"
    fault = getattr(refusal, "fault", None)
    if has_message(detailed):
        return message(locale, detailed, refusal.params)
    if has_message(refusal.code) or fault is None:
        return message(locale, refusal.code, refusal.params)
    return message(locale, fault if has_message(fault) else "invalid", refusal.params)


def has_message(code: str) -> bool:
    """Tell whether ``code`` has a sentence of its own."""
    return code in _MESSAGES


def worded(locale: str, name: str, value: object) -> str:
    """Return one parameter as the reader of ``locale`` reads it.

    A whole number whose name ends in ``_cents`` is euro, in ``year`` a year; an aware moment without a zone that has a
    city is shown in the programme's own zone; members of enums are put in words; sequences become a list in a sentence.
    """
    if isinstance(value, Enum) and has_label(value):
        return label(locale, value)
    if name.endswith("_cents") and isinstance(value, int):
        return money(locale, value)
    if name.endswith("year") and isinstance(value, int):
        return str(value)
    for kind, write in _WRITERS:
        if isinstance(value, kind):
            return write(locale, value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return join(locale, [worded(locale, "", item) for item in value])
    return "" if value is None else str(value)


def _moment(locale: str, moment: datetime) -> str:
    if moment.tzinfo is None:
        return wall_text(locale, moment)
    zone = moment.tzinfo
    return moment_in(locale, moment, zone if isinstance(zone, ZoneInfo) and "/" in str(zone) else PROGRAMME_ZONE)


def _time(locale: str, value: time) -> str:
    return time_of_day(locale, datetime.combine(date.min, value))


def _cents(locale: str, value: Cents) -> str:
    return money(locale, value.value)


_WRITERS: tuple[tuple[type | tuple[type, ...], Callable[..., str]], ...] = (
    (Cents, _cents),
    (Words, lambda locale, words: words.said(locale).words),
    (datetime, _moment),
    (date, date_long),
    (time, _time),
    (ZoneInfo, zone_name),
    ((int, float, Decimal), number),
)

"""The words for the settings of a programme: labels of forms, and paths in the list of what a version changed."""

import re
from collections.abc import Sequence

from app.language.catalogues import N_, gettext

_SETTINGS = {
    "title": N_("Title"),
    "summary": N_("Summary"),
    "starts_on": N_("First day"),
    "ends_on": N_("Last day"),
    "budget": N_("Budget per partnership"),
    "budget_cents": N_("Budget per partnership"),
    "rules": N_("Rules"),
    "digital_sessions_expected": N_("Digital sessions expected each year"),
    "digital_sessions_organised": N_("Digital sessions organised each year"),
    "meetings_expected": N_("Meetings of half a day expected each year"),
    "physical_exchanges": N_("Physical exchanges each year"),
    "visit_days": N_("Days of a work visit"),
    "delegation_size": N_("People in a delegation"),
    "visits_made": N_("Visits that each side makes"),
    "visits_received": N_("Visits that each side receives"),
    "answer_days": N_("Days to answer a question about a candidacy"),
    "reminder_days": N_("Reminders to drafts, days before the call closes"),
    "agenda": N_("Agenda"),
    "working_hours": N_("Working hours"),
    "starts": N_("Start of work"),
    "ends": N_("End of work"),
    "days": N_("Working days"),
    "BE": N_("Belgium"),
    "RW": N_("Rwanda"),
    "BJ": N_("Benin"),
    "session_reminder_days": N_("Reminders of a session, days before it"),
    "digest_weekday": N_("Day of the weekly overview"),
    "hours_start": N_("Start of work"),
    "hours_end": N_("End of work"),
    "hours_days": N_("Working days"),
    "retention": N_("How long data are kept"),
    "drafts_months": N_("Months that a draft is kept"),
    "withdrawn_months": N_("Months that a withdrawn candidacy is kept"),
    "not_selected_months": N_("Months that a candidacy that was not selected is kept"),
    "reserve_months": N_("Months that a reserve is kept after the programme"),
    "selected_months": N_("Months that a selected candidacy is kept after the programme"),
    "versions_months": N_("Months that every single save is kept after the decision"),
    "claims_months": N_("Months that a claim that led to no payment is kept"),
    "decision": N_("Decisions"),
    "reserves": N_("Most places on a reserve list"),
    "least_points": N_("Least points for a reserve list"),
    "second_confirmation": N_("A second person confirms a candidacy"),
    "confirmer": N_("Who confirms a candidacy"),
    "promises": N_("Promises"),
    "promise": N_("Promise"),
    "pairing": N_("Pairing"),
    "learning": N_("Weight of mutual learning"),
    "theme": N_("Weight of the theme"),
    "position": N_("Weight of a comparable position"),
    "language": N_("Working language"),
    "wishes": N_("Weight of the wishes of both sides"),
    "assessment_share": N_("Share of the assessment (percent)"),
    "province_limit": N_("Most candidates of one province"),
    "assessment": N_("Assessment"),
    "criteria": N_("Criteria"),
    "criterion": N_("Criterion"),
    "weight": N_("Weight"),
    "help": N_("Help"),
    "computed": N_("Computed"),
    "readers": N_("Readers of each candidacy"),
    "visits": N_("Work visits"),
    "reverse": N_("Year 2 reverses year 1"),
    "lead_days": N_("Days before a visit by which it is known"),
    "identity_days": N_("Days that passport data are kept after a visit"),
    "checklist": N_("Checklist of a traveller"),
    "check": N_("Item"),
    "days_before": N_("Days before the visit"),
    "by": N_("By whom"),
    "countries": N_("Countries"),
    "unit_rates": N_("Unit rates"),
    "rate": N_("Rate"),
    "category": N_("Category"),
    "unit": N_("Unit"),
    "amount": N_("Amount"),
    "amount_cents": N_("Amount"),
    "source": N_("Source"),
    "factors": N_("Emission factors"),
    "factor": N_("Emission factor"),
    "travel_class": N_("Class"),
    "kg_per_km": N_("Kilograms per kilometre"),
    "forcing": N_("With radiative forcing"),
    "carbon_price": N_("Price per tonne"),
    "cents_per_tonne": N_("Price per tonne"),
    "price_amount": N_("Price per tonne"),
    "price_year": N_("Year of the price"),
    "price_source": N_("Source of the price"),
    "airports": N_("Airports"),
    "airport": N_("Airport"),
    "name": N_("Name"),
    "latitude": N_("Degrees north"),
    "longitude": N_("Degrees east"),
    "latitude_text": N_("Degrees north"),
    "longitude_text": N_("Degrees east"),
    "budget_rules": N_("Budget"),
    "odd_cent": N_("Side that gets a cent that cannot be divided"),
    "rest": N_("What becomes of a rest at the end"),
    "receipt_years": N_("Years that receipts are kept"),
    "approval_days": N_("Days until approvers are reminded"),
    "day_count": N_("Which days give a day allowance"),
    "meal_cuts": N_("Less for meals provided (percent)"),
    "breakfast": N_("Breakfast"),
    "lunch": N_("Lunch"),
    "dinner": N_("Dinner"),
    "day_rates": N_("Day rates"),
    "day_rate": N_("Day rate"),
    "currency": N_("Currency"),
    "amount_minor": N_("Amount"),
    "valid_from": N_("From"),
    "valid_until": N_("Until"),
    "hints": N_("Rules about costs"),
    "hint": N_("Rule about costs"),
    "hint_kind": N_("Kind of rule"),
    "force": N_("Warns or refuses"),
    "above": N_("Only above"),
    "above_cents": N_("Only above"),
    "call": N_("Call"),
    "opens_at": N_("Opens at"),
    "closes_at": N_("Closes at"),
    "opens_on": N_("Opens on"),
    "opens_time": N_("Opening time"),
    "closes_on": N_("Closes on"),
    "closes_time": N_("Closing time"),
    "tracks": N_("Tracks"),
    "association": N_("Association"),
    "country": N_("Country"),
    "places": N_("Places"),
    "is_open": N_("Can candidates choose this track?"),
    "goals": N_("SDGs"),
    "subjects": N_("Subjects"),
    "subject": N_("Subject"),
    "template": N_("Agenda template"),
    "scope": N_("For whom"),
    "kind": N_("Kind of session"),
    "year": N_("Year of the programme"),
    "month": N_("Month"),
    "day": N_("Day"),
    "time": N_("Time"),
    "duration_minutes": N_("Length in minutes"),
    "zone_of": N_("Whose clock"),
    "code": N_("Code"),
    "slug": N_("Address"),
    "key": N_("Row"),
}
_IN_LANGUAGE = {"nl": N_("in Dutch"), "fr": N_("in French"), "en": N_("in English")}
_OF_LANGUAGE = re.compile(r"(.+)_(nl|fr|en)")
_OF_SLOT = re.compile(r"(promise|subject|criterion|day_rate|hint|rate|check|factor|airport)_(\d+)(?:_([a-z_]+))?")
_OF_COUNTRY = re.compile(r"(hours_start|hours_end|hours_days)_(BE|RW|BJ)")
_WEIGHT_OF_LANGUAGE = N_("Weight of the working language")


def setting_name(locale: str, name: str) -> str:
    """Return the label of one setting: "Title in Dutch", "Promise 2 in French"; an unknown one is its own label."""
    if in_language := _OF_LANGUAGE.fullmatch(name):
        base, code = in_language.groups()
        return f"{setting_name(locale, base)} {gettext(locale, _IN_LANGUAGE[code])}"
    if of_slot := _OF_SLOT.fullmatch(name):
        named = f"{setting_name(locale, of_slot[1])} {of_slot[2]}"
        part = "hint_kind" if (of_slot[1], of_slot[3]) == ("hint", "kind") else of_slot[3]
        return f"{named}: {setting_name(locale, part)}" if part else named
    if of_country := _OF_COUNTRY.fullmatch(name):
        return f"{setting_name(locale, of_country[2])}: {setting_name(locale, of_country[1])}"
    return gettext(locale, _SETTINGS[name]) if name in _SETTINGS else name


def setting_path(locale: str, path: Sequence[str]) -> str:
    """Return where a setting stands: "Tracks › rwanda › Places"."""
    if tuple(path) == ("rules", "pairing", "language"):
        return " › ".join((*(setting_name(locale, name) for name in path[:-1]), gettext(locale, _WEIGHT_OF_LANGUAGE)))
    if tuple(path) == ("rules", "agenda", "reminder_days"):
        path = (*path[:-1], "session_reminder_days")
    if tuple(path[:2]) == ("rules", "budget"):
        path = ("rules", "budget_rules", *("hint_kind" if name == "kind" else name for name in path[2:]))
    return " › ".join(setting_name(locale, name) for name in path)

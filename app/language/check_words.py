"""What the check of the ledger found, in words: what does not hold, and where."""

from collections.abc import Mapping
from typing import Final

from app.domain.codes import Category, Side
from app.domain.ledger_checks import Finding
from app.language.catalogues import N_, NN_, gettext, ngettext
from app.language.messages import worded

_CODES: Final = {"side": Side, "category": Category}
CHECKS: Final[Mapping[str, str | tuple[str, str]]] = {
    "unbalanced": N_(
        "%(partnership)s, %(side)s, entry %(number)s: its postings add up to %(computed_cents)s and not to nothing."
    ),
    "postings": N_("%(partnership)s, %(side)s, entry %(number)s: its postings are not those of such an entry."),
    "conversion": N_(
        "%(partnership)s, %(side)s, entry %(number)s: %(stored_cents)s is stored, but amount and rate make "
        "%(computed_cents)s."
    ),
    "fixed_rate": N_(
        "%(partnership)s, %(side)s, entry %(number)s: the rate %(rate)s is not the fixed rate of %(currency)s."
    ),
    "left": N_(
        "%(partnership)s, %(side)s, entry %(number)s: it says that %(stored_cents)s was left after it, but that was "
        "%(computed_cents)s."
    ),
    "below_nothing": N_(
        "%(partnership)s, %(side)s, entry %(number)s: after it a sum stood at %(computed_cents)s, below nothing."
    ),
    "numbers": N_("%(partnership)s, %(side)s: entry %(number)s stands where entry %(expected)s was to come."),
    "last_number": N_(
        "%(partnership)s, %(side)s: the last entry should have number %(stored)s, but it has number %(computed)s."
    ),
    "amount_cents": N_(
        "%(partnership)s, %(side)s: the allotment is kept as %(stored_cents)s, but the postings make "
        "%(computed_cents)s."
    ),
    "paid_cents": N_(
        "%(partnership)s, %(side)s: the sum of what was paid is kept as %(stored_cents)s, but the postings make "
        "%(computed_cents)s."
    ),
    "committed_cents": N_(
        "%(partnership)s, %(side)s: the sum of what is committed is kept as %(stored_cents)s, but the postings make "
        "%(computed_cents)s."
    ),
    "returned_cents": N_(
        "%(partnership)s, %(side)s: the sum of what was returned is kept as %(stored_cents)s, but the postings make "
        "%(computed_cents)s."
    ),
    "sum_paid": N_(
        "%(partnership)s, %(side)s, %(year)s, %(category)s: what was paid is kept as %(stored_cents)s, but the "
        "postings make %(computed_cents)s."
    ),
    "sum_committed": N_(
        "%(partnership)s, %(side)s, %(year)s, %(category)s: what is committed is kept as %(stored_cents)s, but the "
        "postings make %(computed_cents)s."
    ),
    "commitment_open": N_(
        "%(partnership)s, %(side)s, entry %(number)s: %(stored_cents)s is kept as open of this commitment, but the "
        "postings make %(computed_cents)s."
    ),
    "year_closed": N_(
        "%(partnership)s, %(side)s, entry %(number)s: it is dated in %(year)s, but was booked after that year was "
        "closed."
    ),
    "settled": N_("%(partnership)s, %(side)s, entry %(number)s: it was booked after the budget was settled."),
    "posting_elsewhere": N_("%(partnership)s, %(side)s, entry %(number)s: a posting of it stands on another half."),
    "carried": N_(
        "%(partnership)s, %(side)s: %(stored_cents)s came over from an earlier budget, but %(computed_cents)s was "
        "carried over to it."
    ),
    "transfer_unknown": N_("%(partnership)s, %(side)s, entry %(number)s: it belongs to no transfer."),
    "replaces": N_(
        "%(partnership)s, %(side)s, entry %(number)s: it stands in the place of an entry that was not corrected."
    ),
    "unequal": N_(
        "%(partnership)s: the programme gave the Flemish side %(flemish_cents)s and the partner side %(partner_cents)s."
    ),
    "share": N_(
        "%(partnership)s, %(side)s: the programme gave %(stored_cents)s, but the share of the budget in version "
        "%(version)s is %(computed_cents)s."
    ),
    "transfer_legs": N_(
        "%(partnership)s: of the transfer of %(amount_cents)s the ledger does not have one entry on each side exactly "
        "when it was carried out."
    ),
    "transfer_consents": N_(
        "%(partnership)s: the transfer of %(amount_cents)s was carried out without the consent of three parties by "
        "three people."
    ),
    "claim_people": N_(
        "%(partnership)s, claim %(claim)s: it was approved by who filled it in, submitted it or gets the money."
    ),
    "claim_line": N_(
        "%(partnership)s, claim %(claim)s, line %(line)s: the ledger does not have exactly one payment of this amount."
    ),
    "claim_not_approved": N_(
        "%(partnership)s, claim %(claim)s, line %(line)s: it was booked, but the claim is not approved."
    ),
    "payment_without_claim": N_(
        "%(partnership)s, %(side)s, entry %(number)s: it is a payment that no approved claim asked for."
    ),
    "receipt_content": N_(
        "%(partnership)s, claim %(claim)s: the receipt “%(name)s” is not the file any more that was given."
    ),
    "receipt_elsewhere": N_("%(partnership)s, claim %(claim)s: the receipt “%(name)s” proves a line of another claim."),
    "receipt_not_removed": N_(
        "%(partnership)s, claim %(claim)s: the receipt “%(name)s” was removed, but its content is still there."
    ),
    "receipt_orphan": N_(
        "%(partnership)s, claim %(claim)s: the claim was emptied, but its receipt “%(name)s” is still there."
    ),
    "file_orphan": N_("The stored file “%(name)s” belongs to nothing."),
    "event_missing": N_(
        "%(partnership)s, %(side)s, entry %(number)s: the event log does not tell it, or tells another amount or deed, "
        "or tells it twice."
    ),
    "entry_missing": N_("The event log tells of an entry of %(amount_cents)s that the ledger does not have."),
    "event_chain": NN_(
        "The event log is not what was recorded: %(count)s entry does not fit, number %(first)s (0 is the end).",
        "The event log is not what was recorded: %(count)s entries do not fit, from number %(first)s on (0 is the "
        "end).",
    ),
    "foreign_key": NN_(
        "Table %(table)s: %(count)s row refers to a row of %(parent)s that is not there.",
        "Table %(table)s: %(count)s rows refer to a row of %(parent)s that is not there.",
    ),
}


def finding_sentence(locale: str, finding: Finding) -> str:
    """Say what does not hold, and where.

    :raises KeyError: there are no words for its code.
    """
    params = {name: _CODES[name](str(value)) if name in _CODES else value for name, value in finding.params.items()}
    words = {name: worded(locale, name, value) for name, value in params.items()}
    sentence = CHECKS[finding.code]
    if isinstance(sentence, str):
        return gettext(locale, sentence, **words)
    return ngettext(locale, *sentence, int(finding.params["count"]), **words)

"""The sentences of exchange rates and day allowances: refusals, faults of cells, and what happened."""

from collections.abc import Mapping
from typing import Final

from app.language.catalogues import N_, NN_

RATES: Final[Mapping[str, str | tuple[str, str]]] = {
    "exchange_rate_fixed": N_("The rate of this currency (%(currency)s) is fixed, so none is entered."),
    "exchange_rate_unexpected": N_(
        "One euro is worth between %(least)s and %(most)s units of this currency (%(currency)s). Write how many units "
        "one euro is worth, not the other way round."
    ),
    "exchange_rate_tomorrow": N_("Choose today or an earlier day: a rate is not known before its day."),
    "exchange_rate_known": N_(
        "The list holds a rate of this currency, day and source already: %(value)s. If that one is wrong, correct it "
        "there."
    ),
    "exchange_rate_gone": N_("Somebody removed or corrected this rate in the meantime. Look at the list again."),
    "exchange_rate_column": N_("A column is missing in the file."),
    "exchange_rate_column.currency": N_("The first row of the file must name a column “currency”."),
    "exchange_rate_column.date": N_("The first row of the file must name a column “date”."),
    "exchange_rate_column.rate": N_("The first row of the file must name a column “rate”."),
    "exchange_rate_column.source": N_("The first row of the file must name a column “source”."),
    "exchange_rate_too_many": N_("There are more than %(limit)s rates in this file. Divide it."),
    "exchange_rate_too_large": N_("The file is too large: at most %(kilobytes)s kB."),
    "import_fault.rate_currency": N_("Write RWF or USD."),
    "import_fault.rate_fixed": N_("The rate of this currency (%(currency)s) is fixed. Take this row out of the file."),
    "import_fault.rate_tomorrow": N_("This day has not come yet."),
    "import_fault.rate_number": N_("This is not a rate. Write it as 1452,5 or 1452.5."),
    "import_fault.rate_decimals": N_("Write at most six figures after the decimal mark."),
    "import_fault.rate_unexpected": N_(
        "One euro is worth between %(least)s and %(most)s units of this currency (%(currency)s). Is this rate turned "
        "around?"
    ),
    "import_fault.rate_source": N_("The source is missing: write who published this rate."),
    "import_fault.rate_source_long": NN_("Write at most %(limit)s character.", "Write at most %(limit)s characters."),
    "import_fault.rate_otherwise": N_(
        "The list, or a row above, has %(listed)s for this currency, day and source. Find out which one is right."
    ),
    "day_rate_period": N_("Choose a last day that is not before the first."),
    "allowance_incomplete": N_(
        "There is no day rate for %(country)s, category %(category)s, on %(days)s. The programme team enters day rates "
        "in the rules about the budget; until then nothing can be claimed."
    ),
    "allowance_nothing": N_("There is nothing to claim: no day counts, or all meals are provided."),
    "allowance_changed": N_(
        "The rules or the days of the visit changed since you opened this page, and another amount comes out. Look at "
        "it, then claim it again."
    ),
    "allowance_day_claimed": N_("%(day)s is in claim %(number)s already: a day is paid once."),
    "exchange_rate.added": N_("The rate %(value)s of %(currency)s on %(day)s was entered."),
    "exchange_rate.corrected": N_("The rate of %(currency)s on %(day)s was corrected to %(value)s."),
    "exchange_rate.removed": N_("The rate %(value)s of %(currency)s on %(day)s was removed."),
    "exchange_rates.imported": NN_("%(count)s exchange rate was imported.", "%(count)s exchange rates were imported."),
}

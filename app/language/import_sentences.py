"""The sentences of imports and exports of candidacies: faults of cells, refusals, and what happened, by their codes."""

from collections.abc import Mapping
from typing import Final

from app.language.catalogues import N_, NN_

IMPORTS: Final[Mapping[str, str | tuple[str, str]]] = {
    "import_fault.government": N_(
        "No municipality has this name or NIS code. Write it as in the list of municipalities, such as Aalst or 41002."
    ),
    "import_fault.government_missing": N_("The municipality is missing. Write its name or NIS code."),
    "import_fault.merged": N_("%(government)s has merged. Write %(successor)s, which carries it on."),
    "import_fault.applied": N_("%(government)s has a candidacy for this call already. Take this row out of the file."),
    "import_fault.twice": N_("%(government)s stands in row %(first)s too. Keep one of the two rows."),
    "import_fault.choice": N_("“%(typed)s” is not one of the answers. Write one of these: %(expected)s."),
    "import_fault.choice_more": N_(
        "“%(typed)s” is not one of the answers. Write one of the list, such as these: %(expected)s."
    ),
    "import_fault.level": N_("“%(typed)s” names no level. Write for example: English: 3; French: 2."),
    "import_fault.day": N_("This is not a day. Write it as 2026-10-12 or 12/10/2026."),
    "import_fault.future": N_("This moment has not come yet. Write when it was submitted."),
    "import_fault.address": N_("This is not an e-mail address. Write it as name@example.org."),
    "import_fault.contact_missing": N_(
        "The e-mail address of the contact is missing. Without it nobody can be reached."
    ),
    "import_fault.too_long": NN_("Write at most %(num)s character.", "Write at most %(num)s characters."),
    "import_fault.too_many": NN_("Write at most %(num)s of these.", "Write at most %(num)s of these."),
    "import_fault.field_twice": N_("“%(typed)s” stands here twice. Keep one of them."),
    "import_fault.priority": N_("A priority is 1, 2 or 3."),
    "import_fault.words": NN_(
        "%(count)s word more than the %(limit)s that were asked for. It is imported as it is.",
        "%(count)s words more than the %(limit)s that were asked for. It is imported as it is.",
    ),
    "import_column_missing": N_("Say which column holds what is needed."),
    "import_column_missing.government": N_("Say which column holds the municipality."),
    "import_column_missing.contact_email": N_("Say which column holds the e-mail address of the contact."),
    "import_column_twice": N_("The columns %(first)s and %(second)s cannot hold the same. Change one of them."),
    "import_faulty": NN_(
        "%(count)s cell cannot be imported, so nothing was.", "%(count)s cells cannot be imported, so nothing was."
    ),
    "import_empty": N_("There is no row to import."),
    "import_changed": N_(
        "Somebody changed what the columns hold, or the data changed, since you opened this page. Look at it again."
    ),
    "import_gone": N_("This file is no longer here: it was imported, or its time was over. Choose it again."),
    "table_unknown": N_(
        "This is neither a CSV file nor an XLSX workbook. What counts is what is inside, not how the name ends. Save "
        "it as one of these and choose it again."
    ),
    "table_too_many_rows": N_("There are more than %(limit)s rows. Divide the file."),
    "table_too_many_columns": N_("There are more than %(limit)s columns. Take out those that you do not need."),
    "table_cell_too_long": N_("The cell %(cell)s holds more than %(limit)s characters. Shorten it."),
    "table_missing": N_(
        "There are no rows under the headers. The first row names the columns, the next are candidacies."
    ),
    "table_too_large": N_("The file is too large: at most %(megabytes)s MB."),
    "candidacy.imported": N_(
        "The candidacy was imported from row %(row)s of the file “%(file)s”. Its reference there: %(earlier)s."
    ),
    "candidacies.import_started": N_("The file “%(file)s” was sent to be imported."),
    "candidacies.import_discarded": N_("The file was removed without being imported."),
    "candidacies.imported": NN_(
        "%(count)s candidacy was imported from the file “%(file)s”.",
        "%(count)s candidacies were imported from the file “%(file)s”.",
    ),
}

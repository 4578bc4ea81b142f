"""The sentences for refusals and events of receipts."""

from typing import Final

from app.language.catalogues import N_

RECEIPTS: Final[dict[str, str | tuple[str, str]]] = {
    "receipt_kind_unknown": N_(
        "This is not a photo or a PDF: choose a PDF, JPEG, PNG, WebP or HEIC file. What counts is what is inside, not "
        "how the name ends."
    ),
    "receipt_too_large": N_("This file is larger than %(limit)s MB. Take the photo anew with a lower quality."),
    "too_many_receipts": N_("There are %(limit)s receipts at this line already: that is the most. Remove one first."),
    "receipt_unknown": N_("This line or receipt is not there any more. Open the claim again."),
    "picture_broken": N_("This picture cannot be opened: it is damaged or cut off. Take the photo again."),
    "picture_too_large": N_(
        "This picture has more than %(limit)s million points. Make it smaller, or save it as a PDF."
    ),
    "receipt.added": N_("The receipt “%(name)s” was added."),
    "receipt.removed": N_("The receipt “%(name)s” was removed."),
    "receipt.looked_at": N_("The receipts were looked at."),
    "receipts.exported": N_("The receipts of %(year)s were exported: %(count)s files."),
    "receipts.removed_files": N_(
        "The period for which receipts are kept is over: %(count)s files were removed. Their names, sizes and hashes "
        "stay."
    ),
    "claim.emptied": N_("This claim led to nothing and its period is over: its words and receipts were removed."),
}

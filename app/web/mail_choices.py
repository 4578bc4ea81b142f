"""The form in which somebody chooses mails, on the account and behind the link of a mail."""

from pydantic import Field

from app.domain.codes import MailChoice
from app.language.catalogues import N_, gettext
from app.language.labels import label
from app.web.forms import Form, FormModel, blank

HINTS = {
    MailChoice.WEEK_BEFORE: N_("So that there is time to prepare."),
    MailChoice.DAY_BEFORE: N_("With the place or the link to join."),
    MailChoice.DIGEST: N_("The sessions of the next two weeks and what you must do."),
    MailChoice.TASKS: N_("Each with one thing to do, shortly before its last day."),
}


class MailsForm(FormModel):
    """The kinds of mail that somebody wants; none ticked is none wanted."""

    mails: list[MailChoice] = Field(default_factory=list, max_length=len(MailChoice))


def mail_choices(locale: str) -> list[dict[str, object]]:
    """Give the kinds of mail as choices of the form."""
    return [
        {"value": choice.value, "label": label(locale, choice), "hint": gettext(locale, HINTS[choice])}
        for choice in MailChoice
    ]


def mails_form(chosen: frozenset[MailChoice]) -> Form[MailsForm]:
    """Give the form with what was chosen ticked."""
    return blank({"mails": [choice.value for choice in MailChoice if choice in chosen]})

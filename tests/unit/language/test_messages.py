import importlib
import pkgutil
from datetime import UTC, date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

import app.domain
import app.matching
import app.services
from app.domain.codes import Side
from app.domain.errors import DomainError
from app.domain.pairing import UnableToPair
from app.domain.time import AmbiguousHour, SkippedHour, instant, zones_for
from app.language.catalogues import LOCALES
from app.language.messages import Cents, has_message, message, refusal_message, worded
from app.matching.clash import NoPairing
from app.web.forms import FAULTS, FieldRefused


def refusals() -> list[type[DomainError]]:
    for package in (app.domain, app.matching, app.services):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            importlib.import_module(module.name)
    found, waiting = [], [DomainError]
    while waiting:
        for refusal in waiting.pop().__subclasses__():
            if refusal.__module__.startswith(("app.domain.", "app.matching.", "app.services.")):
                found.append(refusal)
            waiting.append(refusal)
    return sorted(set(found), key=lambda refusal: refusal.__name__)


@pytest.mark.parametrize("refusal", refusals(), ids=lambda refusal: refusal.__name__)
def test_every_refusal_has_a_sentence(refusal: type[DomainError]) -> None:
    assert has_message(refusal.code), f'add "{refusal.code}" to app/language/messages.py'


@pytest.mark.parametrize("fault", sorted(set(FAULTS.values())))
def test_every_fault_of_a_field_has_a_sentence(fault: str) -> None:
    assert has_message(fault), f'add "{fault}" to app/language/messages.py'


def test_refusals_were_found() -> None:
    assert SkippedHour in refusals()


def test_a_refusal_is_told_with_its_parameters() -> None:
    brussels = zones_for("BE")
    with pytest.raises(SkippedHour) as refusal:
        instant(datetime(2027, 3, 28, 2, 30), brussels)  # noqa: DTZ001 – a wall time
    assert refusal_message("nl", refusal.value).replace("\u00a0", " ") == (
        "2.30 uur bestaat die dag niet: in Brussel gaat de klok vooruit. Het kan 1.30 uur wintertijd betekenen "
        "(0.30 uur UTC) of 3.30 uur zomertijd (1.30 uur UTC). Kies een van beide of een ander uur."
    )
    with pytest.raises(AmbiguousHour) as twice:
        instant(datetime(2027, 10, 31, 2, 30), brussels)  # noqa: DTZ001 – a wall time
    assert refusal_message("en", twice.value) == (
        "02:30 comes twice that day: the clocks in Brussels go back. It could mean 02:30 summer time (00:30 UTC) or "
        "02:30 winter time (01:30 UTC). Choose another time."
    )


@pytest.mark.parametrize("locale", LOCALES)
def test_an_unknown_code_gets_the_general_sentence(locale: str) -> None:
    assert message(locale, "no_such_code", {"amount_cents": 3}) == message(locale, "refused")
    assert refusal_message(locale, FieldRefused("url_scheme")) == message(locale, "invalid")


def test_a_refusal_with_a_reason_is_told_by_its_reason() -> None:
    assert refusal_message("en", UnableToPair(reason="not_here")) == "One of the two is no longer on the board."
    assert refusal_message("en", UnableToPair(reason="no_such_reason")) == "These two cannot be paired."


def test_a_clash_is_a_refusal_like_others() -> None:
    assert refusal_message("en", NoPairing(())).startswith("No pairing meets all conditions at once.")


def test_sentences_count() -> None:
    assert message("nl", "too_long", {"max_length": 1}) == "Schrijf hoogstens 1 teken."
    assert message("nl", "too_long", {"max_length": 1200}) == "Schrijf hoogstens 1.200 tekens."


def test_a_bound_that_is_excluded_is_told_as_such() -> None:
    assert refusal_message("en", FieldRefused("too_small", ge=1)) == "Write 1 or more."
    assert refusal_message("en", FieldRefused("too_small", gt=0)) == "Write more than 0."
    assert refusal_message("en", FieldRefused("too_large", lt=5)) == "Write less than 5."


def test_a_parameter_that_is_not_there_is_an_error() -> None:
    with pytest.raises(KeyError, match="time"):
        message("nl", "skipped_hour")


@pytest.mark.parametrize(
    ("name", "value", "nl"),
    [
        ("short_cents", 1_750_000, "€ 17.500"),
        ("anything", Cents(250), "€ 2,50"),
        ("day", date(2027, 1, 18), "18 januari 2027"),
        ("start", datetime(2027, 1, 18, 14, 0), "maandag 18 januari 2027, 14.00 uur"),  # noqa: DTZ001 – a wall time
        ("close", datetime(2027, 1, 18, 13, 0, tzinfo=UTC), "maandag 18 januari 2027, 14.00 uur (Brussel)"),
        (
            "start",
            datetime(2027, 1, 18, 14, 0, tzinfo=ZoneInfo("Africa/Kigali")),
            "maandag 18 januari 2027, 14.00 uur (Kigali)",
        ),
        ("at", time(9, 30), "9.30 uur"),
        ("zone", zones_for("BE"), "Brussel"),
        ("side", Side.PARTNER, "Partnerzijde"),
        ("number", 12_345, "12.345"),
        ("year", 2027, "2027"),
        ("rate", Decimal("655.957"), "655,957"),
        ("names", ["Gent", "Leuven"], "Gent en Leuven"),
        ("sides", (Side.FLEMISH, Side.PARTNER), "Vlaamse zijde en Partnerzijde"),
        ("name", "Gent", "Gent"),
        ("nothing", None, ""),
    ],
)
def test_parameters_are_written_as_the_reader_reads_them(name: str, value: object, nl: str) -> None:
    assert worded("nl", name, value).replace("\u00a0", " ") == nl

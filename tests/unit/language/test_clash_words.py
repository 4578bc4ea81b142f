"""What clashes is said in three languages, whatever the kind and the number."""

from typing import Any

import pytest

from app.language.catalogues import LOCALES
from app.language.clash_words import clash_lines, clash_opening, clash_sentence
from app.matching.clash import LockHeld, NoPairing, PlacesHeld, VetoHeld

GENT_KARONGI, GENT_NYANZA, AALST_NYANZA = ("gent", "karongi"), ("gent", "nyanza"), ("aalst", "nyanza")
NAMES = {"gent": "Gent", "aalst": "Aalst", "karongi": "Karongi", "nyanza": "Nyanza", "track:rw": "Rwanda"}


def lock(pair: tuple[str, str]) -> LockHeld:
    return LockHeld(*pair)


def veto(pair: tuple[str, str]) -> VetoHeld:
    return VetoHeld(*pair)


def data(*constraints: Any) -> list[dict[str, object]]:  # noqa: ANN401 - constraints of any kind
    return NoPairing(constraints).to_data()


def said(locale: str, *constraints: Any) -> str:  # noqa: ANN401 - constraints of any kind
    return clash_sentence(locale, data(*constraints), NAMES).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("constraint", "en", "nl", "fr"),
    [
        (
            lock(GENT_KARONGI),
            "Gent is locked with Karongi",
            "Gent is vastgezet met Karongi",
            "Gent est verrouillée avec Karongi",
        ),
        (
            veto(GENT_KARONGI),
            "for Gent, Karongi is excluded",
            "voor Gent is Karongi uitgesloten",
            "pour Gent, Karongi est exclue",
        ),
        (
            PlacesHeld("left", "gent", "max", 1),
            "at most 1 place for Gent",
            "hoogstens 1 plaats voor Gent",
            "au plus 1 place pour Gent",
        ),
        (
            PlacesHeld("group", "track:rw", "max", 1200),
            "at most 1,200 places for Rwanda",
            "hoogstens 1.200 plaatsen voor Rwanda",
            "au plus 1 200 places pour Rwanda",
        ),
        (
            PlacesHeld("right", "karongi", "max", 0),
            "no place for Karongi",
            "geen plaats voor Karongi",
            "aucune place pour Karongi",
        ),
        (
            PlacesHeld("right", "karongi", "min", 1),
            "at least 1 pair for Karongi",
            "minstens 1 paar voor Karongi",
            "au moins 1 paire pour Karongi",
        ),
        (
            PlacesHeld("group", "track:rw", "min", 2),
            "at least 2 pairs for Rwanda",
            "minstens 2 paren voor Rwanda",
            "au moins 2 paires pour Rwanda",
        ),
        (
            PlacesHeld("total", "", "max", 1),
            "at most 1 pair in all",
            "hoogstens 1 paar in totaal",
            "au plus 1 paire en tout",
        ),
        (
            PlacesHeld("total", "", "max", 8),
            "at most 8 pairs in all",
            "hoogstens 8 paren in totaal",
            "au plus 8 paires en tout",
        ),
        (PlacesHeld("total", "", "max", 0), "no pair at all", "geen enkel paar", "aucune paire"),
        (
            PlacesHeld("total", "", "min", 1),
            "at least 1 pair in all",
            "minstens 1 paar in totaal",
            "au moins 1 paire en tout",
        ),
        (
            PlacesHeld("total", "", "min", 3),
            "at least 3 pairs in all",
            "minstens 3 paren in totaal",
            "au moins 3 paires en tout",
        ),
    ],
)
def test_each_condition_is_a_line(constraint: object, en: str, nl: str, fr: str) -> None:
    lines = {locale: clash_lines(locale, data(constraint), NAMES) for locale in LOCALES}
    plain = {locale: [line.replace("\u202f", " ") for line in found] for locale, found in lines.items()}
    assert plain == {"en": [en], "nl": [nl], "fr": [fr]}


@pytest.mark.parametrize(
    ("constraints", "en", "nl", "fr"),
    [
        pytest.param(
            (lock(GENT_KARONGI), lock(GENT_NYANZA), PlacesHeld("left", "gent", "max", 1)),
            "Gent is locked with Karongi and Nyanza, but has only 1 place. Take back a lock or give more places.",
            "Gent is vastgezet met Karongi en Nyanza, maar heeft slechts 1 plaats. Maak een paar los of geef meer "
            "plaatsen.",
            "Gent est verrouillée avec Karongi et Nyanza, mais n’a que 1 place. Déverrouillez une paire ou donnez plus "
            "de places.",
            id="locks of one",
        ),
        pytest.param(
            (lock(AALST_NYANZA), lock(GENT_NYANZA), lock(("mol", "nyanza")), PlacesHeld("right", "nyanza", "max", 2)),
            "Nyanza is locked with Aalst, Gent and mol, but has only 2 places. Take back a lock or give more places.",
            "Nyanza is vastgezet met Aalst, Gent en mol, maar heeft slechts 2 plaatsen. Maak een paar los of geef meer "
            "plaatsen.",
            "Nyanza est verrouillée avec Aalst, Gent et mol, mais n’a que 2 places. Déverrouillez une paire ou donnez "
            "plus de places.",
            id="locks of another",
        ),
        pytest.param(
            (lock(AALST_NYANZA), lock(GENT_KARONGI), PlacesHeld("group", "track:rw", "max", 1)),
            "Aalst with Nyanza and Gent with Karongi are locked, but there is only 1 place "
            "for Rwanda. Take back a lock "
            "or give more places.",
            "Aalst met Nyanza en Gent met Karongi zijn vastgezet, maar er is slechts 1 plaats voor Rwanda. Maak een "
            "paar los of geef meer plaatsen.",
            "Aalst avec Nyanza et Gent avec Karongi sont verrouillées, mais il n’y a que 1 place pour Rwanda. "
            "Déverrouillez une paire ou donnez plus de places.",
            id="locks of a group",
        ),
        pytest.param(
            (lock(AALST_NYANZA), lock(GENT_KARONGI), lock(GENT_NYANZA), PlacesHeld("total", "", "max", 2)),
            "Aalst with Nyanza, Gent with Karongi and Gent with Nyanza are locked, but only "
            "2 pairs may be made in all. "
            "Take back a lock or allow more pairs.",
            "Aalst met Nyanza, Gent met Karongi en Gent met Nyanza zijn vastgezet, maar er mogen in totaal slechts 2 "
            "paren zijn. Maak een paar los of laat meer paren toe.",
            "Aalst avec Nyanza, Gent avec Karongi et Gent avec Nyanza sont verrouillées, mais au plus 2 paires sont "
            "permises en tout. Déverrouillez une paire ou permettez plus de paires.",
            id="locks and the total",
        ),
        pytest.param(
            (veto(AALST_NYANZA), veto(GENT_NYANZA), PlacesHeld("right", "nyanza", "min", 1)),
            "Nyanza must be in at least 1 pair, but too many pairs are excluded: those with Aalst and Gent. Take back "
            "one of them or ask for less.",
            "Nyanza moet in minstens 1 paar zitten, maar er zijn te veel paren uitgesloten: die met Aalst en Gent. Hef "
            "een van die uitsluitingen op of vraag minder.",
            "Nyanza doit figurer dans au moins 1 paire, mais trop de paires sont exclues : celles avec Aalst et Gent. "
            "Levez une de ces exclusions ou demandez moins.",
            id="vetoes of one",
        ),
        pytest.param(
            (PlacesHeld("group", "track:rw", "min", 2),),
            "Fewer pairs are possible than this asks for: at least 2 pairs for Rwanda. Ask for less.",
            "Er zijn minder paren mogelijk dan hier gevraagd wordt: minstens 2 paren voor Rwanda. Vraag minder.",
            "Moins de paires sont possibles que ce qui est demandé : au moins 2 paires pour Rwanda. Demandez moins.",
            id="too much asked",
        ),
        pytest.param(
            (lock(GENT_KARONGI), PlacesHeld("total", "", "max", 0)),
            "These conditions cannot all hold at once: Gent is locked with Karongi; no pair "
            "at all. Take back or loosen "
            "any one of them.",
            "Deze voorwaarden kunnen niet allemaal tegelijk gelden: Gent is vastgezet met "
            "Karongi; geen enkel paar. Hef "
            "er een van op, of versoepel er een.",
            "Ces conditions ne peuvent pas toutes être remplies en même temps : Gent est verrouillée avec Karongi ; "
            "aucune paire. Levez ou assouplissez l’une d’elles.",
            id="a lock where there is no place",
        ),
        pytest.param(
            (
                lock(GENT_KARONGI),
                veto(AALST_NYANZA),
                veto(GENT_NYANZA),
                PlacesHeld("left", "aalst", "max", 1),
                PlacesHeld("left", "gent", "max", 1),
                PlacesHeld("right", "karongi", "min", 2),
                PlacesHeld("right", "nyanza", "min", 2),
                PlacesHeld("total", "", "min", 4),
            ),
            "These conditions cannot all hold at once: Gent is locked with Karongi; for Nyanza, Aalst and Gent are "
            "excluded; at most 1 place for each of Aalst and Gent; at least 2 pairs for each of Karongi and Nyanza; at "
            "least 4 pairs in all. Take back or loosen any one of them.",
            "Deze voorwaarden kunnen niet allemaal tegelijk gelden: Gent is vastgezet met Karongi; voor Nyanza zijn "
            "Aalst en Gent uitgesloten; telkens hoogstens 1 plaats voor Aalst en Gent; telkens minstens 2 paren voor "
            "Karongi en Nyanza; minstens 4 paren in totaal. Hef er een van op, of versoepel er een.",
            "Ces conditions ne peuvent pas toutes être remplies en même temps : Gent est verrouillée avec Karongi ; "
            "pour Nyanza, Aalst et Gent sont exclues ; à chaque fois au plus 1 place pour "
            "Aalst et Gent ; à chaque fois "
            "au moins 2 paires pour Karongi et Nyanza ; au moins 4 paires en tout. Levez ou "
            "assouplissez l’une d’elles.",
            id="of everything some",
        ),
    ],
)
def test_a_clash_is_a_sentence(constraints: tuple[object, ...], en: str, nl: str, fr: str) -> None:
    assert {locale: said(locale, *constraints) for locale in LOCALES} == {"en": en, "nl": nl, "fr": fr}


@pytest.mark.parametrize("constraint", [veto(("aalst", "huye")), veto(("aalst", "karongi")), lock(GENT_KARONGI)])
def test_other_shapes_are_told_as_a_list(constraint: object) -> None:
    clash = data(veto(GENT_NYANZA), constraint, PlacesHeld("right", "nyanza", "min", 1))
    assert clash_opening("en", clash, NAMES) == (
        "These conditions cannot all hold at once. Take back or loosen any one of them."
    )
    assert clash_sentence("en", clash, NAMES).startswith("These conditions cannot all hold at once: ")


def test_vetoes_and_the_places_of_a_group_are_told_as_a_list() -> None:
    clash = data(veto(GENT_NYANZA), PlacesHeld("group", "track:rw", "min", 1))
    assert "for Gent, Nyanza is excluded; at least 1 pair for Rwanda" in clash_sentence("en", clash, NAMES)


def test_a_veto_beside_too_few_places_is_named() -> None:
    clash = data(veto(GENT_NYANZA), PlacesHeld("right", "nyanza", "max", 1))
    assert "for Gent, Nyanza is excluded; at most 1 place for Nyanza" in clash_sentence("en", clash, NAMES)


def test_marks_of_several_are_named_as_pairs() -> None:
    clash = data(veto(AALST_NYANZA), veto(GENT_KARONGI), PlacesHeld("total", "", "min", 1))
    assert "Aalst with Nyanza and Gent with Karongi are excluded; at least 1 pair" in clash_sentence("en", clash, NAMES)


def test_the_opening_names_what_it_can_name_well() -> None:
    clash = data(lock(GENT_KARONGI), lock(GENT_NYANZA), PlacesHeld("left", "gent", "max", 1))
    assert clash_opening("en", clash, NAMES) == clash_sentence("en", clash, NAMES)


def test_without_names_ids_stand_for_themselves() -> None:
    clash = data(lock(GENT_KARONGI), lock(GENT_NYANZA), PlacesHeld("left", "gent", "max", 1))
    assert clash_sentence("en", clash).startswith("gent is locked with karongi and nyanza, but")
    assert clash_opening("en", clash) == clash_sentence("en", clash)
    assert clash_lines("en", clash) == [
        "gent is locked with karongi",
        "gent is locked with nyanza",
        "at most 1 place for gent",
    ]


def test_of_hundreds_the_first_are_named_and_the_others_counted() -> None:
    vetoes = [veto((f"g{number}", "karongi")) for number in range(285)]
    clash = data(*vetoes, PlacesHeld("right", "karongi", "min", 1))
    assert clash_lines("nl", clash, NAMES) == [
        "voor Karongi zijn g0, g1, g2, g3, g4, g5, g6, g7 en nog 277 uitgesloten",
        "minstens 1 paar voor Karongi",
    ]
    locks = [lock((f"g{number}", f"k{number}")) for number in range(30)]
    assert said("fr", *locks, PlacesHeld("total", "", "max", 29)).startswith(
        "g0 avec k0, g1 avec k1, g2 avec k2, g3 avec k3 et 26 autres sont verrouillées, mais"
    )


def test_a_single_name_more_is_written_out() -> None:
    vetoes = [veto(("gent", f"k{number}")) for number in range(9)]
    assert clash_lines("en", [*data(*vetoes), *data(*[PlacesHeld("total", "", "min", 1)] * 4)])[0] == (
        "for gent, k0, k1, k2, k3, k4, k5, k6, k7 and k8 are excluded"
    )


def test_who_did_not_ask_why_is_told_what_to_do() -> None:
    assert clash_sentence("en", []) == clash_opening("en", [])
    assert clash_lines("en", []) == []

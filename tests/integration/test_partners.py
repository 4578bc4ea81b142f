"""Partner profiles: who sees and writes which, and that nobody's words are overwritten unseen."""

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from sqlalchemy.orm import Session
from sqlmodel import col
from starlette.testclient import TestClient

from app.domain.access import NotAllowed
from app.domain.codes import Country
from app.domain.partner import ProfileChanged, ProfileExists, WrongCountry
from app.models import Event, PartnerProfile, PolicyField
from app.models.database import transaction
from app.queries.partners import addable, profile_of, profiles_of
from app.queries.people import actor_of_person
from app.services.partners import add_profile, save_profile
from tests import factories, pages
from tests.factories import NOW, number
from tests.personas import World, build_world, sign_in

PATH = "/staff/partners"
TYPED = {
    "capacity": 1,
    "version": 1,
    "strengths_field_1": "youth",
    "strengths_priority_1": "1",
    "strengths_text_1": "Youth council",
    "challenges_field_1": "water",
    "challenges_priority_1": "2",
    "challenges_text_1": "",
    "subjects": ["rwanda:voice"],
    "language_en": "3",
    "profiles": ["rural"],
    "wish_1": "urban",
    "introduction": "We are Karongi.",
}
STORED = {
    "strengths": {"youth": {"priority": 1, "text": "Youth council"}},
    "challenges": {"water": {"priority": 2, "text": ""}},
    "subjects": ["rwanda:voice"],
    "goals": [],
    "languages": {"en": 3},
    "profiles": ["rural"],
    "wishes": ["urban"],
    "introduction": "We are Karongi.",
}


@pytest.fixture
def karongi(session: Session, world: World) -> PartnerProfile:
    """An empty profile of Karongi; Nikki in Benin has one too."""
    with transaction(session):
        for position, code in enumerate(("youth", "water")):
            session.add(PolicyField(code=code, position=position, title_nl=code, title_fr=code, title_en=code))
        factories.profile(session, world.benin, world.nikki)
        return factories.profile(session, world.rwanda, world.karongi)


def as_person(app: FastAPI, new_client: Callable[[], TestClient], world: World, name: str) -> TestClient:
    client = new_client()
    client.cookies.set("lang", "en")
    return sign_in(client, app, getattr(world, name))


@pytest.mark.parametrize(
    ("name", "seen"),
    [
        ("vvsg_staff", ["Karongi", "Nikki"]),
        ("ralga_staff", ["Karongi"]),
        ("ancb_staff", ["Nikki"]),
        ("karongi_coordinator", ["Karongi"]),
        ("nikki_coordinator", ["Nikki"]),
        ("gamma_coordinator", []),
        ("karongi_participant", []),
        ("auditor", []),
        ("outsider", []),
    ],
)
def test_everybody_sees_the_profiles_that_are_theirs_to_write(
    session: Session, world: World, karongi: PartnerProfile, name: str, seen: list[str]
) -> None:
    actor = actor_of_person(session, number(getattr(world, name)))
    assert [one.name for one in profiles_of(session, actor)] == seen
    assert (profile_of(session, actor, number(karongi)) is not None) == ("Karongi" in seen)


@pytest.mark.parametrize("language", ["nl", "fr", "en"])
def test_the_pages_are_sound_in_three_languages(
    app: FastAPI, new_client: Callable[[], TestClient], world: World, karongi: PartnerProfile, language: str
) -> None:
    for name in ("vvsg_staff", "ralga_staff", "karongi_coordinator"):
        client = as_person(app, new_client, world, name)
        client.cookies.set("lang", language)
        for path in (PATH, f"{PATH}/new", f"{PATH}/{karongi.id}", f"{PATH}/{karongi.id}?saved=1"):
            pages.get(client, path)


@pytest.mark.parametrize("name", ["ancb_staff", "nikki_coordinator", "gamma_coordinator", "outsider", "auditor"])
def test_the_profile_of_another_does_not_exist(
    app: FastAPI, new_client: Callable[[], TestClient], world: World, karongi: PartnerProfile, name: str
) -> None:
    client = as_person(app, new_client, world, name)
    assert client.get(f"{PATH}/{karongi.id}").status_code == 404
    assert client.post(f"{PATH}/{karongi.id}", data=TYPED).status_code == 404


def test_a_profile_is_saved_with_its_event(
    app: FastAPI, new_client: Callable[[], TestClient], session: Session, world: World, karongi: PartnerProfile
) -> None:
    client = as_person(app, new_client, world, "karongi_coordinator")
    response = client.post(f"{PATH}/{karongi.id}", data=TYPED)
    assert response.status_code == 303
    page = pages.get(client, response.headers["location"])
    assert "Youth council" in page.html
    actor = actor_of_person(session, number(world.karongi_coordinator))
    stored = profile_of(session, actor, number(karongi))
    assert stored is not None
    assert (stored.answers, stored.version, stored.person_name) == (STORED, 2, "Coordinator of Karongi")
    verbs = session.execute(sa.select(col(Event.verb), col(Event.person_name))).all()
    assert [tuple(one) for one in verbs] == [("partner.changed", "Coordinator of Karongi")]
    assert client.post(f"{PATH}/{karongi.id}", data=TYPED).status_code == 303


def test_two_writers_see_both_texts(
    app: FastAPI, new_client: Callable[[], TestClient], world: World, karongi: PartnerProfile
) -> None:
    path = f"{PATH}/{karongi.id}"
    as_person(app, new_client, world, "karongi_coordinator").post(path, data=TYPED)
    other = as_person(app, new_client, world, "ralga_staff")
    response = other.post(path, data={**TYPED, "introduction": "Other words"})
    assert response.status_code == 409
    pages.check(response.text)
    assert "We are Karongi." in response.text
    assert "Other words" in response.text
    assert "Coordinator of Karongi changed this profile" in response.text
    assert 'name="version" value="2"' in response.text
    again = other.post(path, data={**TYPED, "introduction": "Other words", "version": 2})
    assert again.status_code == 303


@pytest.mark.parametrize(
    "odd",
    [
        {"capacity": 10},
        {"capacity": "many"},
        {"subjects": ["benin:voice"]},
        {"goals": ["99"]},
        {"language_en": "4"},
        {"profiles": ["moon"]},
        {"wish_1": "nowhere"},
        {"introduction": "x" * 1501},
        {"strengths_field_1": "nothing"},
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    app: FastAPI,
    new_client: Callable[[], TestClient],
    session: Session,
    world: World,
    karongi: PartnerProfile,
    odd: dict[str, object],
) -> None:
    client = as_person(app, new_client, world, "vvsg_staff")
    response = client.post(f"{PATH}/{karongi.id}", data={**TYPED, **odd})
    assert response.status_code == 422
    pages.check(response.text)
    assert (
        session.execute(sa.select(col(PartnerProfile.version)).where(col(PartnerProfile.id) == karongi.id)).scalar()
        == 1
    )


@pytest.mark.usefixtures("karongi")
def test_a_profile_is_added_once(
    app: FastAPI, new_client: Callable[[], TestClient], session: Session, world: World
) -> None:
    with transaction(session):
        nyanza = factories.government(session, "Nyanza", country=Country.RWANDA)
    client = as_person(app, new_client, world, "ralga_staff")
    data = {"track": number(world.rwanda), "government": number(nyanza), "form_key": "adding-nyanza"}
    first, second = (client.post(f"{PATH}/new", data=data) for _ in range(2))
    assert first.status_code == second.status_code == 303
    assert first.headers["location"] == second.headers["location"]
    pages.get(client, first.headers["location"])
    assert client.post(f"{PATH}/new", data={**data, "form_key": "adding-again"}).status_code == 404


@pytest.mark.usefixtures("karongi")
def test_a_profile_is_added_only_where_it_belongs(session: Session, world: World) -> None:
    staff, ralga = (actor_of_person(session, number(one)) for one in (world.vvsg_staff, world.ralga_staff))
    with transaction(session):
        nyanza = factories.government(session, "Nyanza", country=Country.RWANDA)
    day = NOW.date()
    assert [one.name for one in addable(session, ralga, number(world.programme), day)] == ["Nyanza"]
    for refusal, track, government, actor in (
        (WrongCountry, world.benin, nyanza, staff),
        (ProfileExists, world.rwanda, world.karongi, staff),
        (NotAllowed, world.benin, world.nikki, ralga),
    ):
        with pytest.raises(refusal), transaction(session):
            add_profile(session, number(track), number(government), actor=actor, now=NOW)


def test_a_save_on_top_of_another_version_is_refused(both_engines: sa.Engine) -> None:
    with Session(both_engines, expire_on_commit=False) as session:
        world = build_world(session)
        with transaction(session):
            made = number(factories.profile(session, world.rwanda, world.karongi))
        staff = actor_of_person(session, number(world.vvsg_staff))
        profile = profile_of(session, staff, made)
        assert profile is not None
        for answers, version in (({"introduction": "One"}, 1), ({"introduction": "One"}, 1)):
            with transaction(session):
                save_profile(session, profile, answers=answers, capacity=1, version=version, actor=staff, now=NOW)
        with pytest.raises(ProfileChanged), transaction(session):
            save_profile(session, profile, answers={}, capacity=1, version=1, actor=staff, now=NOW)

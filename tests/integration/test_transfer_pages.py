from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session
from sqlmodel import col

from app.domain.codes import ConsentParty
from app.models import LedgerEntry, Transfer, TransferConsent
from tests import pages
from tests.integration.money_kit import Parties, agree, amounts, claim_on, commit, done, halves, parties, proposed
from tests.personas import World, sign_in

KEYS = count()
PATH = "/partnerships/opened/transfers"
PROPOSAL = {"form_key": "key-of-one-transfer", "from_side": "flemish", "amount": "1 000,50", "reason": "A visit more"}


@pytest.fixture
def who(session: Session, world: World) -> Parties:
    return parties(session, world)


@pytest.fixture
def as_person(new_client: Callable[[], TestClient], app: FastAPI, world: World) -> Callable[[str], TestClient]:
    def signed_in(name: str) -> TestClient:
        client = new_client()
        sign_in(client, app, getattr(world, name))
        client.cookies.set("lang", "en")
        return client

    return signed_in


def words(html: str) -> str:
    return " ".join(html.replace("\u00a0", " ").split())


def post(client: TestClient, path: str, **data: Any) -> Any:  # noqa: ANN401
    return client.post(path, data={"form_key": f"key-of-form-{next(KEYS)}", **data})


@pytest.mark.usefixtures("who")
def test_a_transfer_from_its_proposal_to_the_halves(
    as_person: Callable[[str], TestClient], session: Session, who: Parties
) -> None:
    gamma, karongi, staff = (as_person(name) for name in ("gamma_coordinator", "karongi_coordinator", "vvsg_staff"))
    assert "Nothing was transferred" in pages.get(gamma, PATH).html
    pages.get(gamma, f"{PATH}/new")
    answers = [gamma.post(f"{PATH}/new", data=PROPOSAL) for _twice in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    session.rollback()
    (made,) = session.scalars(sa.select(col(Transfer.id))).all()
    detail = f"{PATH}/{made}"
    assert answers[1].headers["location"].endswith(detail)
    shown = words(pages.get(gamma, detail).html)
    assert "You have answered" not in shown
    assert "May answer: Coordinator of Karongi" in shown
    assert "Withdraw the proposal" in shown
    assert "Withdraw the proposal" not in pages.get(karongi, detail).html
    assert "Say whether €1,000.50 may go from Gamma to Karongi" in words(pages.get(karongi, "/my/tasks").html)
    assert "Say whether €1,000.50 may go from Gamma to Karongi" in words(pages.get(staff, "/my/tasks").html)
    assert "Say whether" not in pages.get(gamma, "/my/tasks").html
    assert post(karongi, f"{detail}/answer", answer="agree").status_code == 303
    assert "A transfer waits for consent" in pages.get(gamma, "/partnerships/opened/budget").html
    assert post(staff, f"{detail}/answer", answer="agree").status_code == 303
    assert amounts(session, who.partnership_id) == (1_649_950, 1_850_050)
    budget = words(pages.get(gamma, "/partnerships/opened/budget").html)
    assert "The two halves are not equal any more" in budget
    assert "€1,000.50 went from Gamma to Karongi" in budget
    assert "Carried out" in pages.get(gamma, detail).html
    assert "Carried out" in pages.get(as_person("auditor"), PATH).html


def test_a_transfer_that_waits_for_the_team_stands_on_its_overview(
    as_person: Callable[[str], TestClient], session: Session, who: Parties
) -> None:
    staff = as_person("vvsg_staff")
    assert f"{PATH}/" not in pages.get(staff, "/staff").html
    made = proposed(session, who)
    assert f'href="{PATH}/{made}"' in pages.get(staff, "/staff").html
    agree(session, made, who, ConsentParty.STAFF)
    assert f"{PATH}/" not in pages.get(staff, "/staff").html


def test_a_refusal_at_the_limit_says_what_would_fit_and_what_could_be_released(
    as_person: Callable[[str], TestClient], session: Session, who: Parties
) -> None:
    made = proposed(session, who)
    agree(session, made, who, ConsentParty.PARTNER)
    commit(session, halves(session, who.partnership_id)[0], 1_700_000, actor=who.flemish)
    answer = post(as_person("vvsg_staff"), f"{PATH}/{made}/answer", answer="agree")
    assert answer.status_code == 422
    pages.check(answer.text)
    text = words(answer.text)
    assert "€500 is missing. At most €500 could go to the other side now." in text
    assert "kind=release" in text
    assert "€17,000: Train" in text
    session.rollback()
    assert len(session.scalars(sa.select(TransferConsent)).all()) == 2
    too_much = as_person("gamma_coordinator").post(f"{PATH}/new", data=PROPOSAL | {"amount": "17.000"})
    assert too_much.status_code == 422
    assert "At most €500 could go" in words(too_much.text)
    assert "A visit more" in too_much.text


def test_who_may_not_read_the_budget_sees_no_transfer(
    as_person: Callable[[str], TestClient], session: Session, who: Parties
) -> None:
    made = proposed(session, who)
    for name in ("outsider", "nikki_coordinator"):
        client = as_person(name)
        for path in (PATH, f"{PATH}/new", f"{PATH}/{made}"):
            assert client.get(path).status_code == 404
        for path in (f"{PATH}/new", f"{PATH}/{made}/answer", f"{PATH}/{made}/withdrawal"):
            assert post(client, path, **PROPOSAL, answer="agree").status_code == 404
    auditor = as_person("auditor")
    assert pages.get(auditor, f"{PATH}/{made}")
    assert auditor.get(f"{PATH}/new").status_code == 403
    assert post(auditor, f"{PATH}/{made}/answer", answer="agree").status_code == 403
    assert post(as_person("karongi_coordinator"), f"{PATH}/{made}/withdrawal").status_code == 403


def test_hostile_answers_change_nothing(as_person: Callable[[str], TestClient], session: Session, who: Parties) -> None:
    made = proposed(session, who)
    karongi = as_person("karongi_coordinator")
    for data in (
        {"answer": "agree", "party": "staff"},
        {"answer": "agree", "party": "flemish"},
        {"answer": "maybe"},
        {"answer": "refuse"},
        {"answer": "refuse", "words": " "},
        {"answer": "agree", "party": "nobody"},
        {},
    ):
        assert post(karongi, f"{PATH}/{made}/answer", **data).status_code in (403, 422)
    elsewhere = f"/partnerships/gamma-karongi/transfers/{made}"
    assert karongi.get(elsewhere).status_code == 404
    assert post(karongi, f"{elsewhere}/answer", answer="agree").status_code == 404
    for amount in ("0", "-5", "1e9", "x", "99999999999999999999"):
        assert karongi.post(f"{PATH}/new", data=PROPOSAL | {"amount": amount}).status_code == 422
    session.rollback()
    assert len(session.scalars(sa.select(TransferConsent)).all()) == 1
    assert len(session.scalars(sa.select(LedgerEntry)).all()) == 2


def test_a_year_is_closed_and_a_budget_settled_on_their_page(
    as_person: Callable[[str], TestClient], session: Session, who: Parties
) -> None:
    path = "/staff/budget/partnerships/opened"
    staff = as_person("vvsg_staff")
    assert "There is no year to close" in pages.get(staff, f"{path}/closing").html
    claim_on(session, who, halves(session, who.partnership_id)[0])
    commit(session, halves(session, who.partnership_id)[0], 5_000, actor=who.flemish)
    refused = post(staff, f"{path}/closing", year=2026)
    assert refused.status_code == 422
    pages.check(refused.text)
    assert "is not over" in refused.text
    assert post(staff, f"{path}/settlement", rest="returned").status_code == 422
    assert as_person("gamma_coordinator").get(f"{path}/closing").status_code == 404
    assert post(as_person("gamma_coordinator"), f"{path}/settlement", rest="returned").status_code == 404


def test_the_form_of_the_budget_shows_what_it_changes_before_it_is_saved(
    as_person: Callable[[str], TestClient], session: Session, who: Parties
) -> None:
    staff = as_person("vvsg_staff")
    path = "/staff/programme/test/parts/texts"
    assert "budgets are open" in words(pages.get(staff, path).html)
    facts = {
        "title_nl": "Testprogramma",
        "summary_nl": "Kort",
        "starts_on": "2026-01-01",
        "ends_on": "2027-12-31",
        "budget": "36.000,01",
        "version": "1",
        "reason": "The donor gives more",
    }
    first = post(staff, path, **facts)
    assert first.status_code == 422
    pages.check(first.text)
    text = words(first.text)
    assert "2 partnerships: €500.01 on each Flemish side, €500 on each partner side." in text
    key = text.split('name="plan" value="')[1].split('"')[0]
    assert amounts(session, who.partnership_id) == (1_750_000, 1_750_000)
    assert post(staff, path, **facts, plan=key).status_code == 303
    assert amounts(session, who.partnership_id) == (1_800_001, 1_800_000)
    low = post(staff, path, **facts | {"version": "2", "budget": "0"})
    assert low.status_code == 422


def test_done_transfers_stay_for_ever(as_person: Callable[[str], TestClient], session: Session, who: Parties) -> None:
    for cents in (100, 200, 300):
        done(session, who, cents)
    text = words(pages.get(as_person("gamma_coordinator"), "/partnerships/opened/budget").html)
    assert [f"€{euros} went from" in text for euros in (1, 2, 3)] == [True] * 3

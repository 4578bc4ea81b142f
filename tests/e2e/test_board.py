"""The pairing board from the first look to the words for both sides, with JavaScript and without.

What it must show is reckoned from the points in its matrix by trying every pairing (``board_reckoning``).
"""

from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import board_publication as publication
from tests.e2e import board_steps as board
from tests.e2e.board_reckoning import Reckoned, Wanted, best, moves, second_best
from tests.e2e.board_steps import say, shown
from tests.e2e.conftest import Site, Visitor, Visitors
from tests.e2e.crowd import overflow
from tests.e2e.staff_steps import Pair, expect_pair, open_pair

pytestmark = pytest.mark.browser
STAFF = "Programmateam VVSG"
LIMIT = 2
LOCKED = Pair("Demo-Hageland", "Karongi")
CLASHING = Pair("Demo-Leie", "Karongi")
EXCLUDED = Pair("Demo-Dender", "Démo-Zou")
FORCED = Pair("Demo-Leie", "Bugesera")
FIRST, SECOND, THIRD = "Met een afspraak", "Zonder die afspraak", "Tweede keus"


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_board_from_first_look_to_motivation(site: Site, visitors: Visitors, *, javascript: bool) -> None:
    visitor = visitors.open(site, javascript=javascript)
    page = visitor.sign_in_as(STAFF)
    board.back_to_board(visitor)
    wanted = board.read_matrix(page, limit=LIMIT)
    board.expect_board(page, wanted)
    expect(board.tile(page, "Pairs")).to_contain_text(say("of %(places)s places", places=len(board.partners_on(page))))
    sort(page, wanted)
    wanted = lock_one(page, wanted, javascript=javascript)
    wanted = exclude_one(page, wanted)
    if javascript:
        visitor.check_accessibility()
    wanted = weigh(visitor, wanted, javascript=javascript)
    clash(visitor, wanted, javascript=javascript)
    wanted = look_first_then_lock(visitor, wanted)
    board.keep(page, FIRST)
    board.expect_tiles(page, best(wanted))
    after = change_and_keep(visitor, wanted)
    compare(page, wanted, after)
    keep_an_alternative(visitor, after)
    publish(visitor, site, best(after), javascript=javascript)
    publication.check_files(page, best(after))
    publication.edit_and_release(page, best(after))


def sort(page: Page, wanted: Wanted) -> None:
    """Sort the candidates by province, by a partner, and by name again."""
    page.get_by_role("link", name=say("province"), exact=True).click()
    expect(page.get_by_role("link", name=say("province"), exact=True)).to_have_attribute("aria-current", "true")
    by_province = sorted(wanted.provinces, key=lambda one: (wanted.provinces[one], one))
    assert board.candidates_on(page) == by_province
    page.get_by_role("columnheader", name="Nyanza").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Nyanza")).to_have_attribute("aria-sort", "descending")
    points = [wanted.points.get(Pair(one, "Nyanza"), -1) for one in board.candidates_on(page)]
    assert points == sorted(points, reverse=True)
    page.get_by_role("link", name=say("name"), exact=True).click()
    expect(page.get_by_role("link", name=say("name"), exact=True)).to_have_attribute("aria-current", "true")
    assert board.candidates_on(page) == sorted(wanted.provinces)


def lock_one(page: Page, wanted: Wanted, *, javascript: bool) -> Wanted:
    """Open a pair by keys, read its reasons, lock it by keys."""
    board.open_by_keys(page, LOCKED, javascript=javascript)
    board.expect_reasons(page, wanted, LOCKED)
    board.expect_how_sure(page, javascript=javascript)
    board.lock_by_keys(page, javascript=javascript)
    after = wanted.with_lock(LOCKED)
    board.expect_board(page, after)
    board.expect_change(page, best(wanted), best(after))
    assert len(list(moves(best(wanted), best(after)))) > 2
    expect(board.cell(page, LOCKED)).to_contain_text(say("locked"))
    return after


def exclude_one(page: Page, wanted: Wanted) -> Wanted:
    """Exclude a pair of the pairing."""
    assert EXCLUDED in best(wanted).points
    board.mark(page, EXCLUDED, "Exclude")
    after = wanted.with_veto(EXCLUDED)
    board.expect_board(page, after)
    board.expect_change(page, best(wanted), best(after))
    expect(board.cell(page, EXCLUDED)).to_contain_text(say("excluded"))
    return after


def weigh(visitor: Visitor, wanted: Wanted, *, javascript: bool) -> Wanted:
    """Set other weights with the weakest pair first, then the total with one candidate of a province, then two."""
    page = visitor.page
    expect(page.get_by_role("slider")).to_have_count(6 if javascript else 0)
    if javascript:
        slide(page)
    set_weights(page, learning=20, theme=25)
    page.get_by_role("button", name=say("Solve again"), exact=True).click()
    refusal = say("The weights add up to %(sum)s. Make them add up to 100.", sum=85)
    expect(page.locator("#learning-error")).to_contain_text(refusal)
    visitor.forgive("422")
    set_weights(page, learning=20, theme=40)
    weighed = solve_again(page, wanted, objective="Highest weakest pair first", limit=LIMIT)
    assert weighed.points != wanted.points
    assert best(weighed).weakest > best(replace(weighed, weakest_first=False)).weakest
    narrow = solve_again(page, weighed, objective="Highest total", limit=1)
    assert narrow.points == weighed.points
    assert best(narrow).count < best(weighed).count
    return solve_again(page, narrow, objective="Highest total", limit=LIMIT)


def set_weights(page: Page, *, learning: int, theme: int) -> None:
    """Type two of the weights."""
    page.get_by_role("spinbutton", name=say("Learning from each other")).fill(str(learning))
    page.get_by_role("spinbutton", name=say("Theme"), exact=True).fill(str(theme))


def solve_again(page: Page, before: Wanted, *, objective: str, limit: int) -> Wanted:
    """Set what is best and the limit per province; the board is the best under the points that it shows then."""
    page.get_by_label(say(objective)).check()
    field = page.get_by_role("spinbutton", name=say("At most this many candidates of a province"))
    field.fill(str(limit))
    board.press(page, say("Solve again"))
    expect(field).to_have_value(str(limit))
    expect(page.get_by_label(say(objective))).to_be_checked()
    found = board.read_matrix(page, limit=limit, weakest_first=objective != "Highest total")
    after = replace(found, locks=before.locks, vetoes=before.vetoes)
    board.expect_change(page, best(before), board.expect_board(page, after))
    return after


def slide(page: Page) -> None:
    """Move a slider and type a number: they follow each other, and the sum with them."""
    slider = page.get_by_role("slider", name=say("%(label)s: slider", label=say("Learning from each other")))
    learning = page.get_by_role("spinbutton", name=say("Learning from each other"))
    slider.press("ArrowRight")
    expect(learning).to_have_value("36")
    expect(page.locator(".pairing__sum")).to_contain_text("101")
    expect(page.locator(".pairing__sum")).to_have_class("pairing__sum pairing__sum--wrong")
    learning.fill("35")
    expect(slider).to_have_value("35")
    expect(page.locator(".pairing__sum")).to_contain_text("100")
    expect(page.locator(".pairing__sum")).to_have_class("pairing__sum")


def clash(visitor: Visitor, wanted: Wanted, *, javascript: bool) -> None:
    """Lock a second candidate with a partner that has one place: both are named and nobody else; take it back."""
    page = visitor.page
    board.mark(page, CLASHING, "Lock")
    notice = page.locator(".notice--danger").filter(has_text=say("No pairing is possible"))
    sentence = notice.locator(".notice__words > p:not(.notice__title)")
    expect(sentence).to_have_text(
        "Karongi is vastgezet met Demo-Leie en Demo-Hageland, maar heeft slechts 1 plaats."
        " Maak een paar los of geef meer plaatsen."
    )
    others = {*wanted.provinces, *wanted.provinces.values(), *board.partners_on(page)}
    told = notice.inner_text()
    assert {one for one in others if one in told} == {"Karongi", CLASHING.flemish, LOCKED.flemish}
    expect(board.tile(page, "Pairs").locator(".stat__value")).to_have_text("0")
    assert board.chosen_in_matrix(page) == {}
    if javascript:
        visitor.check_accessibility()
    board.take_back(page, CLASHING)
    expect(notice).to_have_count(0)
    board.expect_board(page, wanted)


def look_first_then_lock(visitor: Visitor, wanted: Wanted) -> Wanted:
    """See what a pair would change: both pairings, and a loss that is the price; nothing is set; then lock it there."""
    page, now, then = visitor.page, best(wanted), best(wanted.with_lock(FORCED))
    assert now.total > then.total
    open_pair(page, FORCED)
    board.expect_reasons(page, wanted, FORCED)
    price = board.number_in(page.locator(".pairing__fact").filter(has_text=say("Price")).locator("p").inner_text())
    page.get_by_role("link", name=say("What would change if they were a pair?")).click()
    expect(page.get_by_text(say("Nothing has been set yet."))).to_be_visible()
    board.expect_tiles(page, then)
    loss = board.number_in(board.tile(page, "Total").locator(".stat__detail").inner_text())
    assert loss == now.total - then.total == price
    first, second, moved = board.beside(page, sorted({pair.partner for pair in wanted.points}))
    assert (first, second) == (now.partners, then.partners)
    assert moved == {candidate for candidate, _, _ in moves(now, then)}
    page.get_by_role("button", name=say("Lock this pair")).click()
    after = wanted.with_lock(FORCED)
    board.expect_board(page, after)
    board.expect_change(page, now, then)
    return after


def change_and_keep(visitor: Visitor, wanted: Wanted) -> Wanted:
    """Take one lock back and keep what comes of it."""
    page = board.back_to_board(visitor)
    board.take_back(page, FORCED)
    after = wanted.without(FORCED)
    board.expect_board(page, after)
    board.expect_change(page, best(wanted), best(after))
    board.keep(page, SECOND)
    board.expect_tiles(page, best(after))
    return after


def compare(page: Page, wanted: Wanted, after: Wanted) -> None:
    """Put both scenarios beside each other: numbers, what was set, and the candidates that differ."""
    page.get_by_role("link", name=say("Compare it with another pairing")).click()
    page.get_by_label(say("First"), exact=True).select_option(label=FIRST)
    page.get_by_label(say("Second"), exact=True).select_option(label=SECOND)
    page.get_by_role("button", name=say("Compare"), exact=True).click()
    expect(page.get_by_label(say("First"), exact=True).locator("option:checked")).to_have_text(FIRST)
    one, other = best(wanted), best(after)
    rows = page.get_by_role("table", name=say("Both pairings in numbers")).get_by_role("row")
    total = rows.filter(has=page.get_by_role("rowheader", name=say("Total"), exact=True)).get_by_role("cell")
    expect(total).to_have_text([shown(one.total), shown(other.total), f"+{shown(other.total - one.total)}"])
    set_differently = rows.filter(has=page.get_by_role("rowheader", name=f"{FORCED.flemish} & {FORCED.partner}"))
    expect(set_differently.get_by_role("cell")).to_have_text([say("Locked"), say("nothing set"), ""])
    first, second, moved = board.beside(page, sorted({pair.partner for pair in wanted.points}))
    assert (first, second) == (one.partners, other.partners)
    assert moved == {candidate for candidate, _, _ in moves(one, other)}


def keep_an_alternative(visitor: Visitor, wanted: Wanted) -> None:
    """See the next best pairings, best first and what differs marked; keep the first of them."""
    page = board.back_to_board(visitor)
    page.get_by_role("link", name=say("See the next best pairings")).click()
    table = page.get_by_role("table", name=say("The best pairing and its alternatives"))
    totals = table.get_by_role("row").filter(has=page.get_by_role("rowheader", name=say("Total"), exact=True))
    found = [board.number_in(text) for text in totals.get_by_role("cell").all_inner_texts()]
    now, following = best(wanted), second_best(wanted)
    assert found[:2] == [now.total, following.total]
    assert len(found) == 11
    assert found == sorted(found, reverse=True)
    marked = table.locator("tr").filter(has=page.locator("td:nth-child(3).spread__differs")).locator("th")
    assert {text.strip() for text in marked.all_inner_texts()} == {one for one, _, _ in moves(now, following)}
    page.get_by_label(say("Alternative"), exact=True).select_option("2")
    board.keep(page, THIRD)
    board.expect_tiles(page, following)
    assert board.chosen_in_matrix(page) == following.partners


def publish(visitor: Visitor, site: Site, pairing: Reckoned, *, javascript: bool) -> None:
    """Read all that publishing does, publish, and find the board closed and just those mails written."""
    page = board.back_to_board(visitor)
    page.get_by_role("link", name=SECOND, exact=True).click()
    page.get_by_role("link", name=say("Look over and publish…")).click()
    publication.expect_partnerships(page, pairing)
    publication.refuse_one(page, javascript=javascript)
    if javascript:
        visitor.check_accessibility()
    listed, before = publication.listed_mails(page), publication.written_mails(site)
    page.get_by_role("button", name=say("Publish this pairing")).click()
    expect(page.get_by_text(say("This pairing is published"), exact=True)).to_be_visible()
    assert sorted(publication.written_mails(site)[len(before) :]) == sorted(listed)
    assert publication.partnerships_of(site) == pairing.partners
    if javascript:
        visitor.check_accessibility()
    board.back_to_board(visitor)
    expect(page.get_by_text(say("The pairing of this call is published"), exact=True)).to_be_visible()
    expect(page.get_by_role("button", name=say("Keep as a scenario"))).to_have_count(0)
    page.get_by_role("link", name=SECOND).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(SECOND)


def test_a_phone_has_the_pairs_instead_of_the_matrix(site: Site, visitors: Visitors) -> None:
    visitor = visitors.open(site)
    page = visitor.sign_in_as(STAFF)
    board.back_to_board(visitor)
    wanted = board.read_matrix(page, limit=LIMIT)
    page.set_viewport_size({"width": 360, "height": 800})
    expect(board.matrix(page)).to_be_hidden()
    pairing = best(wanted)
    assert board.pairs_in_list(page) == {f"{one.flemish} & {one.partner}": pts for one, pts in pairing.points.items()}
    pair = next(iter(sorted(pairing.points, key=lambda one: one.flemish)))
    page.locator(".pairing__pairs").get_by_role("link", name=f"{pair.flemish} & {pair.partner}").click()
    expect_pair(page, pair)
    expect(page.locator("#reasons")).to_be_in_viewport()
    board.press(page, say("Exclude"))
    after = best(wanted.with_veto(pair))
    board.expect_tiles(page, after)
    board.expect_change(page, pairing, after)
    assert overflow(page) == []
    visitor.check_accessibility()

"""What the programme team does on the pairing board, and what the board must say of it."""

import re
from collections.abc import Callable
from functools import partial

from playwright.sync_api import Locator, Page, expect

from app.language.catalogues import gettext, ngettext
from app.language.formats import number
from app.language.pairing_words import FORCE, LOCK, VETO, price_sentence
from tests.e2e.board_reckoning import Reckoned, Wanted, best, moves
from tests.e2e.conftest import Visitor
from tests.e2e.staff_steps import Pair, expect_pair, open_pair

say = partial(gettext, "nl")
count_words = partial(ngettext, "nl")
shown = partial(number, "nl")
PATH = "/staff/pairings"
MOST_TABS = 120


def matrix(page: Page) -> Locator:
    """Give the matrix."""
    return page.get_by_role("table", name=say("Points of every candidate with every partner"))


def candidates_on(page: Page) -> list[str]:
    """Give the candidates of the matrix in their order."""
    return [text.splitlines()[0].strip() for text in matrix(page).locator("tbody th").all_inner_texts()]


def partners_on(page: Page) -> list[str]:
    """Give the partners of the matrix in their order."""
    return [text.strip() for text in matrix(page).locator("thead th[scope=col]").all_inner_texts()]


def read_matrix(page: Page, *, limit: int, weakest_first: bool = False) -> Wanted:
    """Read points and provinces off the matrix; nothing is set yet."""
    points, provinces = {}, {}
    partners = partners_on(page)
    for row in matrix(page).locator("tbody tr").all_inner_texts():
        head, *cells = row.split("\t")
        candidate, province = (line.strip() for line in head.split("\n") if line.strip())
        provinces[candidate] = province
        for partner, cell in zip(partners, cells, strict=True):
            if any(sign.isdigit() for sign in cell):
                points[Pair(candidate, partner)] = number_in(cell)
    return Wanted(points, provinces, limit, weakest_first)


def number_in(text: str) -> int:
    """Read the first whole number of a text."""
    found = re.search(r"\d[\d.]*", text)
    assert found, text
    return int(found.group().replace(".", ""))


def tile(page: Page, label: str) -> Locator:
    """Give the tile with a number of the board."""
    return page.locator(".stat").filter(has=page.get_by_text(say(label), exact=True))


def expect_tiles(page: Page, pairing: Reckoned) -> None:
    """Expect the numbers of a pairing in the tiles."""
    for label, value in (("Total", pairing.total), ("Pairs", pairing.count), ("Weakest pair", pairing.weakest)):
        expect(tile(page, label).locator(".stat__value")).to_have_text(shown(value))


def expect_board(page: Page, wanted: Wanted) -> Reckoned:
    """Expect the best pairing in tiles, matrix and list, and each mark with its price; give the pairing."""
    pairing = best(wanted)
    expect(tile(page, "Locked").locator(".stat__value")).to_have_text(shown(len(wanted.locks)))
    excluded = count_words("%(num)s pair excluded", "%(num)s pairs excluded", len(wanted.vetoes))
    expect(tile(page, "Locked").locator(".stat__detail")).to_have_text(excluded)
    expect_tiles(page, pairing)
    assert chosen_in_matrix(page) == pairing.partners
    listed = {f"{pair.flemish} & {pair.partner}": points for pair, points in pairing.points.items()}
    assert pairs_in_list(page) == listed
    expect_marks(page, wanted)
    return pairing


def chosen_in_matrix(page: Page) -> dict[str, str]:
    """Give the partner of each candidate that has one, as the matrix marks them."""
    partners = partners_on(page)
    found: dict[str, str] = {}
    for row in matrix(page).locator("tbody tr").all_inner_texts():
        head, *cells = row.split("\t")
        here = [partner for partner, cell in zip(partners, cells, strict=True) if say("paired") in cell]
        assert len(here) <= 1
        found |= {head.splitlines()[0].strip(): partner for partner in here}
    return found


def pairs_in_list(page: Page) -> dict[str, int]:
    """Give the pairs of the list with their points."""
    items = page.locator(".pairing__pairs > li")
    names = [re.sub(r"\s+", " ", text).strip() for text in items.get_by_role("link").all_inner_texts()]
    return dict(zip(names, map(number_in, items.locator(".pairing__points").all_inner_texts()), strict=True))


def marks(page: Page) -> Locator:
    """Give the list of what is set on pairs."""
    return page.locator("#marks li")


def expect_marks(page: Page, wanted: Wanted) -> None:
    """Expect every lock and veto with what it costs: what would be won without it."""
    expect(marks(page)).to_have_count(len(wanted.locks) + len(wanted.vetoes))
    for kind, word, pairs in ((LOCK, "Locked", wanted.locks), (VETO, "Excluded", wanted.vetoes)):
        for pair in pairs:
            mark = marks(page).filter(has_text=pair.flemish).filter(has_text=pair.partner)
            expect(mark).to_contain_text(say(word))
            if not wanted.weakest_first:
                expect(mark).to_contain_text(price_words(kind, best(wanted.without(pair)), best(wanted)))


def price_words(kind: str, better: Reckoned, worse: Reckoned) -> str:
    """Give the sentence of a price: what the worse pairing lacks."""
    return price_sentence("nl", kind, better.total - worse.total, better.count - worse.count)


def expect_change(page: Page, before: Reckoned, after: Reckoned) -> None:
    """Expect that the board says what the last change did: total, pairs, weakest, and who moved."""
    notice = page.locator(".notice--info").filter(has_text=say("What your change did"))
    moved = list(moves(before, after))
    words = [
        say("The total went from %(before)s to %(after)s points.", before=shown(before.total), after=shown(after.total))
    ]
    if before.count != after.count:
        pattern = "There were %(before)s pairs, now there are %(after)s."
        words.append(say(pattern, before=shown(before.count), after=shown(after.count)))
    if before.weakest != after.weakest:
        pattern = "The weakest pair went from %(before)s to %(after)s points."
        words.append(say(pattern, before=shown(before.weakest), after=shown(after.weakest)))
    words.append(count_words("%(num)s candidate moved.", "%(num)s candidates moved.", len(moved)))
    expect(notice.locator("[data-announce]")).to_have_text(" ".join(words))
    lines = [re.sub(r"\s+", " ", text).strip() for text in notice.get_by_role("listitem").all_inner_texts()]
    assert sorted(lines) == sorted(_move_words(*one) for one in moved)


def _move_words(candidate: str, before: str | None, after: str | None) -> str:
    if before and after:
        return say("%(candidate)s: from %(before)s to %(after)s", candidate=candidate, before=before, after=after)
    if after:
        return say("%(candidate)s: now with %(after)s", candidate=candidate, after=after)
    return say("%(candidate)s: no longer with %(before)s", candidate=candidate, before=before)


def solved_after(page: Page, act: Callable[[], None]) -> None:
    """Do something that makes the board solve again, and wait for it."""
    with page.expect_response(re.compile("changed=")):
        act()


def press(page: Page, button: str) -> None:
    """Press a button that makes the board solve again."""
    solved_after(page, page.get_by_role("button", name=button, exact=True).click)


def mark(page: Page, pair: Pair, button: str) -> None:
    """Open a pair by its names, and lock or exclude it."""
    open_pair(page, pair)
    press(page, say(button))


def take_back(page: Page, pair: Pair) -> None:
    """Take back what is set on a pair, in the list of all that is set."""
    press(page, say("Take back: %(flemish)s and %(partner)s", flemish=pair.flemish, partner=pair.partner))


def cell(page: Page, pair: Pair) -> Locator:
    """Give the link in the cell of a pair."""
    row = matrix(page).locator("tbody tr").nth(candidates_on(page).index(pair.flemish))
    return row.get_by_role("cell").nth(partners_on(page).index(pair.partner)).get_by_role("link")


def tab_to(page: Page, wanted: Locator) -> None:
    """Press Tab until one of the elements has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted.and_(page.locator(":focus")).count():
            return
    raise AssertionError(f"Tab never reached {wanted}")


def open_by_keys(page: Page, pair: Pair, *, javascript: bool) -> None:
    """Open a pair from the matrix by keys alone: with JavaScript the arrow keys walk, without it Tab goes by."""
    if not javascript:
        tab_to(page, cell(page, pair))
    else:
        tab_to(page, matrix(page).locator("td > a"))
        expect(matrix(page).locator("tbody td > a").first).to_be_focused()
        for key, steps in (
            ("ArrowDown", candidates_on(page).index(pair.flemish)),
            ("ArrowRight", partners_on(page).index(pair.partner)),
        ):
            for _ in range(steps):
                page.keyboard.press(key)
        expect(cell(page, pair)).to_be_focused()
    page.keyboard.press("Enter")
    expect_pair(page, pair)
    if javascript:
        expect(cell(page, pair)).to_be_focused()


def lock_by_keys(page: Page, *, javascript: bool) -> None:
    """Lock the pair that is open by keys alone; the focus stays with its reasons."""
    if not javascript:
        tab_to(page, page.get_by_role("link", name=say("Skip the matrix")))
        page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("button", name=say("Lock"), exact=True))
    solved_after(page, partial(page.keyboard.press, "Enter"))
    if javascript:
        expect(page.locator("#reasons_title")).to_be_focused()


def expect_reasons(page: Page, wanted: Wanted, pair: Pair) -> None:
    """Expect criteria that add up to the points of a pair, of 10,000 together, each with a sentence; and the price."""
    panel = page.locator("#reasons")
    points = shown(wanted.points[pair])
    expect(panel.locator(".pairing__total")).to_have_text(f"{points} {say('of 10,000 points')}")
    counted = [text.split("/") for text in panel.locator(".score__points").all_inner_texts()]
    assert sum(number_in(gained) for gained, _ in counted) == wanted.points[pair]
    assert sum(number_in(most) for _, most in counted) == 10_000
    assert all(panel.locator(".score__reason").all_inner_texts())
    expect(panel.locator(".score__reason")).to_have_count(len(counted))
    expect(panel).to_contain_text(price_words(FORCE, best(wanted), best(wanted.with_lock(pair))))


def expect_how_sure(page: Page, *, javascript: bool) -> None:
    """Expect in how many variations of the weights the pair that is open is chosen; without JavaScript on a page."""
    here = page.url
    if not javascript:
        page.get_by_role("link", name=say("See how sure it is under other weights")).click()
    sentence = page.locator("#robustness").filter(has_text=shown(1000))
    expect(sentence).to_be_visible()
    count, of, share = (int(one.replace(".", "")) for one in re.findall(r"\d[\d.]*", sentence.inner_text().rstrip(".")))
    assert of == 1000
    assert 0 <= count <= of
    assert share == round(count / 10)
    if not javascript:
        page.goto(here)


def keep(page: Page, name: str) -> None:
    """Keep what is shown as a scenario."""
    page.get_by_label(say("Name"), exact=True).fill(name)
    page.get_by_role("button", name=say("Keep as a scenario")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def beside(page: Page, partners: list[str]) -> tuple[dict[str, str], dict[str, str], set[str]]:
    """Read two pairings beside each other: whom each candidate has in both, and the candidates that are marked."""
    both: tuple[dict[str, str], dict[str, str]] = ({}, {})
    moved = set()
    for row in page.locator("tr.beside__moved, tr.beside__same").all():
        candidate, first, second, _ = row.inner_text().split("\t")
        for found, text in zip(both, (first, second), strict=True):
            found |= {candidate.strip(): partner for partner in partners if partner in text}
        if "beside__moved" in (row.get_attribute("class") or ""):
            moved.add(candidate.strip())
    return *both, moved


def back_to_board(visitor: Visitor) -> Page:
    """Open the board anew."""
    return visitor.go(PATH)

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.domain.codes import EntryKind
from app.domain.statements import statement_of
from tests.unit.documents.test_plain_ledger import books as made
from tests.unit.documents.test_plain_ledger import payment


@given(st.data())
def test_the_digest_is_of_the_figures_and_of_nothing_else(data: st.DataObject) -> None:
    text = data.draw(st.text(max_size=20))
    entries = [payment(at, text) for at in range(1, 4)]
    digest = statement_of(made(*entries), 2026).digest
    shuffled = data.draw(st.permutations(entries))
    assert (
        statement_of(made(*(replace(one, description="", reason="") for one in shuffled), name=text), 2026).digest
        == digest
    )
    at = data.draw(st.integers(0, 2))
    change = data.draw(
        st.sampled_from(
            [{"amount_minor": 101}, {"rate": "2"}, {"day": date(2026, 3, 2)}, {"kind": EntryKind.CORRECTION}]
        )
    )
    entries[at] = replace(entries[at], **change)  # type: ignore[arg-type]
    assert statement_of(made(*entries), 2026).digest != digest
    assert statement_of(made(*entries), 2025).digest != digest

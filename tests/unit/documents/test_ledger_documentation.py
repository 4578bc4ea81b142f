import re
from pathlib import Path

from app.documents.ledger_table import COLUMNS, header
from app.documents.plain_ledger import accounts
from app.domain.codes import Side

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "ledger-files.md").read_text(encoding="utf-8")


def test_every_column_is_explained_in_its_order_with_its_title() -> None:
    found = re.findall(r"^\| `(\w+)` \| ([^|]+) \| .{4,} \|$", TEXT, re.MULTILINE)
    assert found == list(zip([column.code for column in COLUMNS], header("en"), strict=True))


def test_every_account_is_explained() -> None:
    found = re.findall(r"^\| `(\w+:[\w:]+)` \| .{4,} \|$", TEXT, re.MULTILINE)
    assert sorted(found) == sorted(accounts(Side.FLEMISH))
    assert {name.replace("Flemish", "Partner") for name in found} == set(accounts(Side.PARTNER))

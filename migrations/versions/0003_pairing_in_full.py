"""Pairing in full.

The motivation of a partnership: the reasons of its pair, which partnerships that are there get from the pairing that
was published, the words in each language, and the moment of their release.
"""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

OF_STAFF_ALONE = "assessment"


def upgrade() -> None:
    motivation = op.create_table(
        "partnership_motivation",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("criteria", sa.JSON(), nullable=False),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("shown_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_partnership_motivation_partnership_id")
        ),
        sa.ForeignKeyConstraint(["shown_by"], ["person.id"], name=op.f("fk_partnership_motivation_shown_by")),
        sa.PrimaryKeyConstraint("partnership_id", name=op.f("pk_partnership_motivation")),
    )
    op.create_table(
        "motivation_text",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("language IN ('nl', 'fr', 'en')", name=op.f("ck_motivation_text_language")),
        sa.ForeignKeyConstraint(["edited_by"], ["person.id"], name=op.f("fk_motivation_text_edited_by")),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_motivation_text_partnership_id")),
        sa.PrimaryKeyConstraint("partnership_id", "language", name=op.f("pk_motivation_text")),
    )
    rows = list(_published_pairs())
    if rows:
        op.bulk_insert(motivation, rows)


def downgrade() -> None:
    op.drop_table("motivation_text")
    op.drop_table("partnership_motivation")


def _published_pairs() -> Iterator[dict[str, object]]:
    """Give the reasons of each partnership that came from a pairing: by the codes of both of its governments."""
    partnership = sa.table("partnership", sa.column("id"), sa.column("scenario_id"))
    side = sa.table(
        "partnership_side", sa.column("partnership_id"), sa.column("side"), sa.column("local_government_id")
    )
    government = sa.table("local_government", sa.column("id"), sa.column("code"))
    scenario = sa.table("pairing_scenario", sa.column("id"), sa.column("reasons", sa.JSON()))
    query = (
        sa.select(partnership.c.id, side.c.side, government.c.code, scenario.c.reasons)
        .join(side, side.c.partnership_id == partnership.c.id)
        .join(government, government.c.id == side.c.local_government_id)
        .join(scenario, scenario.c.id == partnership.c.scenario_id)
        .order_by(partnership.c.id, side.c.side)
    )
    found: dict[int, dict[str, str]] = {}
    reasons: dict[int, dict[str, dict[str, list[dict[str, object]]]]] = {}
    for number, which, code, of_scenario in op.get_bind().execute(query):
        found.setdefault(number, {})[which] = code
        reasons[number] = of_scenario
    for number, codes in found.items():
        of_candidate = reasons[number].get(codes["flemish"], {})
        criteria = of_candidate.get(codes["partner"]) or next(iter(of_candidate.values()), [])
        kept = [one for one in criteria if one["code"] != OF_STAFF_ALONE]
        yield {"partnership_id": number, "criteria": kept, "shown_at": None, "shown_by": None}

"""The equal ledger in full.

Postings inside every entry, entries that the database refuses to change, corrections, numbers without a gap; claims
with receipts; transfers with three consents; rates, plans, closed years, statements and settlements.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KINDS = (
    "allotment",
    "reduction",
    "commitment",
    "release",
    "payment",
    "correction",
    "transfer_out",
    "transfer_in",
    "return",
    "carry_over",
)
_OLD_KINDS = ("commitment", "release", "payment")
_WITH_CATEGORY = "'commitment', 'release', 'payment', 'correction'"
_CATEGORIES = (
    "travel",
    "stay",
    "local_transport",
    "visa_insurance",
    "training",
    "conference",
    "interpretation",
    "material",
    "other",
)
_CURRENCIES = ("EUR", "RWF", "XOF", "USD")
_OLD_CURRENCIES = ("EUR", "RWF", "XOF")
_OLD_COLUMNS = (
    "id",
    "allotment_id",
    "kind",
    "category",
    "session_id",
    "commitment_id",
    "entry_date",
    "description",
    "currency",
    "amount_minor",
    "rate",
    "rate_source",
    "rate_date",
    "amount_cents",
    "settled_cents",
    "available_cents",
    "created_at",
    "person_id",
)


def upgrade() -> None:
    _create_tables()
    rest = "returned_cents >= 0 AND paid_cents + committed_cents + returned_cents <= amount_cents"
    op.add_column(
        "allotment",
        sa.Column(
            "returned_cents",
            sa.BigInteger(),
            sa.CheckConstraint(rest, name=op.f("ck_allotment_rest")),
            server_default=sa.text("0"),
            nullable=False,
        ),
    )
    op.add_column("allotment", sa.Column("last_number", sa.Integer(), server_default=sa.text("0"), nullable=False))
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_entries(_new_entries(), "ledger_entry_new", [*_OLD_COLUMNS, "number"], _NUMBERED)
    else:
        _alter_entries()
    _index_entries()
    op.create_index("ix_stored_file_sha256", "stored_file", ["sha256"])
    _book_what_is_there(op.get_bind())
    _keep_sums()
    for table in ("ledger_entry", "posting"):
        _only_add(table)


def downgrade() -> None:
    _forget_sums()
    for table in ("posting", "ledger_entry"):
        _change_again(table)
    _drop_tables()
    op.drop_index("ix_stored_file_sha256", "stored_file")
    _forget_what_the_old_table_cannot_hold()
    if op.get_bind().dialect.name == "sqlite":
        _rebuild_entries(_old_entries(), "ledger_entry_old", _OLD_COLUMNS, ", ".join(_OLD_COLUMNS))
        op.create_index("ix_ledger_entry_allotment_id_entry_date", "ledger_entry", ["allotment_id", "entry_date"])
        for column in _OLD_REFERENCES:
            op.create_index(f"ix_ledger_entry_{column}", "ledger_entry", [column])
        for column in ("last_number", "returned_cents"):
            op.execute(f"ALTER TABLE allotment DROP COLUMN {column}")
    else:
        _alter_entries_back()
        op.drop_column("allotment", "last_number")
        op.drop_column("allotment", "returned_cents")
    op.drop_table("transfer")


def _forget_what_the_old_table_cannot_hold() -> None:
    """Take out corrections with what they correct, and all kinds that came later; dollars become their euro.

    The sums of the halves stay as they are: an entry and its correction are nothing together.
    """
    op.execute("UPDATE ledger_entry SET replaces_id = NULL WHERE replaces_id IS NOT NULL")
    corrected = "SELECT corrects_id FROM ledger_entry WHERE corrects_id IS NOT NULL"
    unused = f"kind = 'payment' AND settled_cents = 0 AND commitment_id IN ({corrected})"
    op.execute(f"UPDATE ledger_entry SET commitment_id = NULL WHERE {unused}")  # noqa: S608 - no input
    op.execute(f"DELETE FROM ledger_entry WHERE kind NOT IN ({_quoted(_OLD_KINDS)}) OR id IN ({corrected})")  # noqa: S608
    op.execute(
        "UPDATE ledger_entry SET currency = 'EUR', amount_minor = amount_cents, rate = '1', rate_source = '', "
        "rate_date = NULL WHERE currency = 'USD'"
    )


_NUMBERED = ", ".join(_OLD_COLUMNS) + ", ROW_NUMBER() OVER (PARTITION BY allotment_id ORDER BY id) + 1"


def _choice(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=f"ck_ledger_entry_{name}", native_enum=False, create_constraint=True, length=32)


def _old_entries() -> list[sa.Column | sa.Constraint]:
    """Give the columns and constraints of the table as migration 0001 made it."""
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("allotment_id", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("kind", _OLD_KINDS), nullable=False),
        sa.Column("category", _choice("category", _CATEGORIES), nullable=False),
        *_middle_columns(_OLD_CURRENCIES),
        sa.CheckConstraint(
            "settled_cents = 0 OR (kind = 'payment' AND commitment_id IS NOT NULL)",
            name="ck_ledger_entry_settles_commitment",
        ),
        *_constraints(),
    ]


def _new_entries() -> list[sa.Column | sa.Constraint]:
    return [
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("allotment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("kind", _choice("kind", _KINDS), nullable=False),
        sa.Column("category", _choice("category", _CATEGORIES), nullable=True),
        *_middle_columns(_CURRENCIES),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("transfer_id", sa.Integer(), nullable=True),
        sa.Column("programme_version", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), server_default="", nullable=False),
        sa.CheckConstraint(
            "settled_cents = 0 OR (kind IN ('payment', 'correction') AND commitment_id IS NOT NULL)",
            name="ck_ledger_entry_settles_commitment",
        ),
        sa.CheckConstraint("(kind = 'correction') = (corrects_id IS NOT NULL)", name="ck_ledger_entry_corrects"),
        sa.CheckConstraint(
            f"(kind IN ({_WITH_CATEGORY})) = (category IS NOT NULL)", name="ck_ledger_entry_has_category"
        ),
        sa.ForeignKeyConstraint(["corrects_id"], ["ledger_entry.id"], name="fk_ledger_entry_corrects_id"),
        sa.ForeignKeyConstraint(["replaces_id"], ["ledger_entry.id"], name="fk_ledger_entry_replaces_id"),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name="fk_ledger_entry_transfer_id"),
        sa.UniqueConstraint("allotment_id", "number", name="uq_ledger_entry_allotment_id_number"),
        *_constraints(),
    ]


def _middle_columns(currencies: tuple[str, ...]) -> list[sa.Column]:
    return [
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("entry_date", sa.Date(), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("currency", _choice("currency", currencies), nullable=False),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.String(length=32), nullable=False),
        sa.Column("rate_source", sa.String(length=200), nullable=False),
        sa.Column("rate_date", sa.Date(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("settled_cents", sa.BigInteger(), nullable=False),
        sa.Column("available_cents", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
    ]


def _constraints() -> list[sa.Constraint]:
    return [
        sa.CheckConstraint("kind <> 'commitment' OR commitment_id IS NULL", name="ck_ledger_entry_commitment"),
        sa.CheckConstraint("kind <> 'release' OR commitment_id IS NOT NULL", name="ck_ledger_entry_release"),
        sa.CheckConstraint("amount_cents > 0", name="ck_ledger_entry_amount_cents"),
        sa.CheckConstraint("amount_minor > 0", name="ck_ledger_entry_amount_minor"),
        sa.CheckConstraint("available_cents >= 0", name="ck_ledger_entry_available_cents"),
        sa.CheckConstraint(
            "settled_cents >= 0 AND settled_cents <= amount_cents", name="ck_ledger_entry_settled_cents"
        ),
        sa.ForeignKeyConstraint(["allotment_id"], ["allotment.id"], name="fk_ledger_entry_allotment_id"),
        sa.ForeignKeyConstraint(["commitment_id"], ["ledger_entry.id"], name="fk_ledger_entry_commitment_id"),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name="fk_ledger_entry_person_id"),
        sa.ForeignKeyConstraint(["session_id"], ["agenda_session.id"], name="fk_ledger_entry_session_id"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger_entry"),
    ]


def _rebuild_entries(
    parts: list[sa.Column | sa.Constraint], name: str, columns: tuple[str, ...] | list[str], values: str
) -> None:
    """Put a table with other constraints in the place of the old one: SQLite cannot change constraints."""
    metadata = sa.MetaData()
    for other in ("allotment", "person", "agenda_session", "transfer", "ledger_entry"):
        sa.Table(other, metadata, sa.Column("id", sa.Integer(), primary_key=True))
    bind = op.get_bind()
    bind.execute(sa.schema.CreateTable(sa.Table(name, metadata, *parts)))
    op.execute(f"INSERT INTO {name} ({', '.join(columns)}) SELECT {values} FROM ledger_entry")  # noqa: S608 - no input
    op.execute("DROP TABLE ledger_entry")
    op.execute(f"ALTER TABLE {name} RENAME TO ledger_entry")


_OLD_REFERENCES = ("session_id", "commitment_id")


def _index_entries() -> None:
    """Index what entries refer to, without those that refer to nothing."""
    if op.get_bind().dialect.name == "sqlite":
        op.create_index("ix_ledger_entry_allotment_id_entry_date", "ledger_entry", ["allotment_id", "entry_date"])
    else:
        _drop_old_indexes()
    for column in (*_OLD_REFERENCES, "replaces_id", "transfer_id"):
        _index_present(f"ix_ledger_entry_{column}", column)
    _index_present("uq_ledger_entry_corrects_id", "corrects_id", unique=True)


def _drop_old_indexes() -> None:
    for column in _OLD_REFERENCES:
        op.drop_index(f"ix_ledger_entry_{column}", "ledger_entry")


def _index_present(name: str, column: str, *, unique: bool = False) -> None:
    present = sa.text(f"{column} IS NOT NULL")
    op.create_index(name, "ledger_entry", [column], unique=unique, sqlite_where=present, postgresql_where=present)


def _alter_entries() -> None:
    """Change the constraints of the entries where the database can."""
    for column in (
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("replaces_id", sa.Integer(), nullable=True),
        sa.Column("transfer_id", sa.Integer(), nullable=True),
        sa.Column("programme_version", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), server_default="", nullable=False),
    ):
        op.add_column("ledger_entry", column)
    op.execute(
        "UPDATE ledger_entry SET number = counted.number FROM (SELECT id, ROW_NUMBER() OVER "
        "(PARTITION BY allotment_id ORDER BY id) + 1 AS number FROM ledger_entry) AS counted "
        "WHERE counted.id = ledger_entry.id"
    )
    op.alter_column("ledger_entry", "number", nullable=False)
    op.alter_column("ledger_entry", "category", nullable=True)
    for name in ("kind", "currency", "settles_commitment"):
        op.drop_constraint(op.f(f"ck_ledger_entry_{name}"), "ledger_entry", type_="check")
    _check("kind", f"kind IN ({_quoted(_KINDS)})")
    _check("currency", f"currency IN ({_quoted(_CURRENCIES)})")
    settles = "settled_cents = 0 OR (kind IN ('payment', 'correction') AND commitment_id IS NOT NULL)"
    _check("settles_commitment", settles)
    _check("corrects", "(kind = 'correction') = (corrects_id IS NOT NULL)")
    _check("has_category", f"(kind IN ({_WITH_CATEGORY})) = (category IS NOT NULL)")
    for column, target in (
        ("corrects_id", "ledger_entry"),
        ("replaces_id", "ledger_entry"),
        ("transfer_id", "transfer"),
    ):
        op.create_foreign_key(op.f(f"fk_ledger_entry_{column}"), "ledger_entry", target, [column], ["id"])
    op.create_unique_constraint(op.f("uq_ledger_entry_allotment_id_number"), "ledger_entry", ["allotment_id", "number"])


def _alter_entries_back() -> None:
    _drop_old_indexes()
    for column in _OLD_REFERENCES:
        op.create_index(f"ix_ledger_entry_{column}", "ledger_entry", [column])
    for name in ("kind", "currency", "settles_commitment", "corrects", "has_category"):
        op.drop_constraint(op.f(f"ck_ledger_entry_{name}"), "ledger_entry", type_="check")
    for column in ("number", "corrects_id", "replaces_id", "transfer_id", "programme_version", "reason"):
        op.drop_column("ledger_entry", column)
    op.alter_column("ledger_entry", "category", nullable=False)
    _check("kind", f"kind IN ({_quoted(_OLD_KINDS)})")
    _check("currency", f"currency IN ({_quoted(_OLD_CURRENCIES)})")
    _check("settles_commitment", "settled_cents = 0 OR (kind = 'payment' AND commitment_id IS NOT NULL)")


def _check(name: str, condition: str) -> None:
    op.create_check_constraint(op.f(f"ck_ledger_entry_{name}"), "ledger_entry", condition)


def _quoted(values: tuple[str, ...]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _keep_sums() -> None:
    """Let the database itself keep the sums of postings, the last number of a half and the end of the log."""
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute(_ENDED)
    for name, table, steps in _SUMS:
        if sqlite:
            for order, (condition, step) in enumerate(steps):
                op.execute(f"CREATE TRIGGER {name}_{order} AFTER INSERT ON {table} WHEN {condition} BEGIN {step}; END")
            continue
        body = " ".join(f"IF {condition} THEN {step}; END IF;" for condition, step in steps)
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$")
        op.execute(f"CREATE TRIGGER {name} AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")


def _forget_sums() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    if not sqlite:
        op.execute("DROP FUNCTION ended_of_budget(integer)")
    for name, table, steps in _SUMS:
        if sqlite:
            for order in range(len(steps)):
                op.execute(f"DROP TRIGGER {name}_{order}")
            continue
        op.execute(f"DROP TRIGGER {name} ON {table}")
        op.execute(f"DROP FUNCTION {name}()")


_ENDED = """
    CREATE FUNCTION ended_of_budget(partnership integer) RETURNS text LANGUAGE plpgsql VOLATILE AS $$ BEGIN
        RETURN (
            SELECT COALESCE(string_agg(CAST(year AS text), ' '), '') FROM closed_year
            WHERE partnership_id = partnership
        ) || (
            SELECT CASE WHEN EXISTS (SELECT 1 FROM settlement WHERE partnership_id = partnership)
            THEN ' settled' ELSE '' END
        );
    END $$
"""
"""The closed years of a partnership's budget and whether it was settled, as it is when this is asked."""
_HALF = """
    UPDATE allotment SET
        amount_cents = amount_cents
            - CASE WHEN NEW.account IN ('programme', 'transferred') THEN NEW.amount_cents ELSE 0 END,
        paid_cents = paid_cents + CASE WHEN NEW.account = 'paid' THEN NEW.amount_cents ELSE 0 END,
        committed_cents = committed_cents + CASE WHEN NEW.account = 'committed' THEN NEW.amount_cents ELSE 0 END,
        returned_cents = returned_cents + CASE WHEN NEW.account = 'returned' THEN NEW.amount_cents ELSE 0 END
    WHERE id = NEW.allotment_id
"""
_UNDER = """
    INSERT INTO budget_sum (allotment_id, year, category, session_key, paid_cents, committed_cents)
    VALUES (
        NEW.allotment_id, NEW.year, NEW.category, COALESCE(NEW.session_id, 0),
        CASE WHEN NEW.account = 'paid' THEN NEW.amount_cents ELSE 0 END,
        CASE WHEN NEW.account = 'committed' THEN NEW.amount_cents ELSE 0 END
    )
    ON CONFLICT (allotment_id, year, category, session_key) DO UPDATE SET
        paid_cents = budget_sum.paid_cents + excluded.paid_cents,
        committed_cents = budget_sum.committed_cents + excluded.committed_cents
"""
_OPENED = """
    INSERT INTO commitment_balance (entry_id, allotment_id, open_cents)
    VALUES (NEW.entry_id, NEW.allotment_id, NEW.amount_cents)
"""
_USED = "UPDATE commitment_balance SET open_cents = open_cents + NEW.amount_cents WHERE entry_id = NEW.commitment_id"
_NUMBER = "UPDATE allotment SET last_number = NEW.number WHERE id = NEW.allotment_id"
_HEAD = "UPDATE log_head SET hash = NEW.hash WHERE id = 1"
_COMMITTED = "NEW.account = 'committed' AND NEW.commitment_id"
_SUMS = (
    (
        "posting_sums",
        "posting",
        (
            ("NEW.account <> 'allotment'", _HALF),
            ("NEW.account IN ('paid', 'committed') AND NEW.category IS NOT NULL", _UNDER),
            (f"{_COMMITTED} = NEW.entry_id", _OPENED),
            (f"{_COMMITTED} <> NEW.entry_id", _USED),
        ),
    ),
    ("ledger_entry_number", "ledger_entry", (("1 = 1", _NUMBER),)),
    ("event_head", "event", (("1 = 1", _HEAD),)),
)
"""What the database does itself when a row is added: name, table, and each condition with its statement."""


def _only_add(table: str) -> None:
    """Let the database refuse to change or delete a row."""
    words = f"rows of {table} are only added"
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("update", "delete"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{deed} BEFORE {deed.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )
        return
    op.execute(
        f"CREATE FUNCTION {table}_only_added() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{words}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_only_added()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_never_emptied BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_only_added()"
    )


def _change_again(table: str) -> None:
    if op.get_bind().dialect.name == "sqlite":
        for deed in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{deed}")
        return
    op.execute(f"DROP TRIGGER {table}_only_added ON {table}")
    op.execute(f"DROP TRIGGER {table}_never_emptied ON {table}")
    op.execute(f"DROP FUNCTION {table}_only_added()")


def _book_what_is_there(bind: sa.Connection) -> None:
    """Open every half with an entry, and give the entries that were there the postings that they are."""
    halves = bind.execute(
        sa.text(
            "SELECT a.id, a.amount_cents, p.created_at, g.starts_on, g.version FROM allotment a "
            "JOIN partnership_side s ON s.id = a.side_id JOIN partnership p ON p.id = s.partnership_id "
            "JOIN programme g ON g.id = p.programme_id ORDER BY a.id"
        )
    ).all()
    for half in halves:
        if half.amount_cents:
            _open(bind, half)
        _post(bind, half.id)
        bind.execute(
            sa.text(
                "UPDATE allotment SET last_number = (SELECT COALESCE(MAX(number), 0) FROM ledger_entry "
                "WHERE allotment_id = :id) WHERE id = :id"
            ),
            {"id": half.id},
        )


def _open(bind: sa.Connection, half: sa.Row) -> None:
    """Write the entry that opens a half; its id is below nothing, for it comes before the entries that were there."""
    bind.execute(
        sa.text(
            "INSERT INTO ledger_entry (id, allotment_id, number, kind, entry_date, description, currency, "
            "amount_minor, rate, rate_source, amount_cents, settled_cents, available_cents, created_at, "
            "programme_version) VALUES "
            "(:entry, :id, 1, 'allotment', :day, '', 'EUR', :cents, '1', '', :cents, 0, :cents, :at, :version)"
        ),
        {
            "entry": -half.id,
            "id": half.id,
            "day": half.starts_on,
            "cents": half.amount_cents,
            "at": half.created_at,
            "version": half.version,
        },
    )


def _post(bind: sa.Connection, allotment_id: int) -> None:
    """Write the postings of a half, and the sums that are kept of them."""
    entries = bind.execute(
        sa.text("SELECT * FROM ledger_entry WHERE allotment_id = :id ORDER BY number"), {"id": allotment_id}
    ).all()
    under = {entry.id: (int(str(entry.entry_date)[:4]), entry.category, entry.session_id) for entry in entries}
    opened: dict[int, int] = {}
    sums: dict[tuple[int, str, int], list[int]] = {}
    for entry in entries:
        for account, cents, of in _moves(entry):
            year, category, session_id = under[of or entry.id]
            facts = {"entry": entry.id, "half": allotment_id, "account": account, "cents": cents, "year": year}
            facts |= {"category": category, "session": session_id, "of": of if account == "committed" else None}
            bind.execute(_POSTING, facts)
            if account in ("paid", "committed"):
                kept = sums.setdefault((year, category, session_id or 0), [0, 0])
                kept[account == "committed"] += cents
            if account == "committed":
                opened[of] = opened.get(of, 0) + cents
    for (year, category, session_key), (paid, committed) in sums.items():
        facts = {"half": allotment_id, "year": year, "category": category, "session": session_key}
        bind.execute(_SUM, facts | {"paid": paid, "committed": committed})
    for of, cents in opened.items():
        bind.execute(_BALANCE, {"entry": of, "half": allotment_id, "cents": cents})


_POSTING = sa.text(
    "INSERT INTO posting (entry_id, allotment_id, account, amount_cents, year, category, session_id, commitment_id) "
    "VALUES (:entry, :half, :account, :cents, :year, :category, :session, :of)"
)
_SUM = sa.text(
    "INSERT INTO budget_sum (allotment_id, year, category, session_key, paid_cents, committed_cents) "
    "VALUES (:half, :year, :category, :session, :paid, :committed)"
)
_BALANCE = sa.text("INSERT INTO commitment_balance (entry_id, allotment_id, open_cents) VALUES (:entry, :half, :cents)")


def _moves(entry: sa.Row) -> list[tuple[str, int, int | None]]:
    """Give account, cents and commitment of each posting of an entry."""
    cents, commitment = entry.amount_cents, entry.commitment_id
    if entry.kind == "allotment":
        return [("programme", -cents, None), ("allotment", cents, None)]
    if entry.kind == "commitment":
        return [("allotment", -cents, entry.id), ("committed", cents, entry.id)]
    if entry.kind == "release":
        return [("committed", -cents, commitment), ("allotment", cents, commitment)]
    moves = [("paid", cents, None), ("committed", -entry.settled_cents, commitment)]
    moves.append(("allotment", entry.settled_cents - cents, None))
    return [move for move in moves if move[1]]


def _create_tables() -> None:
    op.create_table(
        "check_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ran_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_run")),
    )
    op.create_table(
        "exchange_rate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "currency",
            sa.Enum("EUR", "RWF", "XOF", "USD", name="currency", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("rate_date", sa.Date(), nullable=False),
        sa.Column("value", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_exchange_rate_entered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exchange_rate")),
        sa.UniqueConstraint("currency", "rate_date", "source", name=op.f("uq_exchange_rate_currency_rate_date_source")),
    )
    op.create_table(
        "closed_year",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["closed_by"], ["person.id"], name=op.f("fk_closed_year_closed_by")),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_closed_year_partnership_id")),
        sa.PrimaryKeyConstraint("partnership_id", "year", name=op.f("pk_closed_year")),
    )
    op.create_table(
        "settlement",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_by", sa.Integer(), nullable=True),
        sa.Column(
            "rest",
            sa.Enum("returned", "carried_over", name="rest", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_settlement_partnership_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["person.id"], name=op.f("fk_settlement_settled_by")),
        sa.ForeignKeyConstraint(["successor_id"], ["partnership.id"], name=op.f("fk_settlement_successor_id")),
        sa.PrimaryKeyConstraint("partnership_id", name=op.f("pk_settlement")),
    )
    op.create_table(
        "statement_confirmation",
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("flemish", "partner", name="side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_statement_confirmation_partnership_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_statement_confirmation_person_id")),
        sa.PrimaryKeyConstraint("partnership_id", "year", "side", name=op.f("pk_statement_confirmation")),
    )
    op.create_table(
        "transfer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column(
            "from_side",
            sa.Enum("flemish", "partner", name="from_side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "done",
                "refused",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_transfer_amount_cents")),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_transfer_partnership_id")),
        sa.ForeignKeyConstraint(["proposed_by"], ["person.id"], name=op.f("fk_transfer_proposed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_transfer_partnership_id"), ["partnership_id"], unique=False)

    op.create_table(
        "transfer_consent",
        sa.Column("transfer_id", sa.Integer(), nullable=False),
        sa.Column(
            "party",
            sa.Enum("flemish", "partner", "staff", name="party", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("words", sa.String(length=500), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_transfer_consent_person_id")),
        sa.ForeignKeyConstraint(["transfer_id"], ["transfer.id"], name=op.f("fk_transfer_consent_transfer_id")),
        sa.PrimaryKeyConstraint("transfer_id", "party", name=op.f("pk_transfer_consent")),
        sa.UniqueConstraint("transfer_id", "person_id", name=op.f("uq_transfer_consent_transfer_id_person_id")),
    )
    op.create_table(
        "budget_sum",
        sa.Column("allotment_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "travel",
                "stay",
                "local_transport",
                "visa_insurance",
                "training",
                "conference",
                "interpretation",
                "material",
                "other",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("session_key", sa.Integer(), nullable=False),
        sa.Column("paid_cents", sa.BigInteger(), nullable=False),
        sa.Column("committed_cents", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["allotment_id"], ["allotment.id"], name=op.f("fk_budget_sum_allotment_id")),
        sa.PrimaryKeyConstraint("allotment_id", "year", "category", "session_key", name=op.f("pk_budget_sum")),
    )
    op.create_table(
        "claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column("allotment_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "approved",
                "refused",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("claimant_id", sa.Integer(), nullable=False),
        sa.Column("beneficiary_id", sa.Integer(), nullable=True),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reason", sa.String(length=1000), nullable=False),
        sa.Column("paid_out_on", sa.Date(), nullable=True),
        sa.Column("paid_out_by", sa.Integer(), nullable=True),
        sa.Column("reminded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("emptied_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state <> 'approved' OR (decided_by IS NOT NULL AND decided_by <> claimant_id "
            "AND decided_by <> submitted_by AND (beneficiary_id IS NULL OR decided_by <> beneficiary_id))",
            name=op.f("ck_claim_two_people"),
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR submitted_by IS NOT NULL", name=op.f("ck_claim_submitted")
        ),
        sa.CheckConstraint(
            "state NOT IN ('returned', 'refused') OR decision_reason <> ''", name=op.f("ck_claim_reason")
        ),
        sa.ForeignKeyConstraint(["allotment_id"], ["allotment.id"], name=op.f("fk_claim_allotment_id")),
        sa.ForeignKeyConstraint(["beneficiary_id"], ["person.id"], name=op.f("fk_claim_beneficiary_id")),
        sa.ForeignKeyConstraint(["claimant_id"], ["person.id"], name=op.f("fk_claim_claimant_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["person.id"], name=op.f("fk_claim_decided_by")),
        sa.ForeignKeyConstraint(["paid_out_by"], ["person.id"], name=op.f("fk_claim_paid_out_by")),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_claim_partnership_id")),
        sa.ForeignKeyConstraint(["session_id"], ["agenda_session.id"], name=op.f("fk_claim_session_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["person.id"], name=op.f("fk_claim_submitted_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim")),
        sa.UniqueConstraint("partnership_id", "number", name=op.f("uq_claim_partnership_id_number")),
    )
    with op.batch_alter_table("claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_allotment_id"), ["allotment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_beneficiary_id"), ["beneficiary_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_claimant_id"), ["claimant_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_claim_session_id"), ["session_id"], unique=False)

    op.create_table(
        "planned_spending",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("allotment_id", sa.Integer(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "travel",
                "stay",
                "local_transport",
                "visa_insurance",
                "training",
                "conference",
                "interpretation",
                "material",
                "other",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_planned_spending_amount_cents")),
        sa.ForeignKeyConstraint(["allotment_id"], ["allotment.id"], name=op.f("fk_planned_spending_allotment_id")),
        sa.ForeignKeyConstraint(["planned_by"], ["person.id"], name=op.f("fk_planned_spending_planned_by")),
        sa.ForeignKeyConstraint(["removed_by"], ["person.id"], name=op.f("fk_planned_spending_removed_by")),
        sa.ForeignKeyConstraint(["session_id"], ["agenda_session.id"], name=op.f("fk_planned_spending_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_planned_spending")),
    )
    with op.batch_alter_table("planned_spending", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_planned_spending_allotment_id"), ["allotment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_planned_spending_session_id"), ["session_id"], unique=False)

    op.create_table(
        "claim_line",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "travel",
                "stay",
                "local_transport",
                "visa_insurance",
                "training",
                "conference",
                "interpretation",
                "material",
                "other",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column("spent_on", sa.Date(), nullable=False),
        sa.Column(
            "currency",
            sa.Enum("EUR", "RWF", "XOF", "USD", name="currency", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.String(length=32), nullable=False),
        sa.Column("rate_source", sa.String(length=200), nullable=False),
        sa.Column("rate_date", sa.Date(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("per_diem", sa.JSON(), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_claim_line_amount_cents")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_claim_line_amount_minor")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_line_claim_id")),
        sa.ForeignKeyConstraint(["commitment_id"], ["ledger_entry.id"], name=op.f("fk_claim_line_commitment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_line")),
    )
    with op.batch_alter_table("claim_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_line_claim_id"), ["claim_id"], unique=False)

    op.create_table(
        "commitment_balance",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("allotment_id", sa.Integer(), nullable=False),
        sa.Column("open_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("open_cents >= 0", name=op.f("ck_commitment_balance_open")),
        sa.ForeignKeyConstraint(["allotment_id"], ["allotment.id"], name=op.f("fk_commitment_balance_allotment_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_commitment_balance_entry_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_commitment_balance")),
    )
    with op.batch_alter_table("commitment_balance", schema=None) as batch_op:
        batch_op.create_index(
            "ix_commitment_balance_open",
            ["allotment_id", "entry_id"],
            unique=False,
            sqlite_where=sa.text("open_cents > 0"),
            postgresql_where=sa.text("open_cents > 0"),
        )

    op.create_table(
        "posting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("allotment_id", sa.Integer(), nullable=False),
        sa.Column(
            "account",
            sa.Enum(
                "programme",
                "allotment",
                "committed",
                "paid",
                "transferred",
                "returned",
                name="account",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "travel",
                "stay",
                "local_transport",
                "visa_insurance",
                "training",
                "conference",
                "interpretation",
                "material",
                "other",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_cents <> 0", name=op.f("ck_posting_amount_cents")),
        sa.ForeignKeyConstraint(["allotment_id"], ["allotment.id"], name=op.f("fk_posting_allotment_id")),
        sa.ForeignKeyConstraint(["commitment_id"], ["ledger_entry.id"], name=op.f("fk_posting_commitment_id")),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_posting_entry_id")),
        sa.ForeignKeyConstraint(["session_id"], ["agenda_session.id"], name=op.f("fk_posting_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting")),
    )
    with op.batch_alter_table("posting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_posting_entry_id"), ["entry_id"], unique=False)

    op.create_table(
        "claim_entry",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_claim_entry_entry_id")),
        sa.ForeignKeyConstraint(["line_id"], ["claim_line.id"], name=op.f("fk_claim_entry_line_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_claim_entry")),
    )
    with op.batch_alter_table("claim_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_claim_entry_line_id"), ["line_id"], unique=False)

    op.create_table(
        "receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("thumbnail_id", sa.Integer(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_receipt_added_by")),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_receipt_claim_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_receipt_file_id")),
        sa.ForeignKeyConstraint(["line_id"], ["claim_line.id"], name=op.f("fk_receipt_line_id")),
        sa.ForeignKeyConstraint(["thumbnail_id"], ["stored_file.id"], name=op.f("fk_receipt_thumbnail_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("file_id", name=op.f("uq_receipt_file_id")),
    )
    with op.batch_alter_table("receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_receipt_claim_id"), ["claim_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_receipt_line_id"), ["line_id"], unique=False)


def _drop_tables() -> None:
    for table in (
        "receipt",
        "claim_entry",
        "claim_line",
        "claim",
        "posting",
        "commitment_balance",
        "planned_spending",
        "budget_sum",
        "transfer_consent",
        "statement_confirmation",
        "settlement",
        "closed_year",
        "exchange_rate",
        "check_run",
    ):
        op.drop_table(table)

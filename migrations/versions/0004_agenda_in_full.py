"""Agenda, work visits and obligations in full.

Sessions in series, with capacity, replies, minutes, documents and attendance; polls and days that do not suit; work
visits with their programme, delegation, costs and report; personal links, choices about mails, invitations by mail.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "busy_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "country",
            sa.Enum("BE", "RW", "BJ", name="country", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("local_government_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("title_nl", sa.String(length=160), nullable=False),
        sa.Column("title_fr", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(country IS NULL) <> (local_government_id IS NULL)", name=op.f("ck_busy_period_whose")),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_busy_period_period")),
        sa.ForeignKeyConstraint(["entered_by"], ["person.id"], name=op.f("fk_busy_period_entered_by")),
        sa.ForeignKeyConstraint(
            ["local_government_id"], ["local_government.id"], name=op.f("fk_busy_period_local_government_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_period")),
    )
    with op.batch_alter_table("busy_period", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_busy_period_local_government_id"), ["local_government_id"], unique=False)

    op.create_table(
        "mail_preference",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "choice",
            sa.Enum(
                "week_before",
                "day_before",
                "digest",
                "tasks",
                name="choice",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_preference_person_id")),
        sa.PrimaryKeyConstraint("person_id", "choice", name=op.f("pk_mail_preference")),
    )
    op.create_table(
        "personal_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "purpose",
            sa.Enum(
                "reply", "attend", "poll", "mail", name="purpose", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_personal_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_personal_link")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_personal_link_secret_hash")),
    )
    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_personal_link_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_personal_link_person_id"), ["person_id"], unique=False)

    op.create_table(
        "attendance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("guest_name", sa.String(length=200), nullable=False),
        sa.Column("local_government_id", sa.Integer(), nullable=True),
        sa.Column(
            "presence",
            sa.Enum("present", "absent", name="presence", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "source",
            sa.Enum("link", "host", "correction", name="source", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("marked_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(person_id IS NULL) = (guest_name <> '')", name=op.f("ck_attendance_who")),
        sa.CheckConstraint("source <> 'correction' OR reason <> ''", name=op.f("ck_attendance_reason")),
        sa.ForeignKeyConstraint(
            ["local_government_id"], ["local_government.id"], name=op.f("fk_attendance_local_government_id")
        ),
        sa.ForeignKeyConstraint(["marked_by"], ["person.id"], name=op.f("fk_attendance_marked_by")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_attendance_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["agenda_session.id"], name=op.f("fk_attendance_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attendance")),
        sa.UniqueConstraint("session_id", "person_id", name=op.f("uq_attendance_session_id_person_id")),
    )
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attendance_local_government_id"), ["local_government_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attendance_person_id"), ["person_id"], unique=False)

    op.create_table(
        "poll",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=True),
        sa.Column("partnership_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "introductory",
                "joint_digital",
                "physical_exchange",
                "work_visit",
                "thematic",
                "bilateral",
                "coaching",
                "evaluation",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum("open", "fixed", "closed", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("title_nl", sa.String(length=160), nullable=False),
        sa.Column("title_fr", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("description", sa.String(length=2000), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'fixed') = (session_id IS NOT NULL)", name=op.f("ck_poll_fixed")),
        sa.CheckConstraint("duration_minutes > 0", name=op.f("ck_poll_duration")),
        sa.CheckConstraint("track_id IS NULL OR partnership_id IS NULL", name=op.f("ck_poll_scope")),
        sa.ForeignKeyConstraint(["created_by"], ["person.id"], name=op.f("fk_poll_created_by")),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_poll_partnership_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_poll_programme_id")),
        sa.ForeignKeyConstraint(["session_id"], ["agenda_session.id"], name=op.f("fk_poll_session_id")),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_poll_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll")),
        sa.UniqueConstraint("session_id", name=op.f("uq_poll_session_id")),
    )
    with op.batch_alter_table("poll", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_poll_partnership_id"), ["partnership_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_poll_programme_id"), ["programme_id"], unique=False)

    op.create_table(
        "session_document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("file_id", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["added_by"], ["person.id"], name=op.f("fk_session_document_added_by")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_file.id"], name=op.f("fk_session_document_file_id")),
        sa.ForeignKeyConstraint(["session_id"], ["agenda_session.id"], name=op.f("fk_session_document_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session_document")),
    )
    with op.batch_alter_table("session_document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_document_session_id"), ["session_id"], unique=False)

    op.create_table(
        "session_minutes",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(length=40000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["edited_by"], ["person.id"], name=op.f("fk_session_minutes_edited_by")),
        sa.ForeignKeyConstraint(["session_id"], ["agenda_session.id"], name=op.f("fk_session_minutes_session_id")),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_session_minutes")),
    )
    op.create_table(
        "session_reply",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "reply",
            sa.Enum(
                "coming", "not_coming", "waiting", name="reply", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_session_reply_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["agenda_session.id"], name=op.f("fk_session_reply_session_id")),
        sa.PrimaryKeyConstraint("session_id", "person_id", name=op.f("pk_session_reply")),
    )
    with op.batch_alter_table("session_reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_reply_person_id"), ["person_id"], unique=False)

    op.create_table(
        "work_visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("two_day_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["session_id"], ["agenda_session.id"], name=op.f("fk_work_visit_session_id")),
        sa.ForeignKeyConstraint(["two_day_id"], ["agenda_session.id"], name=op.f("fk_work_visit_two_day_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_visit")),
        sa.UniqueConstraint("session_id", name=op.f("uq_work_visit_session_id")),
    )
    with op.batch_alter_table("work_visit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_visit_two_day_id"), ["two_day_id"], unique=False)

    op.create_table(
        "poll_member",
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_poll_member_person_id")),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_member_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "person_id", name=op.f("pk_poll_member")),
    )
    with op.batch_alter_table("poll_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_poll_member_person_id"), ["person_id"], unique=False)

    op.create_table(
        "poll_option",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("wall_starts_at", sa.DateTime(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["poll_id"], ["poll.id"], name=op.f("fk_poll_option_poll_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_poll_option")),
        sa.UniqueConstraint("poll_id", "wall_starts_at", name=op.f("uq_poll_option_poll_id_wall_starts_at")),
    )
    op.create_table(
        "traveller",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("function", sa.String(length=160), nullable=False),
        sa.Column(
            "representing",
            sa.Enum(
                "official",
                "politician",
                "civil_society",
                "other",
                name="representing",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_traveller_person_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["work_visit.id"], name=op.f("fk_traveller_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traveller")),
        sa.UniqueConstraint("visit_id", "person_id", name=op.f("uq_traveller_visit_id_person_id")),
    )
    with op.batch_alter_table("traveller", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_traveller_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_traveller_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "visit_estimate",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("lines", sa.JSON(), nullable=False),
        sa.Column("emission", sa.JSON(), nullable=False),
        sa.Column("total_cents", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("total_cents >= 0", name=op.f("ck_visit_estimate_total")),
        sa.ForeignKeyConstraint(["approved_by"], ["person.id"], name=op.f("fk_visit_estimate_approved_by")),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_visit_estimate_saved_by")),
        sa.ForeignKeyConstraint(["visit_id"], ["work_visit.id"], name=op.f("fk_visit_estimate_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visit_estimate")),
    )
    op.create_table(
        "visit_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("starts", sa.String(length=5), nullable=False),
        sa.Column("ends", sa.String(length=5), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=False),
        sa.Column(
            "responsible",
            sa.Enum("flemish", "partner", name="responsible", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["edited_by"], ["person.id"], name=op.f("fk_visit_item_edited_by")),
        sa.ForeignKeyConstraint(["visit_id"], ["work_visit.id"], name=op.f("fk_visit_item_visit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_item")),
    )
    with op.batch_alter_table("visit_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_item_visit_id"), ["visit_id"], unique=False)

    op.create_table(
        "visit_report",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("held", sa.String(length=4000), nullable=False),
        sa.Column("met", sa.String(length=4000), nullable=False),
        sa.Column("agreements", sa.String(length=4000), nullable=False),
        sa.Column("lesson_one", sa.String(length=2000), nullable=False),
        sa.Column("lesson_two", sa.String(length=2000), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("edited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("edited_by", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["edited_by"], ["person.id"], name=op.f("fk_visit_report_edited_by")),
        sa.ForeignKeyConstraint(["visit_id"], ["work_visit.id"], name=op.f("fk_visit_report_visit_id")),
        sa.PrimaryKeyConstraint("visit_id", name=op.f("pk_visit_report")),
    )
    op.create_table(
        "poll_vote",
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "answer",
            sa.Enum("yes", "if_need_be", "no", name="answer", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(["option_id"], ["poll_option.id"], name=op.f("fk_poll_vote_option_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_poll_vote_person_id")),
        sa.PrimaryKeyConstraint("option_id", "person_id", name=op.f("pk_poll_vote")),
    )
    with op.batch_alter_table("poll_vote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_poll_vote_person_id"), ["person_id"], unique=False)

    op.create_table(
        "traveller_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("traveller_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("title_nl", sa.String(length=160), nullable=False),
        sa.Column("title_fr", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column(
            "by",
            sa.Enum(
                "traveller",
                "travelling_side",
                "host_side",
                "staff",
                name="by",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=True),
        sa.Column("done_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["done_by"], ["person.id"], name=op.f("fk_traveller_check_done_by")),
        sa.ForeignKeyConstraint(["traveller_id"], ["traveller.id"], name=op.f("fk_traveller_check_traveller_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_traveller_check")),
        sa.UniqueConstraint("traveller_id", "code", name=op.f("uq_traveller_check_traveller_id_code")),
    )
    op.create_table(
        "traveller_identity",
        sa.Column("traveller_id", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["saved_by"], ["person.id"], name=op.f("fk_traveller_identity_saved_by")),
        sa.ForeignKeyConstraint(["traveller_id"], ["traveller.id"], name=op.f("fk_traveller_identity_traveller_id")),
        sa.PrimaryKeyConstraint("traveller_id", name=op.f("pk_traveller_identity")),
    )
    op.create_table(
        "visit_commitment",
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entry_id"], ["ledger_entry.id"], name=op.f("fk_visit_commitment_entry_id")),
        sa.ForeignKeyConstraint(["visit_id"], ["work_visit.id"], name=op.f("fk_visit_commitment_visit_id")),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_visit_commitment")),
    )
    with op.batch_alter_table("visit_commitment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_visit_commitment_visit_id"), ["visit_id"], unique=False)

    for column in (
        sa.Column("series", sa.String(length=32), server_default="", nullable=False),
        sa.Column(
            "capacity",
            sa.Integer(),
            sa.CheckConstraint("capacity IS NULL OR capacity > 0", name=op.f("ck_agenda_session_capacity")),
            nullable=True,
        ),
        sa.Column("interpretation", sa.JSON(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("schedule", sa.String(length=8000), server_default="", nullable=False),
        sa.Column("direction_reason", sa.String(length=500), server_default="", nullable=False),
    ):
        op.add_column("agenda_session", column)
    op.create_index(op.f("ix_agenda_session_series"), "agenda_session", ["series"], unique=False)
    op.add_column("mail", sa.Column("calendar", sa.String(), server_default="", nullable=False))


def downgrade() -> None:
    op.drop_column("mail", "calendar")
    op.drop_index(op.f("ix_agenda_session_series"), table_name="agenda_session")
    for column in ("direction_reason", "schedule", "interpretation", "capacity", "series"):
        op.drop_column("agenda_session", column)
    with op.batch_alter_table("visit_commitment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_commitment_visit_id"))

    op.drop_table("visit_commitment")
    op.drop_table("traveller_identity")
    op.drop_table("traveller_check")
    with op.batch_alter_table("poll_vote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_poll_vote_person_id"))

    op.drop_table("poll_vote")
    op.drop_table("visit_report")
    with op.batch_alter_table("visit_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_visit_item_visit_id"))

    op.drop_table("visit_item")
    op.drop_table("visit_estimate")
    with op.batch_alter_table("traveller", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_traveller_visit_id"))
        batch_op.drop_index(batch_op.f("ix_traveller_person_id"))

    op.drop_table("traveller")
    op.drop_table("poll_option")
    with op.batch_alter_table("poll_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_poll_member_person_id"))

    op.drop_table("poll_member")
    with op.batch_alter_table("work_visit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_visit_two_day_id"))

    op.drop_table("work_visit")
    with op.batch_alter_table("session_reply", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_reply_person_id"))

    op.drop_table("session_reply")
    op.drop_table("session_minutes")
    with op.batch_alter_table("session_document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_document_session_id"))

    op.drop_table("session_document")
    with op.batch_alter_table("poll", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_poll_programme_id"))
        batch_op.drop_index(batch_op.f("ix_poll_partnership_id"))

    op.drop_table("poll")
    with op.batch_alter_table("attendance", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_attendance_person_id"))
        batch_op.drop_index(batch_op.f("ix_attendance_local_government_id"))

    op.drop_table("attendance")
    with op.batch_alter_table("personal_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_personal_link_person_id"))
        batch_op.drop_index(batch_op.f("ix_personal_link_expires_at"))

    op.drop_table("personal_link")
    op.drop_table("mail_preference")
    with op.batch_alter_table("busy_period", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_busy_period_local_government_id"))

    op.drop_table("busy_period")

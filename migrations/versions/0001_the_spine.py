"""The spine: people, programmes, candidacies, pairings, partnerships, agenda, ledger, outbox and event log."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "association",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "country",
            sa.Enum("BE", "RW", "BJ", name="country", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_association")),
        sa.UniqueConstraint("code", name=op.f("uq_association_code")),
    )
    op.create_table(
        "city_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("flemish_code", sa.String(length=32), nullable=False),
        sa.Column("flemish_name", sa.String(length=120), nullable=False),
        sa.Column("partner_code", sa.String(length=32), nullable=True),
        sa.Column("partner_name", sa.String(length=120), nullable=False),
        sa.Column("partner_country", sa.String(length=2), nullable=False),
        sa.Column("since", sa.String(length=16), nullable=False),
        sa.Column("until", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("certainty", sa.String(length=16), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_city_link")),
        sa.UniqueConstraint(
            "flemish_code",
            "partner_name",
            "partner_country",
            name=op.f("uq_city_link_flemish_code_partner_name_partner_country"),
        ),
    )
    with op.batch_alter_table("city_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_city_link_flemish_code"), ["flemish_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_city_link_partner_code"), ["partner_code"], unique=False)

    op.create_table(
        "goal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title_nl", sa.String(length=120), nullable=False),
        sa.Column("title_fr", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.Column("pillar", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_goal")),
    )
    op.create_table(
        "local_government",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "country",
            sa.Enum("BE", "RW", "BJ", name="country", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "municipality", "district", "commune", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("region", sa.String(length=64), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("population_year", sa.Integer(), nullable=False),
        sa.Column("latitude_hundredths", sa.Integer(), nullable=False),
        sa.Column("longitude_hundredths", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("successor_code", sa.String(length=32), nullable=True),
        sa.Column("organisation_identifier", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_local_government")),
        sa.UniqueConstraint("code", "valid_from", name=op.f("uq_local_government_code_valid_from")),
    )
    op.create_table(
        "log_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_log_head_single_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_log_head")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("feed_secret", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("feed_secret", name=op.f("uq_person_feed_secret")),
    )
    op.create_table(
        "policy_field",
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_nl", sa.String(length=120), nullable=False),
        sa.Column("title_fr", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_policy_field")),
    )
    op.create_table(
        "programme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("title_nl", sa.String(length=160), nullable=False),
        sa.Column("title_fr", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("summary_nl", sa.String(length=2000), nullable=False),
        sa.Column("summary_fr", sa.String(length=2000), nullable=False),
        sa.Column("summary_en", sa.String(length=2000), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("budget_cents", sa.BigInteger(), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("budget_cents >= 0", name=op.f("ck_programme_budget")),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_programme_period")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme")),
        sa.UniqueConstraint("slug", name=op.f("uq_programme_slug")),
    )
    op.create_table(
        "rate_window",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("window_starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_rate_window")),
    )
    op.create_table(
        "sign_in_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("link_hash", sa.String(length=64), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("browser_hash", sa.String(length=64), nullable=False),
        sa.Column("next_path", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_request")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_sign_in_request_link_hash")),
    )
    with op.batch_alter_table("sign_in_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sign_in_request_email"), ["email"], unique=False)

    op.create_table(
        "call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_call_period")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_call_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("programme_id", name=op.f("uq_call_programme_id")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("person_name", sa.String(length=200), nullable=False),
        sa.Column("verb", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_event_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("hash", name=op.f("uq_event_hash")),
    )
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.create_index("ix_event_subject", ["subject_kind", "subject_id"], unique=False)

    op.create_table(
        "form_receipt",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("location", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_form_receipt_person_id")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_form_receipt")),
    )
    op.create_table(
        "mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unique_key", sa.String(length=200), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=300), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "sent", "failed", name="state", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.String(length=500), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_mail_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("unique_key", name=op.f("uq_mail_unique_key")),
    )
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.create_index("ix_mail_due", ["state", "next_attempt_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_recipient"), ["recipient"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "staff",
                "association",
                "coordinator",
                "participant",
                "candidate",
                "auditor",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("local_government_id", sa.Integer(), nullable=True),
        sa.Column("association_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(role = 'association') = (association_id IS NOT NULL)", name=op.f("ck_membership_association")
        ),
        sa.CheckConstraint(
            "(role IN ('coordinator', 'participant')) = (local_government_id IS NOT NULL)",
            name=op.f("ck_membership_local_government"),
        ),
        sa.ForeignKeyConstraint(["association_id"], ["association.id"], name=op.f("fk_membership_association_id")),
        sa.ForeignKeyConstraint(
            ["local_government_id"], ["local_government.id"], name=op.f("fk_membership_local_government_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "person_id", "role", "association_id", name=op.f("uq_membership_person_id_role_association_id")
        ),
        sa.UniqueConstraint(
            "person_id", "role", "local_government_id", name=op.f("uq_membership_person_id_role_local_government_id")
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_local_government_id"), ["local_government_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_membership_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_membership_person_id_role",
            ["person_id", "role"],
            unique=True,
            sqlite_where=sa.text("local_government_id IS NULL AND association_id IS NULL"),
            postgresql_where=sa.text("local_government_id IS NULL AND association_id IS NULL"),
        )

    op.create_table(
        "programme_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("snapshot", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_programme_version_person_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_programme_version_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_programme_version")),
        sa.UniqueConstraint("programme_id", "version", name=op.f("uq_programme_version_programme_id_version")),
    )
    op.create_table(
        "template_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
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
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("month", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("time", sa.String(length=5), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("zone_of", sa.String(length=16), nullable=False),
        sa.Column("title_nl", sa.String(length=160), nullable=False),
        sa.Column("title_fr", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.CheckConstraint("scope IN ('programme', 'track', 'partnership')", name=op.f("ck_template_session_scope")),
        sa.CheckConstraint("zone_of IN ('flemish', 'partner')", name=op.f("ck_template_session_zone_of")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_template_session_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_template_session")),
    )
    op.create_table(
        "track",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("association_id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "country",
            sa.Enum("BE", "RW", "BJ", name="country", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("title_nl", sa.String(length=160), nullable=False),
        sa.Column("title_fr", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("summary_nl", sa.String(length=2000), nullable=False),
        sa.Column("summary_fr", sa.String(length=2000), nullable=False),
        sa.Column("summary_en", sa.String(length=2000), nullable=False),
        sa.Column("goals", sa.JSON(), nullable=False),
        sa.CheckConstraint("places >= 0", name=op.f("ck_track_places")),
        sa.ForeignKeyConstraint(["association_id"], ["association.id"], name=op.f("fk_track_association_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_track_programme_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_track")),
        sa.UniqueConstraint("programme_id", "slug", name=op.f("uq_track_programme_id_slug")),
    )
    op.create_table(
        "candidacy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("local_government_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "in_assessment",
                "selected",
                "reserve",
                "not_selected",
                "withdrawn",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("form_version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("assessment_points", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL", name=op.f("ck_candidacy_submitted_at")
        ),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_candidacy_call_id")),
        sa.ForeignKeyConstraint(
            ["local_government_id"], ["local_government.id"], name=op.f("fk_candidacy_local_government_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidacy")),
        sa.UniqueConstraint("reference", name=op.f("uq_candidacy_reference")),
    )
    with op.batch_alter_table("candidacy", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidacy_call_id"), ["call_id"], unique=False)
        batch_op.create_index(
            "uq_candidacy_call_id_local_government_id",
            ["call_id", "local_government_id"],
            unique=True,
            sqlite_where=sa.text("state <> 'withdrawn'"),
            postgresql_where=sa.text("state <> 'withdrawn'"),
        )

    op.create_table(
        "pairing_board",
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_pairing_board_call_id")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_pairing_board")),
    )
    op.create_table(
        "pairing_scenario",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "kept", "published", "superseded", name="state", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("problem", sa.JSON(), nullable=False),
        sa.Column("solution", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_pairing_scenario_call_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_pairing_scenario_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pairing_scenario")),
        sa.UniqueConstraint("call_id", "name", name=op.f("uq_pairing_scenario_call_id_name")),
    )
    with op.batch_alter_table("pairing_scenario", schema=None) as batch_op:
        batch_op.create_index(
            "uq_pairing_scenario_published",
            ["call_id"],
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.create_table(
        "partner_profile",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("local_government_id", sa.Integer(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_partner_profile_capacity")),
        sa.ForeignKeyConstraint(
            ["local_government_id"], ["local_government.id"], name=op.f("fk_partner_profile_local_government_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_partner_profile_person_id")),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_partner_profile_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_profile")),
        sa.UniqueConstraint(
            "track_id", "local_government_id", name=op.f("uq_partner_profile_track_id_local_government_id")
        ),
    )
    with op.batch_alter_table("partner_profile", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_partner_profile_local_government_id"), ["local_government_id"], unique=False
        )

    op.create_table(
        "subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("title_nl", sa.String(length=120), nullable=False),
        sa.Column("title_fr", sa.String(length=120), nullable=False),
        sa.Column("title_en", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_subject_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
        sa.UniqueConstraint("track_id", "code", name=op.f("uq_subject_track_id_code")),
    )
    op.create_table(
        "candidacy_member",
        sa.Column("candidacy_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["candidacy_id"], ["candidacy.id"], name=op.f("fk_candidacy_member_candidacy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_candidacy_member_person_id")),
        sa.PrimaryKeyConstraint("candidacy_id", "person_id", name=op.f("pk_candidacy_member")),
    )
    with op.batch_alter_table("candidacy_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidacy_member_person_id"), ["person_id"], unique=False)

    op.create_table(
        "candidacy_section",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("candidacy_id", sa.Integer(), nullable=False),
        sa.Column(
            "section",
            sa.Enum(
                "government",
                "theme",
                "learning",
                "motivation",
                "involvement",
                "promises",
                "city_links",
                name="section",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("answers", sa.JSON(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["candidacy_id"], ["candidacy.id"], name=op.f("fk_candidacy_section_candidacy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_candidacy_section_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidacy_section")),
        sa.UniqueConstraint("candidacy_id", "section", name=op.f("uq_candidacy_section_candidacy_id_section")),
    )
    op.create_table(
        "partnership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=120), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=False),
        sa.Column("scenario_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_partnership_programme_id")),
        sa.ForeignKeyConstraint(["scenario_id"], ["pairing_scenario.id"], name=op.f("fk_partnership_scenario_id")),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_partnership_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership")),
        sa.UniqueConstraint("slug", name=op.f("uq_partnership_slug")),
    )
    with op.batch_alter_table("partnership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partnership_programme_id"), ["programme_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partnership_track_id"), ["track_id"], unique=False)

    op.create_table(
        "web_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("candidacy_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["candidacy_id"], ["candidacy.id"], name=op.f("fk_web_session_candidacy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_web_session_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_session")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_web_session_secret_hash")),
    )
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_web_session_person_id"), ["person_id"], unique=False)

    op.create_table(
        "agenda_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("track_id", sa.Integer(), nullable=True),
        sa.Column("partnership_id", sa.Integer(), nullable=True),
        sa.Column("template_id", sa.Integer(), nullable=True),
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
            "status",
            sa.Enum(
                "draft", "published", "cancelled", name="status", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("title_nl", sa.String(length=160), nullable=False),
        sa.Column("title_fr", sa.String(length=160), nullable=False),
        sa.Column("title_en", sa.String(length=160), nullable=False),
        sa.Column("description", sa.String(length=4000), nullable=False),
        sa.Column("wall_starts_at", sa.DateTime(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("duration_minutes", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.String(length=200), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column(
            "host_side",
            sa.Enum("flemish", "partner", name="host_side", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancel_reason", sa.String(length=500), nullable=False),
        sa.CheckConstraint("duration_minutes > 0", name=op.f("ck_agenda_session_duration")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_agenda_session_period")),
        sa.CheckConstraint("track_id IS NULL OR partnership_id IS NULL", name=op.f("ck_agenda_session_scope")),
        sa.ForeignKeyConstraint(["partnership_id"], ["partnership.id"], name=op.f("fk_agenda_session_partnership_id")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_agenda_session_programme_id")),
        sa.ForeignKeyConstraint(
            ["template_id"], ["template_session.id"], name=op.f("fk_agenda_session_template_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["track_id"], ["track.id"], name=op.f("fk_agenda_session_track_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agenda_session")),
        sa.UniqueConstraint("uid", name=op.f("uq_agenda_session_uid")),
    )
    with op.batch_alter_table("agenda_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agenda_session_partnership_id"), ["partnership_id"], unique=False)
        batch_op.create_index("ix_agenda_session_programme_id_starts_at", ["programme_id", "starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_session_starts_at"), ["starts_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_agenda_session_track_id"), ["track_id"], unique=False)

    op.create_table(
        "partnership_side",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partnership_id", sa.Integer(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("flemish", "partner", name="side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("local_government_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["local_government_id"], ["local_government.id"], name=op.f("fk_partnership_side_local_government_id")
        ),
        sa.ForeignKeyConstraint(
            ["partnership_id"], ["partnership.id"], name=op.f("fk_partnership_side_partnership_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partnership_side")),
        sa.UniqueConstraint(
            "partnership_id", "local_government_id", name=op.f("uq_partnership_side_partnership_id_local_government_id")
        ),
        sa.UniqueConstraint("partnership_id", "side", name=op.f("uq_partnership_side_partnership_id_side")),
    )
    with op.batch_alter_table("partnership_side", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_partnership_side_local_government_id"), ["local_government_id"], unique=False
        )

    op.create_table(
        "allotment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("side_id", sa.Integer(), nullable=False),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("paid_cents", sa.BigInteger(), nullable=False),
        sa.Column("committed_cents", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("committed_cents >= 0", name=op.f("ck_allotment_committed")),
        sa.CheckConstraint("paid_cents + committed_cents <= amount_cents", name=op.f("ck_allotment_available")),
        sa.CheckConstraint("paid_cents >= 0", name=op.f("ck_allotment_paid")),
        sa.ForeignKeyConstraint(["side_id"], ["partnership_side.id"], name=op.f("fk_allotment_side_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allotment")),
        sa.UniqueConstraint("side_id", name=op.f("uq_allotment_side_id")),
    )
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("allotment_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "commitment", "release", "payment", name="kind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
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
        sa.Column("commitment_id", sa.Integer(), nullable=True),
        sa.Column("entry_date", sa.Date(), nullable=False),
        sa.Column("description", sa.String(length=300), nullable=False),
        sa.Column(
            "currency",
            sa.Enum("EUR", "RWF", "XOF", name="currency", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        sa.Column("rate", sa.String(length=32), nullable=False),
        sa.Column("rate_source", sa.String(length=200), nullable=False),
        sa.Column("rate_date", sa.Date(), nullable=True),
        sa.Column("amount_cents", sa.BigInteger(), nullable=False),
        sa.Column("settled_cents", sa.BigInteger(), nullable=False),
        sa.Column("available_cents", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("kind <> 'commitment' OR commitment_id IS NULL", name=op.f("ck_ledger_entry_commitment")),
        sa.CheckConstraint("kind <> 'release' OR commitment_id IS NOT NULL", name=op.f("ck_ledger_entry_release")),
        sa.CheckConstraint(
            "settled_cents = 0 OR (kind = 'payment' AND commitment_id IS NOT NULL)",
            name=op.f("ck_ledger_entry_settles_commitment"),
        ),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_ledger_entry_amount_cents")),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_ledger_entry_amount_minor")),
        sa.CheckConstraint("available_cents >= 0", name=op.f("ck_ledger_entry_available_cents")),
        sa.CheckConstraint(
            "settled_cents >= 0 AND settled_cents <= amount_cents", name=op.f("ck_ledger_entry_settled_cents")
        ),
        sa.ForeignKeyConstraint(["allotment_id"], ["allotment.id"], name=op.f("fk_ledger_entry_allotment_id")),
        sa.ForeignKeyConstraint(["commitment_id"], ["ledger_entry.id"], name=op.f("fk_ledger_entry_commitment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_ledger_entry_person_id")),
        sa.ForeignKeyConstraint(["session_id"], ["agenda_session.id"], name=op.f("fk_ledger_entry_session_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_entry")),
    )
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.create_index("ix_ledger_entry_allotment_id_entry_date", ["allotment_id", "entry_date"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_entry_commitment_id"), ["commitment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_ledger_entry_session_id"), ["session_id"], unique=False)
    op.execute("INSERT INTO log_head (id, version, hash) VALUES (1, 0, '')")


def downgrade() -> None:
    with op.batch_alter_table("ledger_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_ledger_entry_session_id"))
        batch_op.drop_index(batch_op.f("ix_ledger_entry_commitment_id"))
        batch_op.drop_index("ix_ledger_entry_allotment_id_entry_date")

    op.drop_table("ledger_entry")
    op.drop_table("allotment")
    with op.batch_alter_table("partnership_side", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partnership_side_local_government_id"))

    op.drop_table("partnership_side")
    with op.batch_alter_table("agenda_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agenda_session_track_id"))
        batch_op.drop_index(batch_op.f("ix_agenda_session_starts_at"))
        batch_op.drop_index("ix_agenda_session_programme_id_starts_at")
        batch_op.drop_index(batch_op.f("ix_agenda_session_partnership_id"))

    op.drop_table("agenda_session")
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_web_session_person_id"))

    op.drop_table("web_session")
    with op.batch_alter_table("partnership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partnership_track_id"))
        batch_op.drop_index(batch_op.f("ix_partnership_programme_id"))

    op.drop_table("partnership")
    op.drop_table("candidacy_section")
    with op.batch_alter_table("candidacy_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_candidacy_member_person_id"))

    op.drop_table("candidacy_member")
    op.drop_table("subject")
    with op.batch_alter_table("partner_profile", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_profile_local_government_id"))

    op.drop_table("partner_profile")
    with op.batch_alter_table("pairing_scenario", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_pairing_scenario_published",
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.drop_table("pairing_scenario")
    op.drop_table("pairing_board")
    with op.batch_alter_table("candidacy", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_candidacy_call_id_local_government_id",
            sqlite_where=sa.text("state <> 'withdrawn'"),
            postgresql_where=sa.text("state <> 'withdrawn'"),
        )
        batch_op.drop_index(batch_op.f("ix_candidacy_call_id"))

    op.drop_table("candidacy")
    op.drop_table("track")
    op.drop_table("template_session")
    op.drop_table("programme_version")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_membership_person_id_role",
            sqlite_where=sa.text("local_government_id IS NULL AND association_id IS NULL"),
            postgresql_where=sa.text("local_government_id IS NULL AND association_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_membership_person_id"))
        batch_op.drop_index(batch_op.f("ix_membership_local_government_id"))

    op.drop_table("membership")
    with op.batch_alter_table("mail", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_recipient"))
        batch_op.drop_index("ix_mail_due")

    op.drop_table("mail")
    op.drop_table("form_receipt")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_index("ix_event_subject")

    op.drop_table("event")
    op.drop_table("call")
    with op.batch_alter_table("sign_in_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sign_in_request_email"))

    op.drop_table("sign_in_request")
    op.drop_table("rate_window")
    op.drop_table("programme")
    op.drop_table("policy_field")
    op.drop_table("person")
    op.drop_table("log_head")
    op.drop_table("local_government")
    op.drop_table("goal")
    with op.batch_alter_table("city_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_city_link_partner_code"))
        batch_op.drop_index(batch_op.f("ix_city_link_flemish_code"))

    op.drop_table("city_link")
    op.drop_table("association")

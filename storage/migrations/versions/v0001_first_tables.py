"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the first tables; those that others refer to come first."""
    _make_conversations()
    _make_officers()
    _make_cases()
    _make_ways_back()
    _make_alarms()


def downgrade() -> None:
    """Drop them, in the opposite order."""
    for table in (
        "notice",
        "alert",
        "alarm",
        "reply",
        "receipt",
        "return_address",
        "blob",
        "entry",
        "place",
        "wrap",
        "report_case",
        "directory",
        "duty",
        "link_code",
        "membership",
        "officer",
        "set_aside",
        "seen_update",
        "session",
    ):
        op.drop_table(table)


def _make_conversations() -> None:
    op.create_table(
        "session",
        sa.Column("row_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("unspoken_since", sa.BigInteger(), nullable=True),
        sa.Column("touched_at", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name="pk_session"),
    )
    op.create_index("ix_session_due_at", "session", ["due_at"])
    op.create_index("ix_session_unspoken_since", "session", ["unspoken_since"])
    op.create_table(
        "seen_update",
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bot", "update_id", name="pk_seen_update"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_seen_update_seen_at", "seen_update", ["seen_at"])
    op.create_table(
        "set_aside",
        sa.Column("row_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("bot", sa.Text(), nullable=False),
        sa.Column("update_id", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("state IN ('failing', 'set_aside')", name=op.f("ck_set_aside_state")),
        sa.PrimaryKeyConstraint("row_id", name="pk_set_aside"),
        sa.UniqueConstraint("bot", "update_id", name="uq_set_aside_bot_update_id"),
    )


def _make_officers() -> None:
    op.create_table(
        "officer",
        sa.Column("officer_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("contact_lookup", sa.LargeBinary(length=16), nullable=True),
        sa.PrimaryKeyConstraint("officer_id", name="pk_officer"),
        sa.UniqueConstraint("contact_lookup", name="uq_officer_contact_lookup"),
    )
    op.create_table(
        "membership",
        sa.Column("officer_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.officer_id"], name="fk_membership_officer_id"),
        sa.PrimaryKeyConstraint("officer_id", "team_id", name="pk_membership"),
    )
    op.create_table(
        "link_code",
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("officer_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.officer_id"], name="fk_link_code_officer_id"),
        sa.PrimaryKeyConstraint("code_hash", name="pk_link_code"),
    )
    op.create_index("ix_link_code_expires_at", "link_code", ["expires_at"])
    op.create_table(
        "duty",
        sa.Column("team_id", sa.Text(), nullable=False),
        sa.Column("officer_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('duty', 'supervisor')", name=op.f("ck_duty_kind")),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.officer_id"], name="fk_duty_officer_id"),
        sa.PrimaryKeyConstraint("team_id", "officer_id", "kind", name="pk_duty"),
    )
    op.create_table(
        "directory",
        sa.Column("serial", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("document", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("installed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("serial", name="pk_directory"),
    )


def _make_cases() -> None:
    op.create_table(
        "report_case",
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("designation", sa.Text(), nullable=False),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("opened_hour", sa.BigInteger(), nullable=False),
        sa.Column("suite", sa.Integer(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("head_seq", sa.Integer(), nullable=False),
        sa.Column("head_hash", sa.LargeBinary(), nullable=False),
        sa.Column("read_seq", sa.Integer(), nullable=False),
        sa.Column("taken_by", sa.LargeBinary(length=16), nullable=True),
        sa.Column("closed_hour", sa.BigInteger(), nullable=True),
        sa.Column("erased", sa.Boolean(), nullable=False),
        sa.CheckConstraint("state <> 'taken' OR taken_by IS NOT NULL", name=op.f("ck_report_case_taker")),
        sa.CheckConstraint("state IN ('new', 'taken', 'referred', 'closed', 'withdrawn')", name=op.f("ck_report_case_state")),
        sa.CheckConstraint("urgency IN ('P0', 'P1', 'P2', 'P3')", name=op.f("ck_report_case_urgency")),
        sa.ForeignKeyConstraint(["taken_by"], ["officer.officer_id"], name="fk_report_case_taken_by"),
        sa.PrimaryKeyConstraint("case_id", name="pk_report_case"),
        sa.UniqueConstraint("designation", name="uq_report_case_designation"),
    )
    op.create_index(
        "ix_report_case_closed_hour",
        "report_case",
        ["closed_hour"],
        sqlite_where=sa.text("closed_hour IS NOT NULL"),
        postgresql_where=sa.text("closed_hour IS NOT NULL"),
    )
    op.create_index(
        "ix_report_case_state_urgency_opened_hour_case_id", "report_case", ["state", "urgency", "opened_hour", "case_id"]
    )
    op.create_index(
        "ix_report_case_taken_by",
        "report_case",
        ["taken_by"],
        sqlite_where=sa.text("state = 'taken'"),
        postgresql_where=sa.text("state = 'taken'"),
    )
    op.create_table(
        "wrap",
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["report_case.case_id"], name="fk_wrap_case_id"),
        sa.PrimaryKeyConstraint("case_id", "key_id", name="pk_wrap"),
    )
    op.create_table(
        "place",
        sa.Column("key_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("opened_hour", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["report_case.case_id"], name="fk_place_case_id"),
        sa.PrimaryKeyConstraint("key_id", "state", "urgency", "opened_hour", "case_id", name="pk_place"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_place_case_id", "place", ["case_id"])
    op.create_table(
        "entry",
        sa.Column("entry_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("author", sa.LargeBinary(length=16), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("body_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["report_case.case_id"], name="fk_entry_case_id"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_entry"),
        sa.UniqueConstraint("case_id", "seq", name="uq_entry_case_id_seq"),
    )
    op.create_table(
        "blob",
        sa.Column("blob_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("blob_id", name="pk_blob"),
    )
    op.create_index("ix_blob_case_id", "blob", ["case_id"])
    op.create_index(
        "ix_blob_created_at",
        "blob",
        ["created_at"],
        sqlite_where=sa.text("case_id IS NULL"),
        postgresql_where=sa.text("case_id IS NULL"),
    )


def _make_ways_back() -> None:
    op.create_table(
        "return_address",
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("address", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["report_case.case_id"], name="fk_return_address_case_id"),
        sa.PrimaryKeyConstraint("case_id", name="pk_return_address"),
    )
    op.create_table(
        "receipt",
        sa.Column("stored_lookup", sa.LargeBinary(length=16), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("mailbox_key", sa.LargeBinary(), nullable=False),
        sa.Column("withdraw_hash", sa.LargeBinary(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["report_case.case_id"], name="fk_receipt_case_id"),
        sa.PrimaryKeyConstraint("stored_lookup", name="pk_receipt"),
    )
    op.create_index("ix_receipt_case_id", "receipt", ["case_id"])
    op.create_table(
        "reply",
        sa.Column("message_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("recipient", sa.LargeBinary(length=16), nullable=False),
        sa.Column("author", sa.LargeBinary(length=16), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("(state IN ('pending', 'sending')) = (due_at IS NOT NULL)", name=op.f("ck_reply_in_flight")),
        sa.CheckConstraint("state IN ('mailbox', 'pending', 'sending', 'sent', 'failed')", name=op.f("ck_reply_state")),
        sa.ForeignKeyConstraint(["case_id"], ["report_case.case_id"], name="fk_reply_case_id"),
        sa.PrimaryKeyConstraint("message_id", name="pk_reply"),
    )
    op.create_index("ix_reply_case_id", "reply", ["case_id"])
    op.create_index("ix_reply_due_at", "reply", ["due_at"])


def _make_alarms() -> None:
    op.create_table(
        "alarm",
        sa.Column("alarm_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("team_ids", sa.Text(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("policy", sa.Text(), nullable=False),
        sa.Column("acknowledged_by", sa.LargeBinary(length=16), nullable=True),
        sa.CheckConstraint("state <> 'acknowledged' OR acknowledged_by IS NOT NULL", name=op.f("ck_alarm_acknowledger")),
        sa.CheckConstraint("state = 'open' OR next_at IS NULL", name=op.f("ck_alarm_silent")),
        sa.CheckConstraint("state IN ('open', 'acknowledged', 'closed')", name=op.f("ck_alarm_state")),
        sa.CheckConstraint("urgency IN ('P0', 'P1', 'P2', 'P3')", name=op.f("ck_alarm_urgency")),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["officer.officer_id"], name="fk_alarm_acknowledged_by"),
        sa.ForeignKeyConstraint(["case_id"], ["report_case.case_id"], name="fk_alarm_case_id"),
        sa.PrimaryKeyConstraint("alarm_id", name="pk_alarm"),
    )
    op.create_index("ix_alarm_case_id", "alarm", ["case_id"])
    op.create_index("ix_alarm_next_at", "alarm", ["next_at"])
    op.create_table(
        "alert",
        sa.Column("alert_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("alarm_id", sa.LargeBinary(length=16), nullable=True),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("officer_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("message", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(state IN ('pending', 'sending')) = (due_at IS NOT NULL)", name=op.f("ck_alert_in_flight")),
        sa.CheckConstraint("state IN ('pending', 'sending', 'sent', 'failed', 'dropped')", name=op.f("ck_alert_state")),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.alarm_id"], name="fk_alert_alarm_id"),
        sa.ForeignKeyConstraint(["case_id"], ["report_case.case_id"], name="fk_alert_case_id"),
        sa.ForeignKeyConstraint(["officer_id"], ["officer.officer_id"], name="fk_alert_officer_id"),
        sa.PrimaryKeyConstraint("alert_id", name="pk_alert"),
    )
    op.create_index("ix_alert_alarm_id", "alert", ["alarm_id"])
    op.create_index("ix_alert_case_id", "alert", ["case_id"])
    op.create_index("ix_alert_due_at", "alert", ["due_at"])
    op.create_table(
        "notice",
        sa.Column("notice_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("case_id", sa.LargeBinary(length=16), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("(state IN ('pending', 'sending')) = (due_at IS NOT NULL)", name=op.f("ck_notice_in_flight")),
        sa.CheckConstraint("kind IN ('taken', 'acknowledged', 'unanswered', 'closed', 'released')", name=op.f("ck_notice_kind")),
        sa.CheckConstraint("state IN ('pending', 'sending', 'sent', 'failed')", name=op.f("ck_notice_state")),
        sa.ForeignKeyConstraint(["case_id"], ["report_case.case_id"], name="fk_notice_case_id"),
        sa.PrimaryKeyConstraint("notice_id", name="pk_notice"),
    )
    op.create_index("ix_notice_case_id", "notice", ["case_id"])
    op.create_index("ix_notice_due_at", "notice", ["due_at"])

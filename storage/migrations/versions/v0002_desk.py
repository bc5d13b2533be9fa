"""The desk: sign-in, invitations, keys on their way, snoozes, the audit log; replies that tell where they are."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

OFFICER = "officer.officer_id"
OLD_STATES = "'mailbox', 'pending', 'sending', 'sent', 'failed'"
NEW_STATES = "'mailbox', 'pending', 'sending', 'delivered', 'read', 'blocked', 'expired', 'failed'"


def upgrade() -> None:
    """Make the desk's tables, and let a message be answered on more than one way."""
    _make_sign_in()
    _make_people()
    _make_keys()
    _make_work()
    _keep_the_audit_log()
    _set_replies_aside()
    _make_replies(_id("reply_id"), _time("changed_at"), states=NEW_STATES)
    op.execute(
        "INSERT INTO reply (reply_id, message_id, case_id, recipient, author, sealed, signature, state, due_at, created_at, changed_at) "
        "SELECT message_id, message_id, case_id, recipient, author, sealed, signature, "
        "CASE state WHEN 'sent' THEN 'delivered' ELSE state END, due_at, created_at, created_at FROM reply_kept"
    )
    op.drop_table("reply_kept")
    op.add_column("officer", sa.Column("left_at", sa.BigInteger(), nullable=True))


def downgrade() -> None:
    """Drop them; of several ways of one message the first stays, and what the old states cannot say is told by the nearest one."""
    op.drop_column("officer", "left_at")
    _set_replies_aside()
    _make_replies(states=OLD_STATES)
    op.execute(
        "INSERT INTO reply (message_id, case_id, recipient, author, sealed, signature, state, due_at, created_at) "
        "SELECT message_id, case_id, recipient, author, sealed, signature, CASE WHEN state IN ('delivered', 'read') THEN 'sent' "
        "WHEN state IN ('blocked', 'expired') THEN 'failed' ELSE state END, due_at, created_at FROM reply_kept AS kept WHERE NOT EXISTS "
        "(SELECT 1 FROM reply_kept AS other WHERE other.message_id = kept.message_id AND other.reply_id < kept.reply_id)"
    )
    op.drop_table("reply_kept")
    for table in (
        "audit",
        "snooze",
        "ceremony_step",
        "planned_team",
        "team_key",
        "admission",
        "invitation",
        "team_wrap",
        "desk_session",
        "passkey",
        "login",
    ):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_is_appended_to()")


def _id(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(length=16), nullable=nullable)


def _hash(name: str) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(length=32), nullable=False)


def _bytes(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(), nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger(), nullable=nullable)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False)


def _make_sign_in() -> None:
    op.create_table(
        "login",
        _id("officer_id"),
        _id("name_lookup"),
        _bytes("passphrase"),
        _bytes("passphrase_proof"),
        _bytes("recovery", nullable=True),
        _bytes("recovery_proof", nullable=True),
        _bytes("totp", nullable=True),
        _bytes("totp_offered", nullable=True),
        _time("totp_step", nullable=True),
        sa.ForeignKeyConstraint(["officer_id"], [OFFICER], name="fk_login_officer_id"),
        sa.PrimaryKeyConstraint("officer_id", name="pk_login"),
        sa.UniqueConstraint("name_lookup", name="uq_login_name_lookup"),
    )
    op.create_table(
        "passkey",
        _id("passkey_id"),
        _id("officer_id"),
        _hash("credential_lookup"),
        _bytes("credential"),
        _bytes("slot", nullable=True),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        _time("added_at"),
        sa.ForeignKeyConstraint(["officer_id"], [OFFICER], name="fk_passkey_officer_id"),
        sa.PrimaryKeyConstraint("passkey_id", name="pk_passkey"),
        sa.UniqueConstraint("credential_lookup", name="uq_passkey_credential_lookup"),
    )
    op.create_index("ix_passkey_officer_id", "passkey", ["officer_id"])
    op.create_table(
        "desk_session",
        _id("session_id"),
        _hash("token_hash"),
        _id("officer_id"),
        _text("state"),
        _time("began_at"),
        _time("seen_at"),
        _time("ends_at"),
        _bytes("challenge", nullable=True),
        sa.CheckConstraint("state IN ('half', 'full')", name=op.f("ck_desk_session_state")),
        sa.ForeignKeyConstraint(["officer_id"], [OFFICER], name="fk_desk_session_officer_id"),
        sa.PrimaryKeyConstraint("session_id", name="pk_desk_session"),
        sa.UniqueConstraint("token_hash", name="uq_desk_session_token_hash"),
    )
    op.create_index("ix_desk_session_officer_id", "desk_session", ["officer_id"])
    op.create_index("ix_desk_session_ends_at", "desk_session", ["ends_at"])


def _make_people() -> None:
    op.create_table(
        "invitation",
        _id("officer_id"),
        _hash("code_hash"),
        _bytes("name"),
        _id("name_lookup"),
        _text("role"),
        _text("team_ids"),
        _text("language"),
        _id("invited_by", nullable=True),
        _time("invited_at"),
        _time("expires_at"),
        _time("used_at", nullable=True),
        sa.Column("withdrawn", sa.Boolean(), nullable=False),
        sa.CheckConstraint("role IN ('officer', 'supervisor', 'administrator')", name=op.f("ck_invitation_role")),
        sa.ForeignKeyConstraint(["invited_by"], [OFFICER], name="fk_invitation_invited_by"),
        sa.PrimaryKeyConstraint("officer_id", name="pk_invitation"),
        sa.UniqueConstraint("code_hash", name="uq_invitation_code_hash"),
    )
    op.create_table(
        "admission",
        _id("officer_id"),
        _bytes("identity_key"),
        _bytes("signing_key"),
        _id("key_id"),
        _id("signer_id"),
        _text("state"),
        _time("joined_at"),
        _id("decided_by", nullable=True),
        _time("decided_at", nullable=True),
        sa.CheckConstraint("state IN ('waiting', 'compared', 'refused')", name=op.f("ck_admission_state")),
        sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name=op.f("ck_admission_decided")),
        sa.ForeignKeyConstraint(["officer_id"], [OFFICER], name="fk_admission_officer_id"),
        sa.ForeignKeyConstraint(["decided_by"], [OFFICER], name="fk_admission_decided_by"),
        sa.PrimaryKeyConstraint("officer_id", name="pk_admission"),
        sa.UniqueConstraint("key_id", name="uq_admission_key_id"),
        sa.UniqueConstraint("signer_id", name="uq_admission_signer_id"),
    )
    op.create_table(
        "planned_team",
        _text("team_id"),
        _text("name"),
        _text("areas"),
        _id("planned_by", nullable=True),
        _time("planned_at"),
        sa.ForeignKeyConstraint(["planned_by"], [OFFICER], name="fk_planned_team_planned_by"),
        sa.PrimaryKeyConstraint("team_id", name="pk_planned_team"),
    )
    op.create_table(
        "ceremony_step",
        _text("step"),
        _id("done_by", nullable=True),
        _time("done_at"),
        sa.ForeignKeyConstraint(["done_by"], [OFFICER], name="fk_ceremony_step_done_by"),
        sa.PrimaryKeyConstraint("step", name="pk_ceremony_step"),
    )


def _make_keys() -> None:
    op.create_table(
        "team_wrap",
        _id("team_key_id"),
        _id("member_key_id"),
        _bytes("sealed"),
        _id("made_by", nullable=True),
        _time("made_at"),
        sa.ForeignKeyConstraint(["made_by"], [OFFICER], name="fk_team_wrap_made_by"),
        sa.PrimaryKeyConstraint("team_key_id", "member_key_id", name="pk_team_wrap"),
    )
    op.create_index("ix_team_wrap_member_key_id", "team_wrap", ["member_key_id"])
    op.create_table(
        "team_key",
        _id("key_id"),
        _text("team_id"),
        _bytes("public_key"),
        _text("state"),
        _id("made_by"),
        _time("made_at"),
        sa.CheckConstraint("state IN ('waiting', 'signed', 'dropped')", name=op.f("ck_team_key_state")),
        sa.ForeignKeyConstraint(["made_by"], [OFFICER], name="fk_team_key_made_by"),
        sa.PrimaryKeyConstraint("key_id", name="pk_team_key"),
    )
    op.create_index("ix_team_key_team_id", "team_key", ["team_id"])


def _make_work() -> None:
    op.create_table(
        "snooze",
        _id("case_id"),
        _time("until", nullable=True),
        sa.Column("after_seq", sa.Integer(), nullable=False),
        _id("snoozed_by"),
        _time("snoozed_at"),
        sa.ForeignKeyConstraint(["case_id"], ["report_case.case_id"], name="fk_snooze_case_id"),
        sa.ForeignKeyConstraint(["snoozed_by"], [OFFICER], name="fk_snooze_snoozed_by"),
        sa.PrimaryKeyConstraint("case_id", name="pk_snooze"),
    )
    op.create_index(
        "ix_snooze_until",
        "snooze",
        ["until"],
        sqlite_where=sa.text("until IS NOT NULL"),
        postgresql_where=sa.text("until IS NOT NULL"),
    )
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        _time("at"),
        _id("officer_id", nullable=True),
        _text("action"),
        _id("case_id", nullable=True),
        _text("about"),
        _hash("hash"),
        sa.PrimaryKeyConstraint("seq", name="pk_audit"),
    )
    op.create_index("ix_audit_case_id", "audit", ["case_id"])
    op.create_index("ix_audit_officer_id", "audit", ["officer_id"])


def _keep_the_audit_log() -> None:
    """Have the database itself refuse to change or forget what stands in the audit log."""
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is only appended to'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_is_appended_to() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is only appended to'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_appended_to()"
    )


def _set_replies_aside() -> None:
    """Take the table away and keep its rows: neither database can change a primary key in place in the same words."""
    op.execute("CREATE TABLE reply_kept AS SELECT * FROM reply")
    op.drop_table("reply")


def _make_replies(*more: sa.Column[bytes] | sa.Column[int], states: str) -> None:
    """Make the table; with `reply_id` a message may go to a chat and to a mailbox, without it it goes one way."""
    many = bool(more)
    op.create_table(
        "reply",
        *more[:1],
        _id("message_id"),
        _id("case_id"),
        _id("recipient"),
        _id("author"),
        _bytes("sealed", nullable=True),
        _bytes("signature"),
        _text("state"),
        _time("due_at", nullable=True),
        _time("created_at"),
        *more[1:],
        sa.CheckConstraint("(state IN ('pending', 'sending')) = (due_at IS NOT NULL)", name=op.f("ck_reply_in_flight")),
        sa.CheckConstraint(f"state IN ({states})", name=op.f("ck_reply_state")),
        sa.ForeignKeyConstraint(["case_id"], ["report_case.case_id"], name="fk_reply_case_id"),
        sa.PrimaryKeyConstraint("reply_id" if many else "message_id", name="pk_reply"),
        *((sa.UniqueConstraint("message_id", "recipient", name="uq_reply_message_id_recipient"),) if many else ()),
    )
    op.create_index("ix_reply_case_id", "reply", ["case_id"])
    op.create_index("ix_reply_due_at", "reply", ["due_at"])

"""The tables, as SQLAlchemy Core describes them; `migrations/` makes them, a test compares the two.

Which columns are plain, and why they may be:

- ids (`*_id`, `row_id`, `designation`): random, or a keyed hash of a chat that tells nothing without the key;
- `area`, `urgency`, `state`, `language`, `channel`, `opened_hour` of a case: alarms, queues and counts need them; the hour
  is cut so that a row cannot be matched with a message by its second;
- `head_seq`, `head_hash`, `read_seq`: where the chain of entries ends, and how far an officer has read (a case with
  something unread in it is never erased);
- `closed_hour` (null again once erased), `erased`: from when retention counts, and that it has done its work;
- officer and team ids, `role`, `active`, rota and link codes (a hash), alarms and alerts with their states and times:
  who is woken when; `alert.facts` holds urgency, area, designation and waiting time, nothing else;
- `bot`, `update_id`, `seen_at`: that an update was taken; `bot` is the bot's kind, never a token;
- `due_at`, `unspoken_since`, `touched_at`, `version` of a session: when to wake it, whether its card is still to be
  shown, when it may go, how often it was written (sessions are compare-and-set);
- `contact_lookup`: the keyed hash by which an officer's chat is recognised;
- sizes of ciphertext, public keys, hashes and signatures: SEALING.md section 10 says what they tell.

That an area's team was shut out of a case has no column: its team simply has no wrap.
Times are unix seconds in UTC. An *hour* is a time cut to the full hour.
"""

import sqlalchemy as sa

URGENCIES = ("P0", "P1", "P2", "P3")
CASE_STATES = ("new", "taken", "referred", "closed", "withdrawn")
ALARM_STATES = ("open", "acknowledged", "closed")
ALERT_STATES = ("pending", "sending", "sent", "failed", "dropped")
NOTICE_KINDS = ("taken", "acknowledged", "unanswered", "closed", "released")
SENDING_STATES = ("pending", "sending", "sent", "failed")
DUTY_KINDS = ("duty", "supervisor")

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id(name: str, *constraints: sa.ForeignKey, primary_key: bool = False, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(16), *constraints, primary_key=primary_key, nullable=nullable)


def _bytes(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=nullable)


def _time(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def _text(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=primary_key, nullable=nullable)


def _count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def _truth(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def _in_flight(name: str) -> sa.CheckConstraint:
    """What waits or is under way has a moment at which it is due (again); what is settled has none."""
    return sa.CheckConstraint("(state IN ('pending', 'sending')) = (due_at IS NOT NULL)", name=name)


def _partial_index(table: str, column: str, condition: str) -> sa.Index:
    """Index the few rows that jobs look for, so that their search does not grow with history."""
    where = sa.text(condition)
    return sa.Index(f"ix_{table}_{column}", column, sqlite_where=where, postgresql_where=where)


def _of_case(*, primary_key: bool = False) -> sa.Column[bytes]:
    return _id("case_id", sa.ForeignKey("report_case.case_id"), primary_key=primary_key)


def _of_officer(*, primary_key: bool = False) -> sa.Column[bytes]:
    return _id("officer_id", sa.ForeignKey("officer.officer_id"), primary_key=primary_key)


# No index on `touched_at`: it would be written at every turn and is asked about once an hour, over the sessions of two days.
session = sa.Table(
    "session",
    metadata,
    _id("row_id", primary_key=True),
    _text("channel"),
    _time("due_at", nullable=True),
    _time("unspoken_since", nullable=True),
    _time("touched_at"),
    sa.Column("version", sa.BigInteger, nullable=False),
    _bytes("state"),
    sa.Index(None, "due_at"),
    sa.Index(None, "unspoken_since"),
)

seen_update = sa.Table(
    "seen_update",
    metadata,
    _text("bot", primary_key=True),
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    _time("seen_at"),
    sa.Index(None, "seen_at"),
    sqlite_with_rowid=False,
)

set_aside = sa.Table(
    "set_aside",
    metadata,
    _id("row_id", primary_key=True),
    _text("bot"),
    sa.Column("update_id", sa.BigInteger, nullable=False),
    _count("attempts"),
    _bytes("body", nullable=True),
    _text("state"),
    _time("seen_at"),
    sa.UniqueConstraint("bot", "update_id"),
    _one_of("state", ("failing", "set_aside")),
)

report_case = sa.Table(
    "report_case",
    metadata,
    _id("case_id", primary_key=True),
    _text("designation"),
    _text("area", nullable=True),
    _text("urgency"),
    _text("state"),
    _text("language"),
    _text("channel"),
    _time("opened_hour"),
    _count("suite"),
    _bytes("public_key"),
    _count("head_seq"),
    _bytes("head_hash"),
    _count("read_seq"),
    _id("taken_by", sa.ForeignKey("officer.officer_id"), nullable=True),
    _time("closed_hour", nullable=True),
    _truth("erased"),
    sa.UniqueConstraint("designation"),
    _one_of("urgency", URGENCIES),
    _one_of("state", CASE_STATES),
    sa.CheckConstraint("state <> 'taken' OR taken_by IS NOT NULL", name="taker"),
    sa.Index(None, "state", "urgency", "opened_hour", "case_id"),
    _partial_index("report_case", "taken_by", "state = 'taken'"),
    _partial_index("report_case", "closed_hour", "closed_hour IS NOT NULL"),
)

wrap = sa.Table(
    "wrap",
    metadata,
    _of_case(primary_key=True),
    _id("key_id", primary_key=True),
    _bytes("sealed"),
)

# Where a case stands in the queue of each key that opens it: `state` and `urgency` of its case once more, so that a team's
# page is one range of the primary key however many cases other teams have. Written only by `case_places.py`.
place = sa.Table(
    "place",
    metadata,
    _id("key_id", primary_key=True),
    _text("state", primary_key=True),
    _text("urgency", primary_key=True),
    sa.Column("opened_hour", sa.BigInteger, primary_key=True, autoincrement=False),
    _of_case(primary_key=True),
    sa.Index(None, "case_id"),
    sqlite_with_rowid=False,
)

entry = sa.Table(
    "entry",
    metadata,
    _id("entry_id", primary_key=True),
    _of_case(),
    _count("seq"),
    _id("author"),
    _bytes("body", nullable=True),
    _bytes("body_sha256"),
    _bytes("hash"),
    _bytes("signature"),
    sa.UniqueConstraint("case_id", "seq"),
)

blob = sa.Table(
    "blob",
    metadata,
    _id("blob_id", primary_key=True),
    _id("case_id", nullable=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    _time("created_at"),
    sa.Index(None, "case_id"),
    _partial_index("blob", "created_at", "case_id IS NULL"),
)

return_address = sa.Table(
    "return_address",
    metadata,
    _of_case(primary_key=True),
    _bytes("address"),
)

receipt = sa.Table(
    "receipt",
    metadata,
    _id("stored_lookup", primary_key=True),
    _of_case(),
    _bytes("mailbox_key"),
    _bytes("withdraw_hash"),
    _bytes("record", nullable=True),
    sa.Index(None, "case_id"),
)

reply = sa.Table(
    "reply",
    metadata,
    _id("message_id", primary_key=True),
    _of_case(),
    _id("recipient"),
    _id("author"),
    _bytes("sealed", nullable=True),
    _bytes("signature"),
    _text("state"),
    _time("due_at", nullable=True),
    _time("created_at"),
    sa.Index(None, "case_id"),
    sa.Index(None, "due_at"),
    _one_of("state", ("mailbox", *SENDING_STATES)),
    _in_flight("in_flight"),
)

officer = sa.Table(
    "officer",
    metadata,
    _id("officer_id", primary_key=True),
    _text("language"),
    _text("role"),
    _truth("active"),
    _bytes("name"),
    _bytes("contact", nullable=True),
    _id("contact_lookup", nullable=True),
    sa.UniqueConstraint("contact_lookup"),
)

membership = sa.Table(
    "membership",
    metadata,
    _of_officer(primary_key=True),
    _text("team_id", primary_key=True),
)

link_code = sa.Table(
    "link_code",
    metadata,
    sa.Column("code_hash", sa.LargeBinary(32), primary_key=True),
    _of_officer(),
    _time("expires_at"),
    _truth("used"),
    sa.Index(None, "expires_at"),
)

duty = sa.Table(
    "duty",
    metadata,
    _text("team_id", primary_key=True),
    _of_officer(primary_key=True),
    _text("kind", primary_key=True),
    _count("position"),
    _one_of("kind", DUTY_KINDS),
)

directory = sa.Table(
    "directory",
    metadata,
    sa.Column("serial", sa.BigInteger, primary_key=True, autoincrement=False),
    _bytes("document"),
    _bytes("signature"),
    _time("installed_at"),
)

alarm = sa.Table(
    "alarm",
    metadata,
    _id("alarm_id", primary_key=True),
    _of_case(),
    _text("team_ids"),
    _text("urgency"),
    _text("state"),
    _count("step"),
    _time("next_at", nullable=True),
    _time("created_at"),
    _text("policy"),
    _id("acknowledged_by", sa.ForeignKey("officer.officer_id"), nullable=True),
    sa.Index(None, "next_at"),
    sa.Index(None, "case_id"),
    _one_of("urgency", URGENCIES),
    _one_of("state", ALARM_STATES),
    sa.CheckConstraint("state = 'open' OR next_at IS NULL", name="silent"),
    sa.CheckConstraint("state <> 'acknowledged' OR acknowledged_by IS NOT NULL", name="acknowledger"),
)

alert = sa.Table(
    "alert",
    metadata,
    _id("alert_id", primary_key=True),
    _id("alarm_id", sa.ForeignKey("alarm.alarm_id"), nullable=True),
    _of_case(),
    _of_officer(),
    _text("kind"),
    _text("facts"),
    _text("state"),
    _count("attempts"),
    _time("due_at", nullable=True),
    _bytes("message", nullable=True),
    sa.Index(None, "due_at"),
    sa.Index(None, "case_id"),
    sa.Index(None, "alarm_id"),
    _one_of("state", ALERT_STATES),
    _in_flight("in_flight"),
)

notice = sa.Table(
    "notice",
    metadata,
    _id("notice_id", primary_key=True),
    _of_case(),
    _text("kind"),
    _text("state"),
    _time("due_at", nullable=True),
    sa.Index(None, "due_at"),
    sa.Index(None, "case_id"),
    _one_of("kind", NOTICE_KINDS),
    _one_of("state", SENDING_STATES),
    _in_flight("in_flight"),
)

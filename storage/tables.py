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
- `changed_at` of a reply: since when it is where it is;
- `left_at` of an officer: from when the next directory retires their key;
- sizes of ciphertext, public keys, hashes and signatures: SEALING.md section 10 says what they tell.

That an area's team was shut out of a case has no column: its team simply has no wrap.
Times are unix seconds in UTC. An *hour* is a time cut to the full hour.
"""

import sqlalchemy as sa

import storage.desk_tables  # noqa: F401 - the desk's tables belong to the same metadata
from storage.columns import (
    count,
    id16,
    in_flight,
    metadata,
    moment,
    of_case,
    of_officer,
    one_of,
    partial_index,
    raw,
    text,
    truth,
)

URGENCIES = ("P0", "P1", "P2", "P3")
CASE_STATES = ("new", "taken", "referred", "closed", "withdrawn")
ALARM_STATES = ("open", "acknowledged", "closed")
ALERT_STATES = ("pending", "sending", "sent", "failed", "dropped")
NOTICE_KINDS = ("taken", "acknowledged", "unanswered", "closed", "released")
SENDING_STATES = ("pending", "sending", "sent", "failed")
REPLY_STATES = ("mailbox", "pending", "sending", "delivered", "read", "blocked", "expired", "failed")
DUTY_KINDS = ("duty", "supervisor")

# No index on `touched_at`: it would be written at every turn and is asked about once an hour, over the sessions of two days.
session = sa.Table(
    "session",
    metadata,
    id16("row_id", primary_key=True),
    text("channel"),
    moment("due_at", nullable=True),
    moment("unspoken_since", nullable=True),
    moment("touched_at"),
    sa.Column("version", sa.BigInteger, nullable=False),
    raw("state"),
    sa.Index(None, "due_at"),
    sa.Index(None, "unspoken_since"),
)

seen_update = sa.Table(
    "seen_update",
    metadata,
    text("bot", primary_key=True),
    sa.Column("update_id", sa.BigInteger, primary_key=True, autoincrement=False),
    moment("seen_at"),
    sa.Index(None, "seen_at"),
    sqlite_with_rowid=False,
)

set_aside = sa.Table(
    "set_aside",
    metadata,
    id16("row_id", primary_key=True),
    text("bot"),
    sa.Column("update_id", sa.BigInteger, nullable=False),
    count("attempts"),
    raw("body", nullable=True),
    text("state"),
    moment("seen_at"),
    sa.UniqueConstraint("bot", "update_id"),
    one_of("state", ("failing", "set_aside")),
)

report_case = sa.Table(
    "report_case",
    metadata,
    id16("case_id", primary_key=True),
    text("designation"),
    text("area", nullable=True),
    text("urgency"),
    text("state"),
    text("language"),
    text("channel"),
    moment("opened_hour"),
    count("suite"),
    raw("public_key"),
    count("head_seq"),
    raw("head_hash"),
    count("read_seq"),
    id16("taken_by", sa.ForeignKey("officer.officer_id"), nullable=True),
    moment("closed_hour", nullable=True),
    truth("erased"),
    sa.UniqueConstraint("designation"),
    one_of("urgency", URGENCIES),
    one_of("state", CASE_STATES),
    sa.CheckConstraint("state <> 'taken' OR taken_by IS NOT NULL", name="taker"),
    sa.Index(None, "state", "urgency", "opened_hour", "case_id"),
    partial_index("report_case", "taken_by", "state = 'taken'"),
    partial_index("report_case", "closed_hour", "closed_hour IS NOT NULL"),
)

wrap = sa.Table(
    "wrap",
    metadata,
    of_case(primary_key=True),
    id16("key_id", primary_key=True),
    raw("sealed"),
)

# Where a case stands in the queue of each key that opens it: `state` and `urgency` of its case once more, so that a team's
# page is one range of the primary key however many cases other teams have. Written only by `case_places.py`.
place = sa.Table(
    "place",
    metadata,
    id16("key_id", primary_key=True),
    text("state", primary_key=True),
    text("urgency", primary_key=True),
    sa.Column("opened_hour", sa.BigInteger, primary_key=True, autoincrement=False),
    of_case(primary_key=True),
    sa.Index(None, "case_id"),
    sqlite_with_rowid=False,
)

entry = sa.Table(
    "entry",
    metadata,
    id16("entry_id", primary_key=True),
    of_case(),
    count("seq"),
    id16("author"),
    raw("body", nullable=True),
    raw("body_sha256"),
    raw("hash"),
    raw("signature"),
    sa.UniqueConstraint("case_id", "seq"),
)

blob = sa.Table(
    "blob",
    metadata,
    id16("blob_id", primary_key=True),
    id16("case_id", nullable=True),
    sa.Column("size", sa.BigInteger, nullable=False),
    moment("created_at"),
    sa.Index(None, "case_id"),
    partial_index("blob", "created_at", "case_id IS NULL"),
)

return_address = sa.Table(
    "return_address",
    metadata,
    of_case(primary_key=True),
    raw("address"),
)

receipt = sa.Table(
    "receipt",
    metadata,
    id16("stored_lookup", primary_key=True),
    of_case(),
    raw("mailbox_key"),
    raw("withdraw_hash"),
    raw("record", nullable=True),
    sa.Index(None, "case_id"),
)

reply = sa.Table(
    "reply",
    metadata,
    id16("reply_id", primary_key=True),
    id16("message_id"),
    of_case(),
    id16("recipient"),
    id16("author"),
    raw("sealed", nullable=True),
    raw("signature"),
    text("state"),
    moment("due_at", nullable=True),
    moment("created_at"),
    moment("changed_at"),
    sa.UniqueConstraint("message_id", "recipient"),
    sa.Index(None, "case_id"),
    sa.Index(None, "due_at"),
    one_of("state", REPLY_STATES),
    in_flight("in_flight"),
)

officer = sa.Table(
    "officer",
    metadata,
    id16("officer_id", primary_key=True),
    text("language"),
    text("role"),
    truth("active"),
    moment("left_at", nullable=True),
    raw("name"),
    raw("contact", nullable=True),
    id16("contact_lookup", nullable=True),
    sa.UniqueConstraint("contact_lookup"),
)

membership = sa.Table(
    "membership",
    metadata,
    of_officer(primary_key=True),
    text("team_id", primary_key=True),
)

link_code = sa.Table(
    "link_code",
    metadata,
    sa.Column("code_hash", sa.LargeBinary(32), primary_key=True),
    of_officer(),
    moment("expires_at"),
    truth("used"),
    sa.Index(None, "expires_at"),
)

duty = sa.Table(
    "duty",
    metadata,
    text("team_id", primary_key=True),
    of_officer(primary_key=True),
    text("kind", primary_key=True),
    count("position"),
    one_of("kind", DUTY_KINDS),
)

directory = sa.Table(
    "directory",
    metadata,
    sa.Column("serial", sa.BigInteger, primary_key=True, autoincrement=False),
    raw("document"),
    raw("signature"),
    moment("installed_at"),
)

alarm = sa.Table(
    "alarm",
    metadata,
    id16("alarm_id", primary_key=True),
    of_case(),
    text("team_ids"),
    text("urgency"),
    text("state"),
    count("step"),
    moment("next_at", nullable=True),
    moment("created_at"),
    text("policy"),
    id16("acknowledged_by", sa.ForeignKey("officer.officer_id"), nullable=True),
    sa.Index(None, "next_at"),
    sa.Index(None, "case_id"),
    one_of("urgency", URGENCIES),
    one_of("state", ALARM_STATES),
    sa.CheckConstraint("state = 'open' OR next_at IS NULL", name="silent"),
    sa.CheckConstraint("state <> 'acknowledged' OR acknowledged_by IS NOT NULL", name="acknowledger"),
)

alert = sa.Table(
    "alert",
    metadata,
    id16("alert_id", primary_key=True),
    id16("alarm_id", sa.ForeignKey("alarm.alarm_id"), nullable=True),
    of_case(),
    of_officer(),
    text("kind"),
    text("facts"),
    text("state"),
    count("attempts"),
    moment("due_at", nullable=True),
    raw("message", nullable=True),
    sa.Index(None, "due_at"),
    sa.Index(None, "case_id"),
    sa.Index(None, "alarm_id"),
    one_of("state", ALERT_STATES),
    in_flight("in_flight"),
)

notice = sa.Table(
    "notice",
    metadata,
    id16("notice_id", primary_key=True),
    of_case(),
    text("kind"),
    text("state"),
    moment("due_at", nullable=True),
    sa.Index(None, "due_at"),
    sa.Index(None, "case_id"),
    one_of("kind", NOTICE_KINDS),
    one_of("state", SENDING_STATES),
    in_flight("in_flight"),
)

"""The desk's tables: how officers sign in, who was invited and let in, keys on their way, and what was done by whom.

Which columns are plain, and why they may be:

- `name_lookup`, `token_hash`, `code_hash`, `credential_lookup`: hashes by which a name, a cookie, an invitation and a passkey are found;
  names are hashed under the desk's key, the others are long and random;
- `began_at`, `seen_at`, `ends_at`: when a session is over; no address and no browser is kept beside it;
- `totp_step`, `sign_count`: that a code or a passkey's answer is not taken twice;
- public keys, key ids and signer ids: the directory shows them to everybody;
- `role`, `team_ids`, `language` of an invitation, a planned team's `name` and `areas`: what the directory will say of them;
- `until`, `after_seq` of a snooze: when a case comes back into the queue;
- `audit`: who did what, when. `about` holds ids and codes, never a word. SQL triggers refuse to change or delete a row.
"""

import sqlalchemy as sa

from storage.columns import count, id16, metadata, moment, of_case, of_officer, one_of, partial_index, raw, text, truth

SESSION_STATES = ("half", "full")
ROLES = ("officer", "supervisor", "administrator")
ADMISSION_STATES = ("waiting", "compared", "refused")
TEAM_KEY_STATES = ("waiting", "signed", "dropped")


def hash32(name: str) -> sa.Column[bytes]:
    """A SHA-256 by which a row is found."""
    return sa.Column(name, sa.LargeBinary(32), nullable=False)


login = sa.Table(
    "login",
    metadata,
    of_officer(primary_key=True),
    id16("name_lookup"),
    raw("passphrase"),
    raw("passphrase_proof"),
    raw("recovery", nullable=True),
    raw("recovery_proof", nullable=True),
    raw("totp", nullable=True),
    raw("totp_offered", nullable=True),
    moment("totp_step", nullable=True),
    sa.UniqueConstraint("name_lookup"),
)

passkey = sa.Table(
    "passkey",
    metadata,
    id16("passkey_id", primary_key=True),
    of_officer(),
    hash32("credential_lookup"),
    raw("credential"),
    raw("slot", nullable=True),
    sa.Column("sign_count", sa.BigInteger, nullable=False),
    moment("added_at"),
    sa.UniqueConstraint("credential_lookup"),
    sa.Index(None, "officer_id"),
)

desk_session = sa.Table(
    "desk_session",
    metadata,
    id16("session_id", primary_key=True),
    hash32("token_hash"),
    of_officer(),
    text("state"),
    moment("began_at"),
    moment("seen_at"),
    moment("ends_at"),
    raw("challenge", nullable=True),
    sa.UniqueConstraint("token_hash"),
    sa.Index(None, "officer_id"),
    sa.Index(None, "ends_at"),
    one_of("state", SESSION_STATES),
)

team_wrap = sa.Table(
    "team_wrap",
    metadata,
    id16("team_key_id", primary_key=True),
    id16("member_key_id", primary_key=True),
    raw("sealed"),
    id16("made_by", sa.ForeignKey("officer.officer_id"), nullable=True),
    moment("made_at"),
    sa.Index(None, "member_key_id"),
)

# An invitation comes before its officer, so `officer_id` refers to nothing yet; a second one for the same officer replaces the first.
invitation = sa.Table(
    "invitation",
    metadata,
    id16("officer_id", primary_key=True),
    hash32("code_hash"),
    raw("name"),
    id16("name_lookup"),
    text("role"),
    text("team_ids"),
    text("language"),
    id16("invited_by", sa.ForeignKey("officer.officer_id"), nullable=True),
    moment("invited_at"),
    moment("expires_at"),
    moment("used_at", nullable=True),
    truth("withdrawn"),
    sa.UniqueConstraint("code_hash"),
    one_of("role", ROLES),
)

admission = sa.Table(
    "admission",
    metadata,
    of_officer(primary_key=True),
    raw("identity_key"),
    raw("signing_key"),
    id16("key_id"),
    id16("signer_id"),
    text("state"),
    moment("joined_at"),
    id16("decided_by", sa.ForeignKey("officer.officer_id"), nullable=True),
    moment("decided_at", nullable=True),
    sa.UniqueConstraint("key_id"),
    sa.UniqueConstraint("signer_id"),
    one_of("state", ADMISSION_STATES),
    sa.CheckConstraint("(state = 'waiting') = (decided_at IS NULL)", name="decided"),
)

team_key = sa.Table(
    "team_key",
    metadata,
    id16("key_id", primary_key=True),
    text("team_id"),
    raw("public_key"),
    text("state"),
    id16("made_by", sa.ForeignKey("officer.officer_id")),
    moment("made_at"),
    sa.Index(None, "team_id"),
    one_of("state", TEAM_KEY_STATES),
)

planned_team = sa.Table(
    "planned_team",
    metadata,
    text("team_id", primary_key=True),
    text("name"),
    text("areas"),
    id16("planned_by", sa.ForeignKey("officer.officer_id"), nullable=True),
    moment("planned_at"),
)

ceremony_step = sa.Table(
    "ceremony_step",
    metadata,
    text("step", primary_key=True),
    id16("done_by", sa.ForeignKey("officer.officer_id"), nullable=True),
    moment("done_at"),
)

snooze = sa.Table(
    "snooze",
    metadata,
    of_case(primary_key=True),
    moment("until", nullable=True),
    count("after_seq"),
    id16("snoozed_by", sa.ForeignKey("officer.officer_id")),
    moment("snoozed_at"),
    partial_index("snooze", "until", "until IS NOT NULL"),
)

# `case_id` and `officer_id` refer to nothing: what is written here must never stand in the way of erasing, nor go with what is erased.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    moment("at"),
    id16("officer_id", nullable=True),
    text("action"),
    id16("case_id", nullable=True),
    text("about"),
    hash32("hash"),
    sa.Index(None, "case_id"),
    sa.Index(None, "officer_id"),
)

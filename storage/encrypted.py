"""The contract of every column that holds bytes: under which key it lies, or why it may be read.

Laws. A value under an at-rest key is bound to its table, its column and its row (SEALING.md section 8): copied elsewhere it
does not open. `intake` columns open only where the intake key is, `desk` columns only where the desk key is. A test walks
`tables.metadata`: a column of bytes that is missing here, or stands here twice, fails it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from sealing.at_rest import AtRest
from sealing.suite import NONCE_BYTES
from storage.errors import KeyMissing

Zone = Literal["intake", "desk"]
Rng = Callable[[int], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedColumn:
    """A column under an at-rest key; `row` names the column of the same table that holds the 16 bytes it is bound to."""

    table: str
    column: str
    zone: Zone
    row: str

    @property
    def label(self) -> str:
        """Return the name that is bound into the value, as SEALING.md section 8 writes it."""
        return f"{self.table}.{self.column}"


SESSION_STATE = SealedColumn(table="session", column="state", zone="intake", row="row_id")
SET_ASIDE_BODY = SealedColumn(table="set_aside", column="body", zone="intake", row="row_id")
RETURN_ADDRESS = SealedColumn(table="return_address", column="address", zone="intake", row="case_id")
OFFICER_NAME = SealedColumn(table="officer", column="name", zone="desk", row="officer_id")
OFFICER_CONTACT = SealedColumn(table="officer", column="contact", zone="desk", row="officer_id")
ALERT_MESSAGE = SealedColumn(table="alert", column="message", zone="desk", row="alert_id")
INVITED_NAME = SealedColumn(table="invitation", column="name", zone="desk", row="officer_id")
PASSPHRASE_SLOT = SealedColumn(table="login", column="passphrase", zone="desk", row="officer_id")
PASSPHRASE_PROOF = SealedColumn(table="login", column="passphrase_proof", zone="desk", row="officer_id")
RECOVERY_SLOT = SealedColumn(table="login", column="recovery", zone="desk", row="officer_id")
RECOVERY_PROOF = SealedColumn(table="login", column="recovery_proof", zone="desk", row="officer_id")
TOTP_SECRET = SealedColumn(table="login", column="totp", zone="desk", row="officer_id")
TOTP_OFFERED = SealedColumn(table="login", column="totp_offered", zone="desk", row="officer_id")
PASSKEY_CREDENTIAL = SealedColumn(table="passkey", column="credential", zone="desk", row="passkey_id")
PASSKEY_SLOT = SealedColumn(table="passkey", column="slot", zone="desk", row="passkey_id")

SEALED = (
    SESSION_STATE,
    SET_ASIDE_BODY,
    RETURN_ADDRESS,
    OFFICER_NAME,
    OFFICER_CONTACT,
    ALERT_MESSAGE,
    INVITED_NAME,
    PASSPHRASE_SLOT,
    PASSPHRASE_PROOF,
    RECOVERY_SLOT,
    RECOVERY_PROOF,
    TOTP_SECRET,
    TOTP_OFFERED,
    PASSKEY_CREDENTIAL,
    PASSKEY_SLOT,
)

SEALED_ELSEWHERE = {
    "wrap.sealed": "a case's seed, sealed to a team or to recovery (SEALING.md section 4)",
    "entry.body": "sealed to the case (SEALING.md section 4)",
    "receipt.record": "sealed under the receipt itself (SEALING.md section 7)",
    "team_wrap.sealed": "a team's seed, sealed to one member (SEALING.md section 2)",
    "reply.sealed": "sealed to a mailbox or to the relay (SEALING.md section 7)",
}

_RANDOM = "16 random bytes"
_KEY_HASH = "a hash of a public key that the directory holds"
_NAME_HASH = "a hash of an officer's name under the desk's key"

PUBLIC = {
    "session.row_id": "a keyed hash of the chat (SEALING.md section 8)",
    "set_aside.row_id": _RANDOM,
    "report_case.case_id": _RANDOM,
    "report_case.public_key": "a public key",
    "report_case.head_hash": "the chain's hash over sealed bodies",
    "report_case.taken_by": _RANDOM,
    "wrap.case_id": _RANDOM,
    "wrap.key_id": _KEY_HASH,
    "place.key_id": _KEY_HASH,
    "place.case_id": _RANDOM,
    "entry.entry_id": _RANDOM,
    "entry.case_id": _RANDOM,
    "entry.author": _KEY_HASH,
    "entry.body_sha256": "a hash of ciphertext; it stands in the body's place when the entry is erased",
    "entry.hash": "the chain's hash over sealed bodies",
    "entry.signature": "signs the chain's hash",
    "blob.blob_id": _RANDOM,
    "blob.case_id": _RANDOM,
    "return_address.case_id": _RANDOM,
    "receipt.stored_lookup": "a keyed hash of the receipt's lookup (SEALING.md section 7)",
    "receipt.case_id": _RANDOM,
    "receipt.mailbox_key": "a public key",
    "receipt.withdraw_hash": "a hash of a 32-byte token derived behind Argon2id",
    "reply.reply_id": _RANDOM,
    "reply.message_id": _RANDOM,
    "reply.case_id": _RANDOM,
    "reply.recipient": "a hash of a public key",
    "reply.author": _KEY_HASH,
    "reply.signature": "signs ciphertext",
    "officer.officer_id": _RANDOM,
    "officer.contact_lookup": "a keyed hash of the officer's chat",
    "membership.officer_id": _RANDOM,
    "link_code.code_hash": "a hash of a long random code that is used once",
    "link_code.officer_id": _RANDOM,
    "duty.officer_id": _RANDOM,
    "directory.document": "public by its nature: everybody seals to its keys",
    "directory.signature": "signs the directory",
    "alarm.alarm_id": _RANDOM,
    "alarm.case_id": _RANDOM,
    "alarm.acknowledged_by": _RANDOM,
    "alert.alert_id": _RANDOM,
    "alert.alarm_id": _RANDOM,
    "alert.case_id": _RANDOM,
    "alert.officer_id": _RANDOM,
    "notice.notice_id": _RANDOM,
    "notice.case_id": _RANDOM,
    "login.officer_id": _RANDOM,
    "login.name_lookup": _NAME_HASH,
    "passkey.passkey_id": _RANDOM,
    "passkey.officer_id": _RANDOM,
    "passkey.credential_lookup": "a hash of a long random id that the authenticator drew",
    "desk_session.session_id": _RANDOM,
    "desk_session.token_hash": "a hash of 32 random bytes",
    "desk_session.officer_id": _RANDOM,
    "desk_session.challenge": "random bytes that a passkey signs once",
    "team_wrap.team_key_id": _KEY_HASH,
    "team_wrap.member_key_id": _KEY_HASH,
    "team_wrap.made_by": _RANDOM,
    "invitation.officer_id": _RANDOM,
    "invitation.code_hash": "a hash of a long random code that is used once",
    "invitation.name_lookup": _NAME_HASH,
    "invitation.invited_by": _RANDOM,
    "admission.officer_id": _RANDOM,
    "admission.identity_key": "a public key",
    "admission.signing_key": "a public key",
    "admission.key_id": "a hash of a public key",
    "admission.signer_id": "a hash of a public key",
    "admission.decided_by": _RANDOM,
    "team_key.key_id": "a hash of a public key",
    "team_key.public_key": "a public key",
    "team_key.made_by": _RANDOM,
    "planned_team.planned_by": _RANDOM,
    "ceremony_step.done_by": _RANDOM,
    "snooze.case_id": _RANDOM,
    "snooze.snoozed_by": _RANDOM,
    "audit.officer_id": _RANDOM,
    "audit.case_id": _RANDOM,
    "audit.hash": "the chain's hash over what the row says",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRestKeys:
    """The at-rest keys that this process holds; a process of one zone has None for the other."""

    intake: bytes | None = field(default=None, repr=False)
    desk: bytes | None = field(default=None, repr=False)


class Vault:
    """Seals and opens column values with the keys of this process."""

    __slots__ = ("_at_rest", "_rng")

    def __init__(self, keys: AtRestKeys, rng: Rng) -> None:
        held = {"intake": keys.intake, "desk": keys.desk}
        self._at_rest = {zone: AtRest(key) for zone, key in held.items() if key is not None}
        self._rng = rng

    def seal(self, column: SealedColumn, row: bytes, plaintext: bytes) -> bytes:
        """Return what may be written into that column of that row."""
        return self._zone(column).seal(column.label, row, plaintext, self._rng(NONCE_BYTES))

    def unseal(self, column: SealedColumn, row: bytes, stored: bytes) -> bytes:
        """Return what was sealed into that column of that row; anything else does not open."""
        return self._zone(column).open(column.label, row, stored)

    def _zone(self, column: SealedColumn) -> AtRest:
        found = self._at_rest.get(column.zone)
        if found is None:
            raise KeyMissing(f"{column.label} needs the {column.zone} key")
        return found

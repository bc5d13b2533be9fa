"""How officers sign in: their unlock slots, the hashes of their login proofs, their second factor (SEALING.md section 6).

Laws. Slots, proofs, secrets and public keys of passkeys lie sealed with the desk's key; names are found by a keyed hash. A one-time code is
taken once: its step is written by a conditional update.
"""

import json
from dataclasses import dataclass, field
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import bindparam

from storage.desk_tables import login, passkey
from storage.encrypted import (
    PASSKEY_CREDENTIAL,
    PASSKEY_SLOT,
    PASSPHRASE_PROOF,
    PASSPHRASE_SLOT,
    RECOVERY_PROOF,
    RECOVERY_SLOT,
    TOTP_OFFERED,
    TOTP_SECRET,
    SealedColumn,
)
from storage.errors import AlreadyThere, NotThere
from storage.scope import Repository

SlotKind = Literal["passphrase", "recovery"]
Slot = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotAndProof:
    """A passphrase slot as JSON, and the hash of the login proof that goes with it."""

    slot: Slot = field(repr=False)
    proof_hash: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """A WebAuthn credential; `slot` is there where it can unlock the seeds too."""

    passkey_id: bytes
    officer_id: bytes
    credential_id: bytes
    public_key: bytes = field(repr=False)
    label: str = field(repr=False)
    sign_count: int
    added_at: int
    slot: Slot | None = field(default=None, repr=False)


_SEALED_AS: dict[SlotKind, tuple[SealedColumn, SealedColumn]] = {
    "passphrase": (PASSPHRASE_SLOT, PASSPHRASE_PROOF),
    "recovery": (RECOVERY_SLOT, RECOVERY_PROOF),
}
_L = login.c
_OF_OFFICER = _L.officer_id == bindparam("of_officer")
_GET = sa.select(login).where(_OF_OFFICER)
_HOLD = sa.select(_L.officer_id).where(_OF_OFFICER).with_for_update()
_BY_NAME = sa.select(_L.officer_id).where(_L.name_lookup == bindparam("of_name"))
_ADD = sa.insert(login)
_REMOVE = sa.delete(login).where(_OF_OFFICER)
_OFFER = sa.update(login).values(totp_offered=bindparam("to_secret")).where(_OF_OFFICER)
_CONFIRM = (
    sa.update(login).values(totp=bindparam("to_secret"), totp_offered=None, totp_step=bindparam("to_step")).where(_OF_OFFICER)
)
_FORGET_TOTP = sa.update(login).values(totp=None, totp_offered=None).where(_OF_OFFICER)
_TAKE_STEP = (
    sa.update(login)
    .values(totp_step=bindparam("to_step"))
    .where(_OF_OFFICER, sa.or_(_L.totp_step.is_(None), _L.totp_step < bindparam("to_step")))
)
_P = passkey.c
_PASSKEYS = sa.select(passkey).where(_P.officer_id == bindparam("of_officer")).order_by(_P.added_at, _P.passkey_id)
_KNOWN_CREDENTIAL = sa.select(_P.passkey_id).where(_P.credential_lookup == bindparam("of_credential"))
_ADD_PASSKEY = sa.insert(passkey)
_USE_PASSKEY = (
    sa.update(passkey)
    .values(sign_count=bindparam("to_count"))
    .where(_P.passkey_id == bindparam("of_passkey"), sa.or_(_P.sign_count < bindparam("to_count"), _P.sign_count == 0))
)
_REMOVE_PASSKEY = sa.delete(passkey).where(_P.officer_id == bindparam("of_officer"), _P.passkey_id == bindparam("of_passkey"))
_REMOVE_PASSKEYS = sa.delete(passkey).where(_P.officer_id == bindparam("of_officer"))


class Logins(Repository):
    """Logins by officer and by the keyed hash of a name; passkeys beside them."""

    __slots__ = ()

    def put(self, officer_id: bytes, name_lookup: bytes, passphrase: SlotAndProof, recovery: SlotAndProof | None = None) -> None:
        """Set how an officer signs in, second factors forgotten; raise AlreadyThere if the name is another officer's."""
        known = self.by_name(name_lookup)
        if known is not None and known != officer_id:
            raise AlreadyThere("name")
        self.remove(officer_id)
        row: dict[str, Any] = {"officer_id": officer_id, "name_lookup": name_lookup, "recovery": None, "recovery_proof": None}
        row |= self._sealed(officer_id, "passphrase", passphrase)
        if recovery is not None:
            row |= self._sealed(officer_id, "recovery", recovery)
        self._scope.change(_ADD, row)

    def remove(self, officer_id: bytes) -> None:
        """Forget how an officer signed in."""
        self._scope.change(_REMOVE_PASSKEYS, {"of_officer": officer_id})
        self._scope.change(_REMOVE, {"of_officer": officer_id})

    def hold(self, officer_id: bytes) -> None:
        """Have others who change how this officer signs in wait until the end of this transaction."""
        self._scope.first(_HOLD, {"of_officer": officer_id})

    def by_name(self, name_lookup: bytes) -> bytes | None:
        """Return whose name has that keyed hash."""
        row = self._scope.first(_BY_NAME, {"of_name": name_lookup})
        return None if row is None else row.officer_id

    def get(self, officer_id: bytes, kind: SlotKind) -> SlotAndProof | None:
        """Return one of an officer's two passphrase slots with the hash of its proof."""
        row = self._scope.first(_GET, {"of_officer": officer_id})
        slot_column, proof_column = _SEALED_AS[kind]
        slot = None if row is None else getattr(row, slot_column.column)
        if row is None or slot is None:
            return None
        vault = self._scope.vault
        return SlotAndProof(
            slot=json.loads(vault.unseal(slot_column, officer_id, slot)),
            proof_hash=vault.unseal(proof_column, officer_id, getattr(row, proof_column.column)),
        )

    def set(self, officer_id: bytes, kind: SlotKind, new: SlotAndProof) -> None:
        """Put a new slot and proof in the place of the old ones."""
        if (
            self._scope.change(
                sa.update(login).where(_OF_OFFICER), {"of_officer": officer_id} | self._sealed(officer_id, kind, new)
            )
            != 1
        ):
            raise NotThere("login")

    def totp(self, officer_id: bytes) -> bytes | None:
        """Return the secret of an officer's one-time codes, once they confirmed it."""
        return self._secret(officer_id, TOTP_SECRET)

    def offered_totp(self, officer_id: bytes) -> bytes | None:
        """Return the secret that an officer was shown and has not confirmed yet."""
        return self._secret(officer_id, TOTP_OFFERED)

    def offer_totp(self, officer_id: bytes, secret: bytes) -> None:
        """Keep a secret until the officer confirms it; the one in use stays in use."""
        sealed = self._scope.vault.seal(TOTP_OFFERED, officer_id, secret)
        self._scope.change(_OFFER, {"of_officer": officer_id, "to_secret": sealed})

    def confirm_totp(self, officer_id: bytes, secret: bytes, step: int) -> None:
        """Put a confirmed secret into use; the code that confirmed it is used up."""
        sealed = self._scope.vault.seal(TOTP_SECRET, officer_id, secret)
        self._scope.change(_CONFIRM, {"of_officer": officer_id, "to_secret": sealed, "to_step": step})

    def forget_totp(self, officer_id: bytes) -> None:
        """Take an officer's one-time codes away."""
        self._scope.change(_FORGET_TOTP, {"of_officer": officer_id})

    def take_totp_step(self, officer_id: bytes, step: int) -> bool:
        """Use up the code of a step; False if it, or a later one, was used before."""
        return self._scope.change(_TAKE_STEP, {"of_officer": officer_id, "to_step": step}) == 1

    def passkeys(self, officer_id: bytes) -> tuple[Passkey, ...]:
        """Return an officer's passkeys, the oldest first."""
        return tuple(self._passkey(row) for row in self._scope.every(_PASSKEYS, {"of_officer": officer_id}))

    def add_passkey(self, new: Passkey, credential_lookup: bytes) -> None:
        """Add a passkey; raise AlreadyThere for a credential that is known."""
        if self._scope.first(_KNOWN_CREDENTIAL, {"of_credential": credential_lookup}) is not None:
            raise AlreadyThere("credential")
        vault = self._scope.vault
        described = {"id": new.credential_id.hex(), "key": new.public_key.hex(), "label": new.label}
        row = {
            "passkey_id": new.passkey_id,
            "officer_id": new.officer_id,
            "credential_lookup": credential_lookup,
            "credential": vault.seal(PASSKEY_CREDENTIAL, new.passkey_id, json.dumps(described).encode()),
            "slot": None if new.slot is None else vault.seal(PASSKEY_SLOT, new.passkey_id, json.dumps(new.slot).encode()),
            "sign_count": new.sign_count,
            "added_at": new.added_at,
        }
        self._scope.change(_ADD_PASSKEY, row)

    def use_passkey(self, passkey_id: bytes, sign_count: int) -> bool:
        """Note how often a passkey has signed; False if that goes back, as a copied one's would."""
        return self._scope.change(_USE_PASSKEY, {"of_passkey": passkey_id, "to_count": sign_count}) == 1

    def remove_passkey(self, officer_id: bytes, passkey_id: bytes) -> bool:
        """Take a passkey away, its slot too; False if the officer has none with that id."""
        return self._scope.change(_REMOVE_PASSKEY, {"of_officer": officer_id, "of_passkey": passkey_id}) == 1

    def second_factors(self, officer_id: bytes) -> tuple[str, ...]:
        """Name the kinds of second factor that an officer has."""
        kinds = (("totp", self.totp(officer_id) is not None), ("passkey", bool(self.passkeys(officer_id))))
        return tuple(kind for kind, there in kinds if there)

    def _sealed(self, officer_id: bytes, kind: SlotKind, new: SlotAndProof) -> dict[str, bytes]:
        slot, proof = _SEALED_AS[kind]
        return {
            slot.column: self._scope.vault.seal(slot, officer_id, json.dumps(new.slot).encode()),
            proof.column: self._scope.vault.seal(proof, officer_id, new.proof_hash),
        }

    def _secret(self, officer_id: bytes, column: SealedColumn) -> bytes | None:
        row = self._scope.first(_GET, {"of_officer": officer_id})
        stored = None if row is None else getattr(row, column.column)
        return None if stored is None else self._scope.vault.unseal(column, officer_id, stored)

    def _passkey(self, row: sa.Row[Any]) -> Passkey:
        vault = self._scope.vault
        described = json.loads(vault.unseal(PASSKEY_CREDENTIAL, row.passkey_id, row.credential))
        slot = None if row.slot is None else json.loads(vault.unseal(PASSKEY_SLOT, row.passkey_id, row.slot))
        return Passkey(
            passkey_id=row.passkey_id,
            officer_id=row.officer_id,
            credential_id=bytes.fromhex(described["id"]),
            public_key=bytes.fromhex(described["key"]),
            label=described["label"],
            sign_count=row.sign_count,
            added_at=row.added_at,
            slot=slot,
        )

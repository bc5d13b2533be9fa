"""The login proof once more, before what a stolen session could dig itself in with: another factor, telephone, passphrase or paper.

Laws. A cookie alone changes none of these. Whoever was let in by the recovery code gives its proof instead. Guesses wait in the line of
their session and count while they are under way: a thief's make nobody else's line longer. A half session that may enrol has just given the
proof and holds no other factor, so it is not asked again.
"""

import hmac
from collections.abc import Callable
from typing import Final, TypeVar

from handlers.officer.desk.answers import Refused
from handlers.officer.desk.guesses import Key
from handlers.officer.desk.parts import Call
from handlers.officer.desk.sessions import session_of
from handlers.officer.desk.sign_in import keyed, note_refusal
from sealing.encoding import SECRET_BYTES, unb64u
from sealing.errors import DoesNotOpen
from sealing.slots import stored_proof
from storage.logins import SlotKind
from storage.transaction import Transaction

T = TypeVar("T")
KINDS: Final[tuple[SlotKind, ...]] = ("passphrase", "recovery")


class _NotProved(Exception):
    """The proof is of no passphrase in force."""


async def once_proved(call: Call, proof_now: str | None, work: Callable[[Transaction], T]) -> T:
    """Do a change in the transaction that finds the proof right, or refuse."""
    parts, session = call.parts, session_of(call)
    if session.state == "half":
        return await parts.database.transact(work)
    if proof_now is None:
        raise Refused(401, "not_accepted")
    told = stored_proof(read_proof(proof_now))

    def prove_and_work(tx: Transaction) -> T:
        if not _is_in_force(tx, session.officer_id, told):
            raise _NotProved
        return work(tx)

    keys: tuple[Key, ...] = (("second", keyed(parts, "proof", session.session_id.hex())),)
    with parts.guesses.trying(keys, call.now) as wait:
        if wait:
            await parts.pause(wait)
        try:
            done = await parts.database.transact(prove_and_work)
        except _NotProved:
            times = parts.guesses.wrong(keys, parts.clock())
            parts.tasks.begin(note_refusal(parts, session.officer_id, "proof_refused", times, call.now))
            raise Refused(401, "not_accepted") from None
    parts.guesses.right(keys)
    return done


def read_proof(text: str) -> bytes:
    """Read a proof; another spelling of it is malformed."""
    try:
        return unb64u(text, SECRET_BYTES)
    except DoesNotOpen:
        raise Refused(400, "malformed") from None


def _is_in_force(tx: Transaction, officer_id: bytes, told: bytes) -> bool:
    known = [one.proof_hash for kind in KINDS if (one := tx.logins.get(officer_id, kind))]
    return any(hmac.compare_digest(told, one) for one in known)

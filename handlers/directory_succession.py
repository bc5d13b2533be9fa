"""What may follow the directory of keys in force, and how it is put there: one implementation for the command and for the desk.

Laws. What is put in force was signed by the root, does not go back, and follows the one before it: no signer is lost, no key of a team,
and not the receipts' salt. Nothing is put in force that would shut out somebody who must read. The root's seed is never needed here.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from flows.escalation import Policies
from handlers.directory_in_force import NATIONAL, NONE, DirectoryInForce
from handlers.officer.alarms import Rng
from handlers.officer.departures import give_back
from sealing import json_text
from sealing.directory import Directory, Member
from sealing.encoding import b64u, time_text
from sealing.errors import DirectoryRefused
from sealing.identity import fingerprint
from sealing.signed_directory import SignedDirectory, verify_directory, write_document
from sealing.suite import sha256
from storage.directories import StoredDirectory
from storage.transaction import Transaction

VALID_FOR: Final = 366 * 24 * 3600
"""Seconds that the next directory is valid, as the one of `init`; `check` tells of the end a month before."""


class NotTheNext(Exception):
    """This directory cannot follow the one in force; `fault` is a sentence for the person who wants it to."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What nobody can want in a directory: a code and the ids that it is about, for a page, and a sentence for whoever types commands."""

    code: str
    words: str
    about: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, str]:
        """Give the code and the ids; a page has words of its own."""
        return {"code": self.code, **dict(self.about)}


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKeys:
    """The public ids of the keys that this deployment's own processes work with, as far as they are known here."""

    intake_signer_id: bytes | None = None
    relay_key_id: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """A directory that is in force; not `is_new` if it was already. `released`: cases that went back into the queue by it."""

    directory: Directory
    is_new: bool
    released: int


def put_in_force(
    tx: Transaction, signed: SignedDirectory, root: bytes, *, own: OwnKeys, policies: Policies, now: int, rng: Rng
) -> Installed:
    """Put a signed directory in force, and back into the queue what its holder may no longer open. Raise DirectoryRefused or NotTheNext."""
    before = tx.directory.current()
    new = verify_directory(
        signed.document,
        signed.signature,
        root,
        highest_serial=tx.directory.highest_seen(),
        highest_document_hash=sha256(before.document) if before else None,
    )
    known = believed(tx, root)
    for fault in (*(one.words for one in faults(new)), *breaches(known, new), *strangers(own, new, now)):
        raise NotTheNext(fault)
    stored = StoredDirectory(serial=new.serial, document=signed.document, signature=signed.signature, installed_at=now)
    is_new = tx.directory.install(stored)
    released = give_back(tx, known, new, policies=policies, now=now, rng=rng) if is_new else 0
    return Installed(directory=new, is_new=is_new, released=released)


def believed(tx: Transaction, root: bytes) -> Directory | None:
    """The newest directory that this root signed: what is of another root is not to be followed."""
    for stored in tx.directory.after(NONE):
        try:
            return DirectoryInForce(root).verified(stored)
        except DirectoryRefused:
            continue
    return None


def renewed(directory: Directory, now: int) -> Directory:
    """Give the next directory: its serial raised by one, valid from now on."""
    if time_text(now) < directory.issued_at:
        raise NotTheNext(f"this machine's clock says {time_text(now)}, which is before the document's issued_at: set it right")
    return replace(directory, serial=directory.serial + 1, issued_at=time_text(now), expires_at=time_text(now + VALID_FOR))


def unsigned_text(directory: Directory) -> str:
    """Write the unsigned document, to be read, changed and signed."""
    return pretty(write_document(directory)) + "\n"


def pretty(document: bytes) -> str:
    """Lay out a document's canonical bytes for people."""
    return json.dumps(json_text.read(document), ensure_ascii=False, indent=1)


def faults(directory: Directory) -> Iterator[Fault]:
    """Tell what everybody would believe and nobody can want: a name that leads nowhere, an area of two teams, no reader of last resort."""
    teams = {team.team_id for team in directory.teams}
    if NATIONAL not in teams:
        words = f"there is no team {NATIONAL}: reports without a team of their own would have no reader"
        yield Fault(code="national_missing", words=words)
    if directory.expires_at <= directory.issued_at:
        yield Fault(code="dates", words="expires_at is not after issued_at")
    if sum(signer.role == "intake" and signer.retired_at is None for signer in directory.signers) != 1:
        yield Fault(code="intake_signer", words="expected exactly one signer of role intake that is not retired")
    areas = [area for team in directory.teams for area in team.areas]
    for area in dict.fromkeys(areas):
        if areas.count(area) > 1:
            yield Fault(code="area_twice", words=f"area {area} stands under teams twice", about=(("area", area),))
    for signer in directory.signers:
        if signer.retired_at is None and (strange := set(signer.team_ids) - teams):
            words = f"signer {fingerprint(signer.signer_id)} is of a team that is not there: {min(strange)}"
            yield Fault(code="signer_team", words=words, about=(("team_id", min(strange)),))
    for member in directory.members:
        yield from _member_faults(directory, member, teams)


def _member_faults(directory: Directory, member: Member, teams: set[str]) -> Iterator[Fault]:
    who, known = f"member {member.officer_id.hex()}", directory.signer(member.signer_id)
    about = (("officer_id", b64u(member.officer_id)),)
    if strange := set(member.team_ids) - teams:
        words = f"{who} is of a team that is not there: {min(strange)}"
        yield Fault(code="member_team", words=words, about=(*about, ("team_id", min(strange))))
    if known is None or known.role != "officer":
        words = f"{who} has a signer_id that does not stand under signers as an officer's"
        yield Fault(code="member_signer", words=words, about=about)
    elif strange := set(member.team_ids) - set(known.team_ids):
        words = f"{who} is of team {min(strange)}, but its signer is not: what the officer writes would count as broken"
        yield Fault(code="member_signer_team", words=words, about=(*about, ("team_id", min(strange))))


def breaches(known: Directory | None, new: Directory) -> Iterator[str]:
    """Tell what the directory in force has and its successor must not lose."""
    if known is None:
        return
    if new.receipt_salt != known.receipt_salt:
        yield "receipt_salt has changed: receipts that were given out would no longer find their case"
    for signer in known.signers:
        kept = new.signer(signer.signer_id)
        if kept is None or kept.role != signer.role:
            yield f"signer {fingerprint(signer.signer_id)} is missing: signers are never removed, they get retired_at"
    kept_keys = {key_id for team in new.teams for key_id in team.key_ids}
    for team in known.teams:
        if lost := team.key_ids - kept_keys:
            yield f"key {fingerprint(min(lost))} of team {team.team_id} is missing: a team's old key_id goes to former_key_ids"


def strangers(own: OwnKeys, new: Directory, now: int) -> Iterator[str]:
    """Tell what would make this deployment's own processes strangers to the directory."""
    if not new.may_seal(now):
        yield f"this directory has expired at {new.expires_at}: nothing could be sealed"
    if own.intake_signer_id is not None:
        signer = new.signer(own.intake_signer_id)
        if signer is None or signer.role != "intake" or signer.is_retired(time_text(now)):
            yield "AMANET_INTAKE_SIGNING_KEY is not the intake signer's of this directory: new entries would count as broken"
    if own.relay_key_id not in (None, new.relay.key_id):
        yield "AMANET_RELAY_KEY is not the relay's of this directory: no answer could be sent to a chat"

"""The directory of keys in an operator's hands: shown, given members, signed off line, installed (SEALING.md section 3).

Laws. Nothing is signed or installed that anybody would refuse, or that would shut out somebody who must read. What is installed was
signed by the root, does not go back, and follows the one before it: no signer is lost, no key of a team, and not the receipts' salt.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from bot.deployment import opened
from bot.failures import Failed
from bot.key_files import read_json, read_signed
from bot.settings import Settings
from handlers.directory_in_force import NATIONAL, DirectoryInForce, DirectoryMissing
from sealing import json_text
from sealing.directory import Directory, Member, Signer
from sealing.encoding import SECRET_BYTES, label, time_text
from sealing.errors import DirectoryRefused, Misuse
from sealing.identity import Identity, Recipient, SigningIdentity, Verifier, fingerprint
from sealing.signed_directory import SignedDirectory, sign_directory, verify_directory
from sealing.suite import sha256
from storage.directories import StoredDirectory
from storage.transaction import Transaction

VALID_FOR: Final = 366 * 24 * 3600
"""Seconds that a directory made with `--next` is valid, as the one of `init`; `check` tells of the end a month before."""


async def show(settings: Settings) -> str:
    """Give the directory in force as the unsigned document, to be read and changed."""
    async with opened(settings) as database:
        stored = await database.read(lambda tx: tx.directory.current())
    if stored is None:
        raise DirectoryMissing
    DirectoryInForce(_root(settings)).verified(stored)
    return _pretty(stored.document)


def read_unsigned(raw: bytes) -> Directory:
    """Read an unsigned document as everybody will once it is signed, or refuse it."""
    value = read_json(raw, "the document")
    if isinstance(value, dict) and value.keys() == {"document", "signature"}:
        raise Failed("this directory is signed; expected the unsigned document, as `directory show` prints it")
    try:
        document = json_text.canonical(value)
    except Misuse:
        raise Failed("the document holds something that a directory does not have, such as a number that is not whole") from None
    # Whether the root will sign is not the question here, so the signature is that of a key which nobody believes.
    nobody = _nobody()
    directory = verify_directory(document, nobody.sign(label("amanet/v1/directory") + document), nobody.verifier.public_key)
    stray = next(_strays(value, json_text.read(_document(directory))), None)
    if stray:
        raise Failed(f"the document has a name that no directory has: {stray}")
    for fault in faults(directory):
        raise Failed(fault)
    return directory


def write_unsigned(directory: Directory) -> str:
    """Write the unsigned document, to be read and changed."""
    return _pretty(_document(directory)) + "\n"


def sign(directory: Directory, root: SigningIdentity) -> SignedDirectory:
    """Sign with the root's key, unless the directory would shut out somebody who must read."""
    for fault in faults(directory):
        raise Failed(fault)
    return sign_directory(directory, root)


def renewed(directory: Directory, now: int) -> Directory:
    """Give the next directory: its serial raised by one, valid from now on."""
    if time_text(now) < directory.issued_at:
        raise Failed(f"this machine's clock says {time_text(now)}, which is before the document's issued_at: set it right")
    return replace(directory, serial=directory.serial + 1, issued_at=time_text(now), expires_at=time_text(now + VALID_FOR))


def with_member(directory: Directory, officer_id: bytes, key: Recipient, signer: Verifier, teams: tuple[str, ...]) -> Directory:
    """Add an officer as somebody to seal to and to believe; refuse what nobody would sign."""
    if directory.member(officer_id):
        raise Failed("this officer is a member already: to give them new keys, take the old ones out of the document first")
    member = Member(officer_id=officer_id, key=key, signer_id=signer.signer_id, team_ids=teams)
    added = Signer(verifier=signer, role="officer", team_ids=teams)
    return read_unsigned(
        write_unsigned(replace(directory, members=(*directory.members, member), signers=(*directory.signers, added))).encode()
    )


async def install(settings: Settings, raw: bytes, now: int) -> str:
    """Put a signed directory in force; running processes take it over at their next look."""
    signed, root = read_signed(raw), _root(settings)

    def put(tx: Transaction) -> tuple[int, bool]:
        before = tx.directory.current()
        new = verify_directory(
            signed.document,
            signed.signature,
            root,
            highest_serial=tx.directory.highest_seen(),
            highest_document_hash=sha256(before.document) if before else None,
        )
        for fault in (*faults(new), *_breaches(_believed(before, root), new), *_strangers(settings, new, now)):
            raise Failed(fault)
        stored = StoredDirectory(serial=new.serial, document=signed.document, signature=signed.signature, installed_at=now)
        return new.serial, tx.directory.install(stored)

    async with opened(settings) as database:
        serial, is_new = await database.transact(put)
    if not is_new:
        return f"Directory {serial} is in force already."
    return f"Directory {serial} is in force. Running processes follow within seconds."


def faults(directory: Directory) -> Iterator[str]:
    """Tell what everybody would believe and nobody can want: a name that leads nowhere, an area of two teams, no reader of last resort."""
    teams = {team.team_id for team in directory.teams}
    if NATIONAL not in teams:
        yield f"there is no team {NATIONAL}: reports without a team of their own would have no reader"
    if directory.expires_at <= directory.issued_at:
        yield "expires_at is not after issued_at"
    if sum(signer.role == "intake" and signer.retired_at is None for signer in directory.signers) != 1:
        yield "expected exactly one signer of role intake that is not retired"
    areas = [area for team in directory.teams for area in team.areas]
    yield from (f"area {area} stands under teams twice" for area in dict.fromkeys(areas) if areas.count(area) > 1)
    for signer in directory.signers:
        if signer.retired_at is None and (strange := set(signer.team_ids) - teams):
            yield f"signer {fingerprint(signer.signer_id)} is of a team that is not there: {min(strange)}"
    for member in directory.members:
        who, known = f"member {member.officer_id.hex()}", directory.signer(member.signer_id)
        if strange := set(member.team_ids) - teams:
            yield f"{who} is of a team that is not there: {min(strange)}"
        if known is None or known.role != "officer":
            yield f"{who} has a signer_id that does not stand under signers as an officer's"
        elif strange := set(member.team_ids) - set(known.team_ids):
            yield f"{who} is of team {min(strange)}, but its signer is not: what the officer writes would count as broken"


def told(directory: Directory) -> str:
    """Tell for a person who signs whose keys the directory makes everybody believe, by fingerprints to be compared aloud."""
    lines = [f"serial      {directory.serial}, from {directory.issued_at} to {directory.expires_at}"]
    for team in directory.teams:
        lines.append(f"team        {fingerprint(team.key.key_id)}  {team.team_id}, {len(team.areas)} areas")
    lines += [
        f"{name:11} {fingerprint(key.key_id)}" for name, key in (("recovery", directory.recovery), ("relay", directory.relay))
    ]
    for member in directory.members:
        lines.append(f"member      {fingerprint(member.key.key_id)}  {member.officer_id.hex()} of {', '.join(member.team_ids)}")
    for signer in directory.signers:
        retired = f", retired {signer.retired_at}" if signer.retired_at else ""
        lines.append(f"signer      {fingerprint(signer.signer_id)}  {signer.role}{retired}")
    return "\n".join(lines)


def _believed(stored: StoredDirectory | None, root: bytes) -> Directory | None:
    """The directory in force, unless it is of another root: that one is not to be followed."""
    try:
        return DirectoryInForce(root).verified(stored) if stored else None
    except DirectoryRefused:
        return None


def _breaches(known: Directory | None, new: Directory) -> Iterator[str]:
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


def _strangers(settings: Settings, new: Directory, now: int) -> Iterator[str]:
    """Tell what would make this deployment's own processes strangers to the directory, as far as their secrets are here."""
    if not new.may_seal(now):
        yield f"this directory has expired at {new.expires_at}: nothing could be sealed"
    if seed := settings.secret("intake_signing_key"):
        own = new.signer(SigningIdentity.from_seed(seed).signer_id)
        if own is None or own.role != "intake" or own.is_retired(time_text(now)):
            yield "AMANET_INTAKE_SIGNING_KEY is not the intake signer's of this directory: new entries would count as broken"
    if (seed := settings.secret("relay_key")) and Identity.from_seed(seed).key_id != new.relay.key_id:
        yield "AMANET_RELAY_KEY is not the relay's of this directory: no answer could be sent to a chat"


def _strays(value: Any, written: Any, where: str = "") -> Iterator[str]:
    """Name what stands in a document and would be lost when it is signed."""
    if isinstance(value, dict):
        for name in value:
            if name not in written:
                yield f"{where}{name}"
            else:
                yield from _strays(value[name], written[name], f"{where}{name}.")
    elif isinstance(value, list):
        for at, (item, kept) in enumerate(zip(value, written, strict=True)):
            yield from _strays(item, kept, f"{where}{at}.")


def _root(settings: Settings) -> bytes:
    if key := settings.secret("root_public_key"):
        return key
    raise Failed("AMANET_ROOT_PUBLIC_KEY is not set: without it nobody can tell whether the root signed a directory")


def _document(directory: Directory) -> bytes:
    return sign_directory(directory, _nobody()).document


def _nobody() -> SigningIdentity:
    return SigningIdentity.from_seed(bytes(SECRET_BYTES))


def _pretty(document: bytes) -> str:
    return json.dumps(json_text.read(document), ensure_ascii=False, indent=1)

"""The directory of keys in an operator's hands: shown, given members, signed off line, installed (SEALING.md section 3).

Laws. Nothing is signed or installed that anybody would refuse, or that would shut out somebody who must read. What is installed was
signed by the root, does not go back, and follows the one before it: no signer is lost, no key of a team, and not the receipts' salt.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from bot.deployment import opened
from bot.failures import Failed
from bot.key_files import read_json, read_signed
from bot.settings import Settings
from flows.escalation import Policies
from handlers.directory_in_force import DirectoryInForce, DirectoryMissing
from handlers.directory_succession import OwnKeys, faults, pretty, put_in_force, unsigned_text
from sealing import json_text
from sealing.directory import Directory, Member, Signer
from sealing.errors import Misuse
from sealing.identity import Identity, Recipient, SigningIdentity, Verifier, fingerprint
from sealing.signed_directory import SignedDirectory, read_document, sign_directory, write_document


async def show(settings: Settings) -> str:
    """Give the directory in force as the unsigned document, to be read and changed."""
    async with opened(settings) as database:
        stored = await database.read(lambda tx: tx.directory.current())
    if stored is None:
        raise DirectoryMissing
    DirectoryInForce(_root(settings)).verified(stored)
    return pretty(stored.document)


def read_unsigned(raw: bytes) -> Directory:
    """Read an unsigned document as everybody will once it is signed, or refuse it."""
    value = read_json(raw, "the document")
    if isinstance(value, dict) and value.keys() == {"document", "signature"}:
        raise Failed("this directory is signed; expected the unsigned document, as `directory show` prints it")
    try:
        document = json_text.canonical(value)
    except Misuse:
        raise Failed("the document holds something that a directory does not have, such as a number that is not whole") from None
    directory = read_document(document)
    stray = next(_strays(value, json_text.read(write_document(directory))), None)
    if stray:
        raise Failed(f"the document has a name that no directory has: {stray}")
    for fault in faults(directory):
        raise Failed(fault.words)
    return directory


def sign(directory: Directory, root: SigningIdentity) -> SignedDirectory:
    """Sign with the root's key, unless the directory would shut out somebody who must read."""
    for fault in faults(directory):
        raise Failed(fault.words)
    return sign_directory(directory, root)


def with_member(directory: Directory, officer_id: bytes, key: Recipient, signer: Verifier, teams: tuple[str, ...]) -> Directory:
    """Add an officer as somebody to seal to and to believe; refuse what nobody would sign."""
    if directory.member(officer_id):
        raise Failed("this officer is a member already: to give them new keys, take the old ones out of the document first")
    member = Member(officer_id=officer_id, key=key, signer_id=signer.signer_id, team_ids=teams)
    added = Signer(verifier=signer, role="officer", team_ids=teams)
    return read_unsigned(
        unsigned_text(replace(directory, members=(*directory.members, member), signers=(*directory.signers, added))).encode()
    )


async def install(settings: Settings, raw: bytes, now: int) -> str:
    """Put a signed directory in force; running processes take it over at their next look."""
    signed, root, own, policies = read_signed(raw), _root(settings), own_keys(settings), Policies.load()

    async with opened(settings) as database:
        done = await database.transact(
            lambda tx: put_in_force(tx, signed, root, own=own, policies=policies, now=now, rng=os.urandom)
        )
    if not done.is_new:
        return f"Directory {done.directory.serial} is in force already."
    told = f"Directory {done.directory.serial} is in force. Running processes follow within seconds."
    return (
        told
        if not done.released
        else f"{told}\nCases whose officer may no longer open them are back in the queue: {done.released}."
    )


def told(directory: Directory, root: Verifier) -> str:
    """Tell for a person who signs whose keys the directory makes everybody believe, by fingerprints to be compared aloud."""
    lines = [
        f"serial      {directory.serial}, from {directory.issued_at} to {directory.expires_at}",
        f"root        {fingerprint(root.signer_id)}",
    ]
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


def own_keys(settings: Settings) -> OwnKeys:
    """The public ids of this deployment's own keys, as far as their secrets are here."""
    signing, relay = settings.secret("intake_signing_key"), settings.secret("relay_key")
    return OwnKeys(
        intake_signer_id=SigningIdentity.from_seed(signing).signer_id if signing else None,
        relay_key_id=Identity.from_seed(relay).key_id if relay else None,
    )


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

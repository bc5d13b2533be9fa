"""The commands about keys and people: `directory …`, `identity …`, `team …`.

`bot.__main__` loads this file when one of them is called, and tells what fails. Only `show` and `install` touch a deployment; the others
run where the seeds are.
"""

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from bot import directory as directories
from bot.failures import Failed
from bot.key_files import officer_id as read_officer_id
from bot.key_files import read_file, read_seed, recipient, signed_text, verifier, write_new
from bot.keys import make_identity, root_public_key, wrap_team, wrap_text
from bot.settings import read
from handlers.directory_succession import renewed, unsigned_text
from sealing.identity import PUBLIC_KEY_BYTES, SigningIdentity

OfficerId = Annotated[str, Parameter(name="--officer-id", help="The officer's id, as `officer list` shows it.")]
EnvFile = Annotated[Path | None, Parameter(name="--env-file", help="Read settings from this file; the environment wins over it.")]
Out = Annotated[Path | None, Parameter(name="--out", help="Write it to this new file instead.")]

directory = App(name="directory", help="The directory of keys: whom everybody seals to and believes.")
identity = App(name="identity", help="An officer's keys.")
team = App(name="team", help="A team's key, for its members.")


@directory.command(name="show")
def directory_show(*, env_file: EnvFile = None) -> None:
    """Print the directory in force as the unsigned document, to be changed and signed."""
    _say(asyncio.run(directories.show(read(env_file))))


@directory.command(name="member")
def directory_member(
    file: Path,
    *,
    officer_id: OfficerId,
    identity: Annotated[str, Parameter(help="The public key of the officer's identity, or its file.")],
    signing: Annotated[str, Parameter(help="The public key of the officer's signing identity, or its file.")],
    team: Annotated[tuple[str, ...], Parameter(name="--team", consume_multiple=True, negative="", help="The officer's teams.")],
    out: Out = None,
) -> None:
    """Add an officer's keys to an unsigned document: to FILE itself, or to a new file."""
    if not team:
        raise Failed("--team: expected at least one team", 2)
    known = directories.read_unsigned(read_file(file, "the document"))
    added = directories.with_member(
        known,
        read_officer_id(officer_id),
        recipient(identity, "--identity", PUBLIC_KEY_BYTES),
        verifier(signing, "--signing"),
        team,
    )
    if out:
        write_new(out, unsigned_text(added))
    else:
        beside = file.with_name(file.name + ".new")
        write_new(beside, unsigned_text(added))
        beside.replace(file)
    _say(f"{out or file} has the member now. The root has to sign it: `directory sign`.")


@directory.command(name="sign")
def directory_sign(
    file: Path,
    *,
    root: Annotated[Path, Parameter(help="The file of the root's seed.")],
    following: Annotated[bool, Parameter(name="--next", negative="", help="Raise the serial by one, valid for a year.")] = False,
    out: Out = None,
) -> None:
    """Sign an unsigned document, off line, where the root's seed is."""
    document = directories.read_unsigned(read_file(file, "the document"))
    to_sign = renewed(document, _now()) if following else document
    signer = SigningIdentity.from_seed(read_seed(root, "the root's seed"))
    signed = directories.sign(to_sign, signer)
    if out is None:
        sys.stdout.write(signed_text(signed))
        return
    write_new(out, signed_text(signed))
    _say(directories.told(to_sign, signer.verifier))


@directory.command(name="install")
def directory_install(file: Path, *, env_file: EnvFile = None) -> None:
    """Put a signed directory in force; running processes follow within seconds."""
    _say(asyncio.run(directories.install(read(env_file), read_file(file, "the signed directory"), _now())))


@identity.command(name="make")
def identity_make(folder: Path) -> None:
    """Make an officer's seeds in a folder, off line, and print the public keys with their fingerprints."""
    _say(make_identity(folder, os.urandom))


@team.command(name="wrap")
def team_wrap(
    *,
    directory: Annotated[Path, Parameter(help="The signed directory in which the member stands.")],
    team: str,
    team_seed: Annotated[Path, Parameter(help="The file of the team's seed.")],
    officer_id: OfficerId,
    out: Annotated[Path, Parameter(help="The new file of the wrap.")],
    root: Annotated[str | None, Parameter(help="The root's public key or its file; else AMANET_ROOT_PUBLIC_KEY.")] = None,
) -> None:
    """Wrap a team's seed to one of its members, off line."""
    wrap = wrap_team(
        read_file(directory, "the signed directory"),
        root_public_key(read(), root),
        team_id=team,
        team_seed=read_seed(team_seed, "the team's seed"),
        officer_id=read_officer_id(officer_id),
        now=_now(),
    )
    write_new(out, wrap_text(wrap))
    _say(f"{out} opens what team {team} reads, together with the officer's identity and with nobody else's.")


def _now() -> int:
    return int(time.time())


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")

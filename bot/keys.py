"""Keys that are made and handed on away from the server: an officer's two identities, and a team's seed for a member.

Laws. Runs off line. Seeds are drawn here, written once with mode 0600, and never printed. A team's seed is wrapped only to a key that
stands under `members`, for that team, of a directory that the root has signed (SEALING.md section 2).
"""

from collections.abc import Callable
from pathlib import Path

from bot.failures import Failed
from bot.key_files import public_key, read_signed, write_new
from bot.settings import Settings
from sealing import json_text
from sealing.case import TeamWrap, wrap_team_seed
from sealing.encoding import b64u
from sealing.identity import Identity, SigningIdentity, fingerprint, seed_file
from sealing.signed_directory import verify_directory


def make_identity(folder: Path, rng: Callable[[int], bytes]) -> str:
    """Make an officer's two seeds in a folder, with their public keys beside them; tell the public keys."""
    identity, signing = Identity.generate(rng), SigningIdentity.generate(rng)
    public = {"identity": b64u(identity.recipient.public_key), "signing": b64u(signing.verifier.public_key)}
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (f"{half}.{kind}" for half in public for kind in ("seed", "pub")):
        if (folder / name).exists():
            raise Failed(f"{folder / name} is there already, and nothing is overwritten")
    for name, seed in (("identity", identity.seed), ("signing", signing.seed)):
        write_new(folder / f"{name}.seed", seed_file(seed))
        write_new(folder / f"{name}.pub", public[name] + "\n")
    return "\n".join(
        (
            f"identity     {public['identity']}",
            f"fingerprint  {fingerprint(identity.key_id)}",
            f"signing      {public['signing']}",
            f"fingerprint  {fingerprint(signing.signer_id)}",
        )
    )


def root_public_key(settings: Settings, given: str | None) -> bytes:
    """Give the root's public key, from the flag or the setting and never from the file that is judged by it."""
    if given is not None:
        return public_key(given, "--root", 32)
    if key := settings.secret("root_public_key"):
        return key
    raise Failed("the root's public key is needed: --root=KEY or AMANET_ROOT_PUBLIC_KEY (it stands in root.pub)", 2)


def wrap_team(raw: bytes, root: bytes, *, team_id: str, team_seed: bytes, officer_id: bytes, now: int) -> TeamWrap:
    """Wrap a team's seed to one of its members; a seed the team had before opens its older cases and may be handed on too."""
    signed = read_signed(raw)
    directory = verify_directory(signed.document, signed.signature, root)
    if not directory.may_seal(now):
        raise Failed(f"this directory has expired at {directory.expires_at}: nothing is sealed to its keys")
    team, member = directory.team(team_id), directory.member(officer_id)
    if team is None:
        raise Failed(f"there is no team {team_id} in this directory")
    if member is None:
        raise Failed("this officer is no member in this directory")
    if team_id not in member.team_ids:
        raise Failed(f"this officer is not of team {team_id} in this directory")
    identity = Identity.from_seed(team_seed)
    if identity.key_id not in team.key_ids:
        raise Failed(f"this seed is not the one of team {team_id} in this directory")
    return wrap_team_seed(member.key, identity, directory)


def wrap_text(wrap: TeamWrap) -> str:
    """Write a team wrap as it lies outside the database."""
    return json_text.write(wrap.to_json()).decode("ascii") + "\n"

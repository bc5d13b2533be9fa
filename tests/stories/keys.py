"""A directory of two teams, signed as an operator would sign it: the national team, and one team for Prizren.

Every secret is at hand here, as it is nowhere in a deployment, so that a story can look into a case with anybody's eyes.
"""

import os
from dataclasses import dataclass, replace
from pathlib import Path

from bot.settings import Settings
from sealing.directory import Directory, Member, Signer, Team
from sealing.encoding import time_text, unb64u
from sealing.identity import Identity, SigningIdentity, read_seed_file
from sealing.signed_directory import sign_directory, verify_directory
from storage.directories import StoredDirectory

AREA = "prizren"


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """Who can open and who can sign in a deployment; `area` and its officers are there after `two_teams`."""

    root: SigningIdentity
    recovery: Identity
    national: Identity
    area: Identity
    national_officer: SigningIdentity
    area_officer: SigningIdentity

    @classmethod
    def of(cls, folder: Path) -> "Keys":
        """Read what `init` wrote to take away, and draw the rest."""

        def seed(name: str) -> bytes:
            return read_seed_file((folder / "offline" / f"{name}.seed").read_text())

        return cls(
            root=SigningIdentity.from_seed(seed("root")),
            recovery=Identity.from_seed(seed("recovery")),
            national=Identity.from_seed(seed("national")),
            area=Identity.generate(os.urandom),
            national_officer=SigningIdentity.generate(os.urandom),
            area_officer=SigningIdentity.generate(os.urandom),
        )

    def two_teams(self, settings: Settings, now: int, *, valid_for: int = 366 * 24 * 3600) -> StoredDirectory:
        """Sign the first directory of a deployment with two teams and an officer in each."""
        directory = Directory(
            serial=2,
            issued_at=time_text(now),
            expires_at=time_text(now + valid_for),
            teams=(
                Team(team_id="national", name="National team", areas=(), key=self.national.recipient),
                Team(team_id=AREA, name="Prizren", areas=(AREA,), key=self.area.recipient),
            ),
            recovery=self.recovery.recipient,
            relay=Identity.from_seed(settings.secret("relay_key")).recipient,
            receipt_salt=b"s" * 32,
            members=(_member(self.national_officer, "national"), _member(self.area_officer, AREA)),
            signers=(
                Signer(verifier=SigningIdentity.from_seed(settings.secret("intake_signing_key")).verifier, role="intake"),
                Signer(verifier=self.national_officer.verifier, role="officer", team_ids=("national",)),
                Signer(verifier=self.area_officer.verifier, role="officer", team_ids=(AREA,)),
            ),
        )
        return self.signed(directory, now)

    def renewed(self, stored: StoredDirectory, now: int, *, valid_for: int = 366 * 24 * 3600) -> StoredDirectory:
        """Sign the same directory anew, valid from now on."""
        known = verify_directory(stored.document, stored.signature, self.root.verifier.public_key)
        return self.signed(
            replace(known, serial=known.serial + 1, issued_at=time_text(now), expires_at=time_text(now + valid_for)), now
        )

    def signed(self, directory: Directory, now: int) -> StoredDirectory:
        """Sign a directory with the root's key."""
        signed = sign_directory(directory, self.root)
        return StoredDirectory(serial=directory.serial, document=signed.document, signature=signed.signature, installed_at=now)


def root_public_key(folder: Path) -> bytes:
    """What every reader compares signatures with."""
    return unb64u((folder / "offline" / "root.pub").read_text().strip())


def _member(signer: SigningIdentity, team_id: str) -> Member:
    return Member(
        officer_id=os.urandom(16), key=Identity.generate(os.urandom).recipient, signer_id=signer.signer_id, team_ids=(team_id,)
    )

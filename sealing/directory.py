"""The directory: who there is to seal to and to believe (section 3). Values only; `signed_directory` signs and verifies.

Laws. A `Directory` in anybody's hands has been verified against the root. After `expires_at` nobody seals, readers still read.
Signers are never removed, they get `retired_at`.
"""

from dataclasses import dataclass, field
from typing import Literal

from sealing.encoding import time_text
from sealing.identity import Recipient, Verifier

Role = Literal["intake", "officer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """Officers who read together. `former_key_ids` are of identities the team had before a member left."""

    team_id: str
    name: str
    areas: tuple[str, ...]
    key: Recipient
    former_key_ids: tuple[bytes, ...] = ()

    @property
    def key_ids(self) -> frozenset[bytes]:
        """Every key id this team ever had."""
        return frozenset({self.key.key_id, *self.former_key_ids})


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """An officer as somebody to seal to."""

    officer_id: bytes
    key: Recipient
    signer_id: bytes
    team_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Somebody whose signature under an entry or a reply counts, until `retired_at`."""

    verifier: Verifier
    role: Role
    team_ids: tuple[str, ...] = ()
    retired_at: str | None = None

    @property
    def signer_id(self) -> bytes:
        """The id that entries carry as `author`."""
        return self.verifier.signer_id

    def is_retired(self, at: str) -> bool:
        """Tell whether `at` is later than the retirement."""
        return self.retired_at is not None and at > self.retired_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Everybody there is, under one signature of the root."""

    serial: int
    issued_at: str
    expires_at: str
    teams: tuple[Team, ...]
    recovery: Recipient
    relay: Recipient
    receipt_salt: bytes
    members: tuple[Member, ...]
    signers: tuple[Signer, ...]
    document_hash: bytes = field(default=b"", compare=False)

    def may_seal(self, now: int) -> bool:
        """Tell whether new words may still be sealed to these keys."""
        return time_text(now) <= self.expires_at

    def team(self, team_id: str) -> Team | None:
        """Find a team by its id."""
        return next((team for team in self.teams if team.team_id == team_id), None)

    def team_of_area(self, area: str) -> Team | None:
        """Find the team that reads what happens in an area."""
        return next((team for team in self.teams if area in team.areas), None)

    def member(self, officer_id: bytes) -> Member | None:
        """Find an officer by id."""
        return next((member for member in self.members if member.officer_id == officer_id), None)

    def signer(self, signer_id: bytes) -> Signer | None:
        """Find a signer by id, retired or not."""
        return next((signer for signer in self.signers if signer.signer_id == signer_id), None)

    def case_recipient(self, key_id: bytes) -> Recipient | None:
        """Find who a case may be wrapped to under this key id: a team as it is now, or recovery."""
        known = (*(team.key for team in self.teams), self.recovery)
        return next((key for key in known if key.key_id == key_id), None)

    def owns_a_wrap(self, signer: Signer, wrapped_to: frozenset[bytes]) -> bool:
        """Tell whether a team of this signer, by its key or a former one, is among those a case is wrapped to."""
        return any(team.key_ids & wrapped_to for team in self.teams if team.team_id in signer.team_ids)

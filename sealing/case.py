"""Opening a case: its identity, and the wraps that let teams and recovery read it (sections 2 and 4).

Whoever opens a case makes its identity, wraps the seed and forgets it. Nothing here unwraps: that is `sealing.open`'s.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Self

from sealing.directory import Directory
from sealing.encoding import ID_BYTES, SECRET_BYTES, Rng, b64u, label, must_be_id, u32, unb64u
from sealing.errors import DoesNotOpen, Misuse, NotAccepted
from sealing.identity import Identity, Recipient
from sealing.suite import OVERHEAD, SUITE, sha256

WRAP_BYTES = OVERHEAD + SECRET_BYTES
TEAM_WRAP_FORMAT = "amanet-team-wrap/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrap:
    """The case seed, sealed to the identity with this key id."""

    key_id: bytes
    sealed: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCase:
    """A case nobody has written into yet. Its seed is forgotten once it is wrapped."""

    case_id: bytes
    identity: Identity

    @classmethod
    def make(cls, rng: Rng) -> Self:
        """Draw the id and the identity."""
        return cls(case_id=rng(ID_BYTES), identity=Identity.generate(rng))

    def wrap_to(self, recipients: Iterable[Recipient]) -> tuple[Wrap, ...]:
        """Wrap the seed to each recipient. Recovery must be among them; the caller takes all of them from a directory."""
        return tuple(wrap_case_seed(recipient, self.case_id, self.identity.seed) for recipient in recipients)


def wrap_case_seed(recipient: Recipient, case_id: bytes, case_seed: bytes) -> Wrap:
    """Let one more recipient read a case."""
    if len(case_seed) != SECRET_BYTES:
        raise Misuse("a seed has 32 bytes")
    sealed = recipient.seal(wrap_info(case_id, recipient.key_id), case_seed)
    return Wrap(key_id=recipient.key_id, sealed=sealed)


def wrap_info(case_id: bytes, key_id: bytes) -> bytes:
    """Give what a wrap is bound to."""
    return label("amanet/v1/wrap") + must_be_id(case_id) + key_id


def chain_start(case_id: bytes, public_key: bytes, suite: int = SUITE) -> bytes:
    """Give `hash_{-1}`, which binds the whole chain to the case, its key and its suite."""
    return sha256(label("amanet/v1/case") + u32(suite) + must_be_id(case_id) + public_key)


def must_be_wraps(wraps: Iterable[Wrap], directory: Directory) -> None:
    """Check the wraps of a case that a reporter's browser made: known keys, recovery among them, right sizes, none twice."""
    seen: set[bytes] = set()
    for wrap in wraps:
        if directory.case_recipient(wrap.key_id) is None:
            raise NotAccepted("a wrap is for a key that is not in the directory")
        if len(wrap.sealed) != WRAP_BYTES:
            raise NotAccepted("a wrap has the wrong size")
        if wrap.key_id in seen:
            raise NotAccepted("two wraps for one key")
        seen.add(wrap.key_id)
    if directory.recovery.key_id not in seen:
        raise NotAccepted("no wrap for recovery")


def must_be_wrap_for(wrap: Wrap, recipient: Recipient) -> None:
    """Check a wrap by which an officer lets a team in: to the key it has now, of the right size."""
    if wrap.key_id != recipient.key_id:
        raise NotAccepted("a wrap is for another key")
    if len(wrap.sealed) != WRAP_BYTES:
        raise NotAccepted("a wrap has the wrong size")


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamWrap:
    """A team's seed, sealed to one of its members."""

    team_key_id: bytes
    member_key_id: bytes
    sealed: bytes

    def to_json(self) -> dict[str, str]:
        """Write the form it has outside the database."""
        return {
            "format": TEAM_WRAP_FORMAT,
            "team_key_id": b64u(self.team_key_id),
            "member_key_id": b64u(self.member_key_id),
            "sealed": b64u(self.sealed),
        }

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Read the form it has outside the database, or refuse."""
        if not isinstance(value, dict) or value.get("format") != TEAM_WRAP_FORMAT:
            raise DoesNotOpen
        return cls(
            team_key_id=unb64u(value.get("team_key_id"), ID_BYTES),
            member_key_id=unb64u(value.get("member_key_id"), ID_BYTES),
            sealed=unb64u(value.get("sealed"), WRAP_BYTES),
        )


def wrap_team_seed(member: Recipient, team: Identity, directory: Directory) -> TeamWrap:
    """Give a member the team's seed; only to a key that stands under `members` of the directory in force."""
    if all(listed.key.key_id != member.key_id for listed in directory.members):
        raise Misuse("not a member in the directory")
    sealed = member.seal(team_wrap_info(team.key_id, member.key_id), team.seed)
    return TeamWrap(team_key_id=team.key_id, member_key_id=member.key_id, sealed=sealed)


def team_wrap_info(team_key_id: bytes, member_key_id: bytes) -> bytes:
    """Give what a team wrap is bound to."""
    return label("amanet/v1/team") + team_key_id + member_key_id

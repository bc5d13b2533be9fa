"""The bodies of requests about people and keys: strict, bounded, nothing beyond what is named here."""

from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints

from handlers.officer.desk.bodies import B64U, Bytes32, Id16, Language, SlotBody, TeamId
from handlers.officer.desk.parts import Body
from handlers.officer.invitations import LONGEST_NAME

WRAPS_AT_ONCE: Final = 200
"""A team's members are tens; a browser that has more to give asks again."""
WRAPS_LARGEST: Final = 512 * 1024
"""Bytes of a body with that many wraps, each 1.7 kB."""
DOCUMENT_LENGTH: Final = 900_000
"""Characters of a directory's document in base64url: about 300 members with their keys."""
DOCUMENT_LARGEST: Final = 1000 * 1024
"""Bytes of the body around it; the web server itself takes no body above 1 MiB."""

Signature = Annotated[str, StringConstraints(pattern=B64U, min_length=86, max_length=86)]
PublicKey = Annotated[str, StringConstraints(pattern=B64U, min_length=1622, max_length=1622)]
SealedSeed = Annotated[str, StringConstraints(pattern=B64U, min_length=1558, max_length=1558)]
Area = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,64}$")]
Role = Literal["officer", "supervisor", "administrator"]
Step = Literal["root_off_line", "recovery_printed", "alarm_tried"]
NameGiven = Annotated[str, StringConstraints(min_length=1, max_length=2 * LONGEST_NAME)]


class OfOfficer(Body):
    """Names an officer."""

    officer_id: Id16


class NewInvitation(Body):
    """Whom to invite."""

    name: NameGiven
    role: Role
    team_ids: Annotated[list[TeamId], Field(max_length=64)]
    language: Language


class CodeGiven(Body):
    """A code out of a link, right or wrong."""

    code: Annotated[str, StringConstraints(max_length=64)]


class Joining(CodeGiven):
    """What a newcomer's browser has made; no seed and no passphrase is in it."""

    identity_public: PublicKey
    signing_public: Bytes32
    proof_of_signing: Signature
    slot: SlotBody
    recovery_slot: SlotBody
    login_proof: Bytes32
    recovery_login_proof: Bytes32


class Compared(OfOfficer):
    """Whose fingerprints were compared aloud, and of which keys they were."""

    key_id: Id16
    signer_id: Id16


class NewTeam(Body):
    """What a team shall be called and cover."""

    team_id: TeamId
    name: NameGiven
    areas: Annotated[list[Area], Field(max_length=200)]


class NewTeamKey(Body):
    """A team's first or new key; `sealed` is its seed, wrapped to who made it."""

    team_id: TeamId
    public_key: PublicKey
    sealed: SealedSeed


class OneWrap(Body):
    """A team's seed, sealed to a member."""

    team_key_id: Id16
    member_key_id: Id16
    sealed: SealedSeed


class Wraps(Body):
    """Several of them."""

    wraps: Annotated[list[OneWrap], Field(min_length=1, max_length=WRAPS_AT_ONCE)]


class OfTeamKey(Body):
    """Names a team's key."""

    team_key_id: Id16


class SignedDocument(Body):
    """A directory as `directory sign` writes it."""

    document: Annotated[str, StringConstraints(pattern=B64U, min_length=1, max_length=DOCUMENT_LENGTH)]
    signature: Signature


class Ticked(Body):
    """Names a step that a person says is done."""

    step: Step

"""The bodies of requests about signing in and about oneself; bounded before anything looks at them."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from handlers.officer.desk.parts import Body

B64U = r"^[A-Za-z0-9_-]*$"
Id16 = Annotated[str, StringConstraints(pattern=B64U, min_length=22, max_length=22)]
"""16 bytes, as base64url."""
Bytes32 = Annotated[str, StringConstraints(pattern=B64U, min_length=43, max_length=43)]
"""32 bytes, as base64url."""
Name = Annotated[str, StringConstraints(min_length=1, max_length=80)]
TeamId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,32}$")]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Language = Literal["sq", "sr-Latn", "sr-Cyrl", "en"]
"""The languages of the desk's pages."""
Label = Annotated[str, StringConstraints(min_length=1, max_length=40)]
CredentialId = Annotated[str, StringConstraints(pattern=B64U, min_length=1, max_length=1400)]
"""WebAuthn allows 1023 bytes."""
With = Literal["passphrase", "recovery"]


class Nothing(Body):
    """An empty object."""


class SlotBody(Body):
    """A passphrase slot, as SEALING.md section 6 writes it."""

    slot: Literal["passphrase", "recovery"]
    kdf: Literal["argon2id"]
    salt: Annotated[str, StringConstraints(pattern=B64U, min_length=22, max_length=22)]
    m_kib: Annotated[int, Field(ge=65536, le=1048576)]
    t: Annotated[int, Field(ge=3, le=16)]
    p: Literal[1]
    nonce: Annotated[str, StringConstraints(pattern=B64U, min_length=16, max_length=16)]
    ct: Annotated[str, StringConstraints(pattern=B64U, min_length=107, max_length=107)]


class PrfSlotBody(Body):
    """A slot under a passkey's PRF."""

    slot: Literal["prf"]
    credential_id: CredentialId
    prf_salt: Bytes32
    nonce: Annotated[str, StringConstraints(pattern=B64U, min_length=16, max_length=16)]
    ct: Annotated[str, StringConstraints(pattern=B64U, min_length=107, max_length=107)]


class SignInBegun(Body):
    """Whose salt is asked for."""

    name: Name
    with_: With = Field(alias="with")


class Proved(SignInBegun):
    """The login proof."""

    proof: Bytes32


class ProofIfFull(Body):
    """The login proof of the passphrase in force, derived once more; only a half session that enrols needs none."""

    proof_now: Bytes32 | None = None


class ProofNow(Body):
    """The login proof of the passphrase in force, derived once more."""

    proof_now: Bytes32


class Answered(Body):
    """What an authenticator answered, as browsers write it (WebAuthn, `toJSON`)."""

    credential: dict[str, Any]


class CodeTyped(Body):
    """A one-time code."""

    code: Code


class CodeConfirmed(CodeTyped, ProofIfFull):
    """The first code of a new secret."""


class PasskeyAdded(Answered, ProofIfFull):
    """A new passkey; with `slot` it unlocks the seeds too."""

    label: Label
    slot: PrfSlotBody | None = None


class PasskeyRemoved(ProofNow):
    """Which passkey goes."""

    credential_id: CredentialId


class SlotChanged(ProofNow):
    """A new passphrase, or a new recovery code: its slot and its proof."""

    slot: SlotBody
    proof: Bytes32


class LanguageChosen(Body):
    """In which language the officer is addressed."""

    language: Language


class SessionEnded(Body):
    """Which session ends."""

    session_id: Id16


class DutySet(Body):
    """Whether the officer is on duty for a team."""

    team_id: TeamId
    on: bool

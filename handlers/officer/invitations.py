"""One-time links by which somebody joins the desk, and makes their own keys there.

Laws. A code is 128 random bits; only its hash is stored; it works once and for a while. Whoever makes one hands the link to the newcomer in
person or over a line that both trust: until their keys have been compared aloud it opens nothing. Nobody is invited under a name that is
somebody else's sign-in.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sealing.encoding import ID_BYTES, b64u, label, unb64u
from sealing.errors import DoesNotOpen
from sealing.suite import sha256
from storage.invitations import Invitation
from storage.transaction import Transaction

LIFETIME: Final = 72 * 3600
"""Seconds: a weekend between the coordinator's call and the newcomer's first shift."""
FIRST_LIFETIME: Final = 7 * 86400
"""Seconds for who is invited at the command line: `init` is often run days before anybody sits down at the desk."""
LONGEST_NAME: Final = 60
"""Characters of a name: it stands in a line of the queue."""
CODE_BYTES: Final = 16
ROLES: Final = ("officer", "supervisor", "administrator")
LANGUAGES: Final = ("en", "sq", "sr-Latn", "sr-Cyrl")
_LABEL: Final = label("amanet/v1/invitation")


class NameTaken(Exception):
    """Somebody signs in under this name already, or is invited under it: choose another, for instance with a second initial."""


class NameUnusable(Exception):
    """This cannot be a name: expected 1 to 60 characters that can be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Who is to be invited; `officer_id` is a known officer's where they are to make new keys."""

    officer_id: bytes
    name: str = field(repr=False)
    role: str
    team_ids: tuple[str, ...]
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invited:
    """A fresh invitation; the code is never seen again."""

    officer_id: bytes
    code: str = field(repr=False)
    expires_at: int

    @property
    def link(self) -> str:
        """The place at the desk, after its address; what follows the # is not sent to the server by a browser."""
        return f"/desk#join={self.code}"


def invite(
    tx: Transaction,
    newcomer: Newcomer,
    name_lookup: Callable[[str], bytes],
    *,
    by: bytes | None,
    now: int,
    rng: Callable[[int], bytes],
    lifetime: int = LIFETIME,
) -> Invited:
    """Invite somebody; raise NameUnusable or NameTaken."""
    name = readable_name(newcomer.name)
    lookup = name_lookup(name)
    holders = (tx.logins.by_name(lookup), tx.admissions.invited_as(lookup, now))
    if any(holder not in (None, newcomer.officer_id) for holder in holders):
        raise NameTaken
    code = b64u(rng(CODE_BYTES))
    invitation = Invitation(
        officer_id=newcomer.officer_id,
        name=name,
        role=newcomer.role,
        team_ids=newcomer.team_ids,
        language=newcomer.language,
        invited_by=by,
        invited_at=now,
        expires_at=now + lifetime,
    )
    tx.admissions.invite(invitation, code_hash=hashed(code), name_lookup=lookup)
    return Invited(officer_id=newcomer.officer_id, code=code, expires_at=invitation.expires_at)


def readable_name(text: str) -> str:
    """Give a name as it is kept: one spelling, no spaces around it, nothing that cannot be seen."""
    name = unicodedata.normalize("NFC", " ".join(text.split()))
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise NameUnusable
    return name


def hashed(code: str) -> bytes:
    """Hash a code as it is stored; what is no code has a hash that nobody has."""
    try:
        raw = unb64u(code, CODE_BYTES)
    except DoesNotOpen:
        raw = b""
    return sha256(_LABEL + raw)


def new_officer_id(rng: Callable[[int], bytes]) -> bytes:
    """Draw the id of somebody who was never an officer here."""
    return rng(ID_BYTES)

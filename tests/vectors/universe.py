"""One case with one of everything, made of known keys, ids and times; only HPKE's own randomness differs from run to run."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sealing.blob import BlobSealer
from sealing.case import Wrap, wrap_case_seed
from sealing.encoding import ID_BYTES, Rng, b64u
from sealing.entry import CaseHead, SealedEntry, seal_entry
from sealing.files import write_case
from sealing.identity import Identity, SigningIdentity
from sealing.plaintext import Plaintext
from sealing.signed_directory import SignedDirectory
from tests.vectors import known

AT = "2026-11-14T03:07:00Z"
LATER = "2026-11-21T09:00:00Z"
VOICE = known.pattern(5000)


def seeded(name: str) -> Rng:
    """Give randomness that is always the same: SHAKE256 of a name and a count."""
    calls = iter(range(2**32))

    def rng(size: int) -> bytes:
        return hashlib.shake_256(f"{name} {next(calls)}".encode()).digest(size)

    return rng


@dataclass(kw_only=True)
class CaseInTheMaking:
    """A case that grows by `append` and is exported by `file`."""

    case_id: bytes = known.CASE_A
    identity: Identity = field(default_factory=lambda: known.identity("case-a"))
    directory: SignedDirectory = field(default_factory=known.signed_directory)
    rng: Rng = field(default_factory=lambda: seeded("case in the making"))
    wraps: list[Wrap] = field(default_factory=list)
    entries: list[SealedEntry] = field(default_factory=list)
    blobs: list[tuple[bytes, bytes]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.head = CaseHead.of(self.case_id, self.identity.recipient)

    def wrap_to(self, *names: str) -> None:
        """Wrap the case to identities by name."""
        for name in names:
            recipient = known.identity(name).recipient
            self.wraps.append(wrap_case_seed(recipient, self.case_id, self.identity.seed))

    def append(self, author: SigningIdentity, plaintext: Plaintext) -> SealedEntry:
        """Seal the next entry."""
        entry, self.head = seal_entry(self.head, plaintext, author, self.rng(ID_BYTES))
        self.entries.append(entry)
        return entry

    def attach(self, author: SigningIdentity, content: bytes, **changes: Any) -> bytes:
        """Seal an attachment and its entry, with some fields of the entry changed; give the blob's id."""
        blob_id = self.rng(ID_BYTES)
        sealer = BlobSealer(self.case_id, blob_id, self.rng)
        stored = sealer.update(content) + b"".join(sealer.finish())
        self.append(author, {**sealer.attachment(AT, "audio/ogg"), **changes})
        self.blobs.append((blob_id, stored))
        return blob_id

    def file(self) -> dict[str, Any]:
        """Export the case."""
        return write_case(
            case_id=self.case_id,
            public_key=self.identity.recipient.public_key,
            wraps=self.wraps,
            entries=self.entries,
            blobs=self.blobs,
            directory=self.directory,
        )


def opened(*team_names: str) -> Plaintext:
    """Give the first entry of a case for these teams."""
    return {
        "kind": "opened",
        "at": AT,
        "area": "xk-zvecan",
        "language": "sr-Cyrl",
        "channel": "telegram",
        "urgency": "P1",
        "team_key_ids": [b64u(known.identity(name).key_id) for name in team_names],
    }


def message(way: str, text: str, message_id: bytes) -> Plaintext:
    """Give a message `from` or `to` the reporter."""
    return {"kind": "message", "at": AT, way: "reporter", "message_id": b64u(message_id), "text": text}


def whole_case() -> CaseInTheMaking:
    """Make a case with one entry of every kind, one attachment and one erased entry; nothing about it is broken."""
    case, intake, officer = CaseInTheMaking(), known.signer("intake"), known.signer("officer")
    case.wrap_to("team-north", "recovery")
    say: Callable[[SigningIdentity, Plaintext], SealedEntry] = case.append
    say(intake, opened("team-north"))
    say(intake, {"kind": "answers", "at": AT, "items": [{"step": "who", "value": 'Ђорђе "ë" 👦'}]})
    say(intake, {"kind": "answer", "at": AT, "step": "where", "value": "xk-zvecan"})
    say(intake, {"kind": "narrative", "at": AT, "text": "Më rreh çdo natë. " * 600, "via": "page"})
    case.attach(intake, VOICE)
    say(intake, message("from", "A je aty?", case.rng(ID_BYTES)))
    say(officer, message("to", "Ovde sam.", case.rng(ID_BYTES)))
    say(officer, {"kind": "note", "at": AT, "text": "Called the school."})
    say(officer, {"kind": "urgency", "at": AT, "urgency": "P0", "unknown": [1, 2.5, None]})
    case.wrap_to("team-south")
    say(officer, {"kind": "access", "at": AT, "key_id": b64u(known.identity("team-south").key_id)})
    say(known.signer("former"), {"kind": "note", "at": AT, "text": "Before leaving."})
    case.entries[2] = case.entries[2].erased()
    return case

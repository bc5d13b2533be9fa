"""What can go wrong while sealing. No message carries a word, a key, a receipt or a name; ids at most.

SealingError
├── DoesNotOpen         what was given does not open, and nobody is told why
├── KeyUnusable         a public key that nobody may seal to or believe
├── DirectoryRefused    a directory that does not replace the one in force
├── ChainBroken         a case that nobody may append to before a person has looked
├── NotAccepted         a case, an entry or a reply that came from outside and is not what it must be
│   └── EntryRefused    an entry that an officer's browser sealed and that would show as broken
├── ReceiptMistyped     the digits are not a receipt; the person should look again
└── Misuse              the caller asked for something that must never be written
"""


class SealingError(Exception):
    """The bytes cannot be used."""


class DoesNotOpen(SealingError):
    """Does not open."""

    def __init__(self) -> None:
        super().__init__("does not open")


class KeyUnusable(SealingError):
    """The public key is malformed or of small order."""


class DirectoryRefused(SealingError):
    """The directory is refused and the one in force stays; `reason` is one of section 9's, `detail` a plain sentence."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class ChainBroken(SealingError):
    """The chain of a case does not hold; `reason` is one of section 9's, `seq` the entry where it breaks."""

    def __init__(self, reason: str, seq: int) -> None:
        super().__init__(f"{reason} at entry {seq}")
        self.reason = reason
        self.seq = seq


class NotAccepted(SealingError):
    """What came from outside is refused; `why` is a plain sentence without anything that was sent."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class EntryRefused(NotAccepted):
    """An officer's entry is not appended; `reason` is one of section 9's, `seq` the number it would have got."""

    def __init__(self, reason: str, seq: int) -> None:
        super().__init__(f"{reason} at entry {seq}")
        self.reason = reason
        self.seq = seq


class ReceiptMistyped(SealingError):
    """These are not the digits of a receipt."""

    def __init__(self) -> None:
        super().__init__("not the digits of a receipt")


class Misuse(SealingError, ValueError):
    """The caller asked for something that must never be written."""

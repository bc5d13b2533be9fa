"""The plain facts of a case, as they go into and come out of the tables. What is sealed has its types in `sealing`."""

from dataclasses import dataclass, field

HOUR = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """The plain facts of a case about to be opened; `opened_at` is cut to its hour before it is stored."""

    case_id: bytes
    designation: str
    area: str | None
    urgency: str
    language: str
    channel: str
    opened_at: int
    suite: int
    public_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredHead:
    """Where a case's chain ends: the next entry gets `seq` and is chained to `hash`."""

    suite: int
    public_key: bytes = field(repr=False)
    seq: int
    hash: bytes = field(repr=False)
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """The plain columns of a case: an index only, what holds is in its entries (SEALING.md section 4)."""

    case_id: bytes
    designation: str
    area: str | None
    urgency: str
    state: str
    language: str
    channel: str
    opened_hour: int
    suite: int
    entries: int
    unread: bool
    unread_entries: int
    taken_by: bytes | None
    erased: bool


def hour_of(moment: int) -> int:
    """Cut a time to its full hour."""
    return moment - moment % HOUR

"""The audit log: who did what, when; each record is chained to the one before it (`sealing/audit.py`).

Laws. There is no way here to change or delete a record, and the database's own triggers refuse it. `about` holds ids and codes, never
words: a value that is not one is refused. A record is added in the transaction of what it tells of; on PostgreSQL adding waits for other
transactions that add, so add as the last thing of a work.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam

from sealing.audit import BEFORE_THE_FIRST, audit_hash
from sealing.encoding import b64u
from storage.desk_tables import audit
from storage.scope import Repository

LOCK: Final = 0x6175646974
"""The advisory lock under which PostgreSQL numbers records: "audit"."""
PAGE: Final = 1000
"""Records read at a time when the chain is walked."""
ABOUT_MOST: Final = 16
"""Facts of one record."""
_CODE: Final = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)
"""An id or a code: no space, so no sentence."""

_NUMBERS: Final = 2**53
"""Numbers from here on have no canonical form."""
_NOT_OURS: Final = {"broken": True}
"""What stands in the place of facts that no program of ours wrote; the chain breaks there."""

About = Mapping[str, str | int | bool | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One line of the log."""

    seq: int
    at: int
    officer_id: bytes | None
    action: str
    case_id: bytes | None
    about: dict[str, Any]
    hash: bytes

    def chained(self) -> dict[str, Any]:
        """What the hash is over."""
        return {
            "seq": self.seq,
            "at": self.at,
            "officer_id": None if self.officer_id is None else b64u(self.officer_id),
            "action": self.action,
            "case_id": None if self.case_id is None else b64u(self.case_id),
            "about": self.about,
        }


_A = audit.c
_HEAD = sa.select(_A.seq, _A.hash).order_by(_A.seq.desc()).limit(1)
_ADD = sa.insert(audit)
_FROM = sa.select(audit).where(_A.seq > bindparam("after")).order_by(_A.seq).limit(PAGE)
_ANY_OF_OFFICER = sa.select(_A.seq).where(
    _A.officer_id == bindparam("of_officer"),
    _A.action == bindparam("of_action"),
    _A.case_id == bindparam("of_case"),
    _A.at >= bindparam("since"),
)


class Audit(Repository):
    """Records by number, from 1 without gaps."""

    __slots__ = ()

    def add(
        self, actor_id: bytes | None, action: str, now: int, *, case_id: bytes | None = None, about: About | None = None
    ) -> AuditRecord:
        """Append what an officer did (None: nobody who is known, or the program itself)."""
        facts = dict(about or {})
        if not _CODE.fullmatch(action) or len(facts) > ABOUT_MOST or not all(_is_fact(*fact) for fact in facts.items()):
            raise ValueError("an audit record holds ids and codes only")
        if self._scope.connection.dialect.name == "postgresql":
            self._scope.connection.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
        head = self._scope.first(_HEAD, {})
        seq, before = (1, BEFORE_THE_FIRST) if head is None else (head.seq + 1, head.hash)
        record = AuditRecord(seq=seq, at=now, officer_id=actor_id, action=action, case_id=case_id, about=facts, hash=b"")
        told = audit_hash(before, record.chained())
        row = {
            "seq": seq,
            "at": now,
            "officer_id": actor_id,
            "action": action,
            "case_id": case_id,
            "about": json.dumps(facts, sort_keys=True, separators=(",", ":")),
            "hash": told,
        }
        self._scope.change(_ADD, row)
        return AuditRecord(seq=seq, at=now, officer_id=actor_id, action=action, case_id=case_id, about=facts, hash=told)

    def page(
        self,
        *,
        before: int | None = None,
        limit: int = 100,
        case_id: bytes | None = None,
        officer_id: bytes | None = None,
        case_ids: Collection[bytes] | None = None,
        actions: Collection[str] | None = None,
    ) -> tuple[AuditRecord, ...]:
        """Return records, the newest first: those before a number, of a case, of an officer, of these cases, of these actions."""
        found = sa.select(audit).order_by(_A.seq.desc()).limit(limit)
        if before is not None:
            found = found.where(_A.seq < before)
        if case_id is not None:
            found = found.where(_A.case_id == case_id)
        if officer_id is not None:
            found = found.where(_A.officer_id == officer_id)
        if case_ids is not None:
            found = found.where(_A.case_id.in_(list(case_ids)))
        if actions is not None:
            found = found.where(_A.action.in_(list(actions)))
        return tuple(_record(row) for row in self._scope.every(found, {}))

    def did(self, officer_id: bytes, action: str, case_id: bytes, since: int) -> bool:
        """Tell whether an officer has done that with a case since a moment."""
        parameters = {"of_officer": officer_id, "of_action": action, "of_case": case_id, "since": since}
        return self._scope.first(_ANY_OF_OFFICER.limit(1), parameters) is not None

    def broken_at(self) -> int | None:
        """Walk the whole chain; return the number of the first record that does not follow, or None if it is whole."""
        before, expected = BEFORE_THE_FIRST, 1
        for record in self._walk():
            if record.seq != expected or audit_hash(before, record.chained()) != record.hash:
                return min(record.seq, expected)
            before, expected = record.hash, expected + 1
        return None

    def _walk(self) -> Iterator[AuditRecord]:
        after = 0
        while rows := self._scope.every(_FROM, {"after": after}):
            for row in rows:
                yield _record(row)
            after = rows[-1].seq


def _is_fact(name: str, value: object) -> bool:
    if not _CODE.fullmatch(name):
        return False
    if isinstance(value, int):
        return abs(value) < _NUMBERS
    return value is None or (isinstance(value, str) and bool(_CODE.fullmatch(value)))


def _record(row: sa.Row[Any]) -> AuditRecord:
    """Read a record; what somebody wrote here by hand must not hide the rest of the log, so it is read as far as it goes."""
    return AuditRecord(
        seq=row.seq,
        at=row.at if isinstance(row.at, int) else 0,
        officer_id=row.officer_id if isinstance(row.officer_id, bytes) else None,
        action=row.action if isinstance(row.action, str) else "broken",
        case_id=row.case_id if isinstance(row.case_id, bytes) else None,
        about=_about(row.about),
        hash=row.hash if isinstance(row.hash, bytes) else b"",
    )


def _about(text: str) -> dict[str, Any]:
    try:
        about = json.loads(text)
        if isinstance(about, dict) and all(_is_fact(*fact) for fact in about.items()):
            return about
    except (ValueError, TypeError, RecursionError):
        pass
    return dict(_NOT_OURS)

"""What changed in the queue between two looks, and for whom.

Laws. A look reads what the listening officers may see, by the keys of their teams, and nothing of other cases. Whoever stops seeing a case
is told that it is gone; whoever never saw it is told nothing. An alarm is named once when it begins to sound and once at each of its
steps, to whoever it tells and to whoever is on duty for its teams, as far as they may open the case. When it ends that is seen too.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import Final

from handlers.directory_in_force import DirectoryInForce
from handlers.officer.alarms import ALARM
from handlers.officer.desk.rows import Row, rows
from sealing.encoding import b64u
from storage.case_queue import Mark, Ring
from storage.transaction import Transaction

OPEN: Final = ("new", "taken", "referred")
ROWS_AT_ONCE: Final = 200
"""Lines of one look; where more changed at once, whoever listens reads the queue again."""
RINGS_AT_ONCE: Final = 100
"""Alarms that are named at one look; where more sound, a desk is loud enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What there was to see at one moment, by the keys in `covered`."""

    covered: frozenset[bytes] = frozenset()
    marks: dict[bytes, Mark] = field(default_factory=dict)
    rings: dict[bytes, Ring] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """A case as it is now: its line, the keys that open it, and those that opened it before."""

    case_id: bytes
    row: Row | None
    key_ids: frozenset[bytes]
    before: frozenset[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sounding:
    """An alarm to be heard: of a case that these keys open, by these officers; not `new` if it sounded as loud at the look before."""

    case_id: bytes
    urgency: str
    key_ids: frozenset[bytes]
    officers: frozenset[bytes]
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """From one look to the next."""

    look: Look
    changed: tuple[Changed, ...] = ()
    too_many: bool = False
    soundings: tuple[Sounding, ...] = ()
    over: tuple[tuple[bytes, frozenset[bytes]], ...] = ()
    """Cases whose alarm no longer sounds, with the keys that opened them while it did."""


def look(
    tx: Transaction, directory: DirectoryInForce, before: Look, key_ids: Collection[bytes], now: int, *, all_rings: bool
) -> Difference:
    """Look anew, and compare. `all_rings`: somebody has just begun to listen and has not heard what sounds already."""
    after = _seen(tx, key_ids, now)
    ids = _changed(before, after)
    too_many = len(ids) > ROWS_AT_ONCE
    ids = () if too_many else ids
    lines = {row["case_id"]: row for row in rows(tx, directory, ids, now)}
    keys = tx.cases.keys_of(ids)
    changed = (
        Changed(
            case_id=one,
            row=lines.get(b64u(one)),
            key_ids=keys.get(one, frozenset()),
            before=before.marks[one].key_ids if one in before.marks else frozenset(),
        )
        for one in ids
    )
    soundings = tuple(_soundings(tx, before, after, all_rings=all_rings))
    over = tuple((one, before.marks[one].key_ids) for one in before.rings if one not in after.rings)
    return Difference(look=after, changed=tuple(changed), too_many=too_many, soundings=soundings, over=over)


def _seen(tx: Transaction, key_ids: Collection[bytes], now: int) -> Look:
    rings = {one.case_id: one for one in tx.cases.rings()}
    put_off = {one.case_id: (one.until, one.snoozed_at) for one in tx.snoozes.every(now)}
    marks = {
        case_id: Mark(key_ids=mark.key_ids, facts=(*mark.facts, _sound(rings.get(case_id), now), put_off.get(case_id)))
        for case_id, mark in tx.cases.marks(OPEN, key_ids).items()
    }
    sounding = {case_id: one for case_id, one in rings.items() if case_id in marks and one.created_at <= now}
    return Look(covered=frozenset(key_ids), marks=marks, rings=sounding)


def _sound(ring: Ring | None, now: int) -> tuple[bytes, int, bool] | None:
    return None if ring is None else (ring.alarm_id, ring.created_at, ring.created_at <= now)


def _changed(before: Look, after: Look) -> tuple[bytes, ...]:
    """The cases that are not as they were; one that only now somebody listens for is not changed by that."""
    found = [case_id for case_id, mark in after.marks.items() if _differs(before, case_id, mark)]
    still = before.covered & after.covered
    return (*found, *(one for one, mark in before.marks.items() if one not in after.marks and mark.key_ids & still))


def _differs(before: Look, case_id: bytes, mark: Mark) -> bool:
    earlier, seen_by = before.marks.get(case_id), mark.key_ids & before.covered
    if earlier is None:
        return bool(seen_by)
    return mark.facts != earlier.facts or seen_by != earlier.key_ids


def _soundings(tx: Transaction, before: Look, after: Look, *, all_rings: bool) -> Iterator[Sounding]:
    """Name the alarms that begin to sound or came to another step."""
    heard = {one.alarm_id: one.step for one in before.rings.values()}
    fresh = {case_id: heard.get(ring.alarm_id) != ring.step for case_id, ring in after.rings.items()}
    named = [case_id for case_id, new in fresh.items() if new or all_rings]
    for case_id in sorted(named, key=lambda one: (not fresh[one], after.marks[one].facts[0]))[:RINGS_AT_ONCE]:
        alarm = tx.alarms.get(after.rings[case_id].alarm_id)
        if alarm is None:
            continue
        on_duty = {one.officer_id for one in tx.duties.on_duty(alarm.team_ids)}
        yield Sounding(
            case_id=case_id,
            urgency=alarm.urgency,
            key_ids=after.marks[case_id].key_ids,
            officers=frozenset(on_duty | tx.alerts.told(alarm.alarm_id, ALARM)),
            new=fresh[case_id],
        )

"""Intake sounds and moves on alarms without the desk's key, and a withdrawn report is silenced from there."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from flows.escalation import Policies
from handlers.officer import alarms, moves
from sealing.case import Wrap
from storage.case_values import CaseFacts
from storage.database import Database
from storage.encrypted import AtRestKeys
from storage.errors import KeyMissing
from storage.migrations import migrate
from storage.officers import NewOfficer

from .conftest import DESK_KEY, NOON, Randomness, _entry

POLICIES = Policies.load()
CASE = b"c" * 16


@pytest.fixture
async def intake(tmp_path: Path) -> AsyncIterator[Database]:
    """A database with one officer on duty, opened by a process that holds intake's key only."""
    url, rng = f"sqlite:///{tmp_path}/amanet.db", Randomness()
    await migrate(url)
    desk = await Database.open(url, keys=AtRestKeys(desk=DESK_KEY), rng=rng)

    def enlist(tx: Any) -> None:
        arta = rng(16)
        tx.officers.add(NewOfficer(officer_id=arta, team_ids=("national",), language="sq", role="officer", name="Arta"))
        tx.officers.set_contact(arta, b"5", b"l" * 16)
        tx.duties.begin("national", arta, "duty")

    await desk.transact(enlist)
    await desk.close()
    database = await Database.open(url, keys=AtRestKeys(intake=b"i" * 32), rng=rng)
    yield database
    await database.close()


def open_case(tx: Any, urgency: str = "P1") -> alarms.Sounded:
    rng = Randomness()
    facts = CaseFacts(
        case_id=CASE,
        designation="quiet-heron",
        area=None,
        urgency=urgency,
        language="sq",
        channel="page",
        opened_at=NOON,
        suite=1,
        public_key=b"k" * 1216,
    )
    tx.cases.open(facts, [Wrap(key_id=b"n" * 16, sealed=b"w" * 1168)], [_entry(rng)])
    return alarms.open_alarm(tx, case_id=CASE, team_ids=("national",), policies=POLICIES, now=NOON, rng=rng)


async def test_an_alarm_is_sounded_and_moved_on(intake: Database) -> None:
    assert await intake.transact(open_case) == alarms.Sounded(on_duty=True, told=1)
    rng = Randomness()
    ticked = await intake.transact(lambda tx: alarms.tick_alarms(tx, now=NOON + 3600, rng=lambda n: b"z" + rng(n - 1)))
    assert ticked == alarms.Ticked(alarms=1, alerts=1, notices=1)
    with pytest.raises(KeyMissing):
        await intake.read(lambda tx: tx.officers.name(tx.duties.on_duty(("national",))[0].officer_id))


async def test_without_a_commit_there_is_no_alarm(intake: Database) -> None:
    """The alarm stands or falls with the case."""

    def fails(tx: Any) -> None:
        open_case(tx)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await intake.transact(fails)
    assert await intake.read(lambda tx: (tx.cases.get(CASE), tx.alarms.of_case(CASE))) == (None, ())


async def test_a_withdrawn_report_is_silenced(intake: Database) -> None:
    await intake.transact(open_case)

    def withdraw(tx: Any) -> None:
        assert tx.cases.withdraw(CASE, NOON + 60)
        moves.ended(tx, CASE, by=None, now=NOON + 60, rng=lambda n: b"w" * n)

    await intake.transact(withdraw)
    ticked = await intake.transact(lambda tx: alarms.tick_alarms(tx, now=NOON + 86400, rng=Randomness()))
    assert ticked == alarms.Ticked(alarms=0, alerts=0, notices=0)
    claimed = await intake.transact(lambda tx: tx.alerts.claim(NOON + 86400, 10, 60))
    assert [alert.kind for alert in claimed] == [moves.REFRESH]


async def test_every_waiting_case_has_exactly_one_open_alarm_whatever_happens(intake: Database) -> None:
    await intake.transact(open_case)
    arta = await intake.read(lambda tx: tx.duties.on_duty(("national",))[0].officer_id)
    rng = Randomness()
    rng._count = 1000
    steps: list[Any] = [
        lambda tx: moves.acknowledge(tx, CASE, arta, now=NOON + 60, rng=rng),
        lambda tx: alarms.tick_alarms(tx, now=NOON + 90_000, rng=rng),
        lambda tx: moves.acknowledge(tx, CASE, arta, now=NOON + 90_060, rng=rng),
        lambda tx: tx.cases.raise_urgency(CASE, "P0"),
        lambda tx: alarms.open_alarm(tx, case_id=CASE, team_ids=("national",), policies=POLICIES, now=NOON + 90_120, rng=rng),
        lambda tx: alarms.open_alarm(tx, case_id=CASE, team_ids=("prizren",), policies=POLICIES, now=NOON + 90_130, rng=rng),
        lambda tx: moves.take(tx, CASE, arta, now=NOON + 90_140, rng=rng),
        lambda tx: moves.release(tx, CASE, arta, policies=POLICIES, now=NOON + 90_200, rng=rng),
    ]
    for step in steps:
        await intake.transact(step)
        case, found = await intake.read(lambda tx: (tx.cases.get(CASE), tx.alarms.of_case(CASE)))
        assert case is not None
        assert sum(alarm.state == "open" for alarm in found) == (0 if case.state == "taken" else 1)

"""What ended cases leave of alarms and alerts: less with time, nothing once they are erased, and nothing goes that is on its way."""

from storage.alarms import Alarm
from storage.alerts import AlertFacts, NewAlert
from storage.case_values import HOUR
from storage.database import Database
from storage.transaction import Transaction

NOW = 1_800_000_000
DAY = 24 * HOUR
FACTS = AlertFacts(urgency="P1", area="prizren", designation="calm river", since=NOW)
RAISED = NOW + 1234


def a_case(tx: Transaction, world, *, sent: bool = True) -> bytes:
    """Open a case that has sounded once; with an alert on its way unless it was `sent`."""
    case_id, officer_id, alarm_id, alert_id = world.case(tx), world.officer(tx), world.rng(16), world.rng(16)
    tx.alarms.open(
        Alarm(
            alarm_id=alarm_id,
            case_id=case_id,
            team_ids=("national",),
            urgency="P1",
            created_at=RAISED,
            next_at=RAISED,
            policy={},
        )
    )
    tx.alerts.enqueue(
        [
            NewAlert(
                alert_id=alert_id,
                alarm_id=alarm_id,
                case_id=case_id,
                officer_id=officer_id,
                kind="alarm",
                facts=FACTS,
                not_before=NOW,
            )
        ]
    )
    if sent:
        tx.alerts.claim(NOW, 10, 30)
        tx.alerts.sent(alert_id, b"7 8")
    return case_id


def end(tx: Transaction, case_id: bytes, at: int) -> None:
    tx.cases.close(case_id, at)
    tx.alarms.close(case_id)


async def left(database: Database, case_id: bytes) -> tuple[int, int]:
    """How many alarms and alerts of a case there are."""
    return await database.read(lambda tx: (len(tx.alarms.of_case(case_id)), len(tx.alerts.for_case(case_id))))


async def purge(database: Database, before: int) -> tuple[bytes, ...]:
    found = await database.read(lambda tx: tx.ended.left(before, 50))
    await database.transact(lambda tx: tx.ended.forget(found))
    return found


async def test_alerts_of_a_case_that_ended_long_ago_go_and_its_alarms_stay_to_tell_its_teams(database: Database, world) -> None:
    def work(tx: Transaction) -> tuple[bytes, bytes, bytes]:
        old, fresh, waiting = a_case(tx, world), a_case(tx, world), a_case(tx, world)
        end(tx, old, NOW - 5 * DAY)
        end(tx, fresh, NOW)
        return old, fresh, waiting

    old, fresh, waiting = await database.transact(work)
    assert (old,) == await purge(database, NOW - 3 * DAY)
    assert [await left(database, one) for one in (old, fresh, waiting)] == [(1, 0), (1, 1), (1, 1)]
    assert await purge(database, NOW - 3 * DAY) == ()


async def test_of_an_erased_case_nothing_is_left(database: Database, world) -> None:
    def work(tx: Transaction) -> bytes:
        case_id = a_case(tx, world)
        tx.cases.withdraw_untaken(case_id, NOW)
        tx.cases.erase(case_id)
        tx.notices.add(case_id, "closed", NOW)
        tx.alarms.close(case_id)
        return case_id

    case_id = await database.transact(work)
    assert (case_id,) == await purge(database, NOW - 3 * DAY)
    assert await left(database, case_id) == (0, 0)
    assert await database.transact(lambda tx: tx.notices.claim(NOW + DAY, 10, 30)) == ()


async def test_a_case_with_an_alert_on_its_way_keeps_all_of_them(database: Database, world) -> None:
    def work(tx: Transaction) -> bytes:
        case_id = a_case(tx, world, sent=False)
        tx.cases.withdraw_untaken(case_id, NOW)
        tx.cases.erase(case_id)
        return case_id

    case_id = await database.transact(work)
    assert await purge(database, NOW) == ()
    await database.transact(lambda tx: tx.ended.forget((case_id,)))
    assert await left(database, case_id) == (1, 1)


async def test_the_second_of_an_alarm_is_cut_to_the_hour_when_its_case_has_ended(database: Database, world) -> None:
    def work(tx: Transaction) -> tuple[bytes, bytes]:
        ended, waiting = a_case(tx, world), a_case(tx, world)
        end(tx, ended, NOW)
        return ended, waiting

    ended, waiting = await database.transact(work)
    assert (ended,) == await database.read(lambda tx: tx.ended.exact(50))
    await database.transact(lambda tx: tx.ended.coarsen((ended,)))
    moments = [await database.read(lambda tx, one=one: tx.alarms.of_case(one)[0].created_at) for one in (ended, waiting)]
    assert moments == [RAISED - RAISED % HOUR, RAISED]
    assert await database.read(lambda tx: tx.ended.exact(50)) == ()

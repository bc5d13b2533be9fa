"""What the desk remembers: logins, sessions, the audit log that can only grow."""

import asyncio

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine

from sealing.audit import BEFORE_THE_FIRST, audit_hash, first_break
from storage.database import Database
from storage.desk_sessions import DeskSession
from storage.errors import AlreadyThere, NotThere
from storage.logins import Passkey, SlotAndProof

SLOT = SlotAndProof(slot={"slot": "passphrase", "ct": "c"}, proof_hash=b"p" * 32)
RECOVERY = SlotAndProof(slot={"slot": "recovery", "ct": "r"}, proof_hash=b"q" * 32)
NAME, OTHER_NAME = b"n" * 16, b"o" * 16


async def test_a_login_is_found_by_its_name_and_gives_slots_and_proofs(database: Database, world) -> None:
    officer = await database.transact(world.officer)
    await database.transact(lambda tx: tx.logins.put(officer, NAME, SLOT, RECOVERY))
    found = await database.read(
        lambda tx: (tx.logins.by_name(NAME), tx.logins.get(officer, "passphrase"), tx.logins.get(officer, "recovery"))
    )
    assert found == (officer, SLOT, RECOVERY)
    assert await database.read(lambda tx: (tx.logins.by_name(OTHER_NAME), tx.logins.get(b"x" * 16, "passphrase"))) == (None, None)
    new = SlotAndProof(slot={"slot": "passphrase", "ct": "new"}, proof_hash=b"w" * 32)
    await database.transact(lambda tx: tx.logins.set(officer, "passphrase", new))
    assert await database.read(lambda tx: tx.logins.get(officer, "passphrase")) == new
    with pytest.raises(NotThere):
        await database.transact(lambda tx: tx.logins.set(b"x" * 16, "passphrase", new))


async def test_a_name_belongs_to_one_officer_and_a_new_login_forgets_the_old_factors(database: Database, world) -> None:
    one, other = await database.transact(lambda tx: (world.officer(tx), world.officer(tx)))
    await database.transact(lambda tx: tx.logins.put(one, NAME, SLOT))
    with pytest.raises(AlreadyThere):
        await database.transact(lambda tx: tx.logins.put(other, NAME, SLOT))
    await database.transact(lambda tx: tx.logins.confirm_totp(one, b"s" * 20, 5))
    await database.transact(lambda tx: tx.logins.add_passkey(a_passkey(one), b"l" * 32))
    assert await database.read(lambda tx: tx.logins.second_factors(one)) == ("totp", "passkey")
    await database.transact(lambda tx: tx.logins.put(one, OTHER_NAME, SLOT))
    assert await database.read(lambda tx: (tx.logins.second_factors(one), tx.logins.by_name(NAME))) == ((), None)


def a_passkey(officer_id: bytes, *, passkey_id: bytes = b"k" * 16) -> Passkey:
    return Passkey(
        passkey_id=passkey_id, officer_id=officer_id, credential_id=b"c", public_key=b"p", label="key", sign_count=0, added_at=1
    )


async def test_a_code_is_used_up_and_an_offered_secret_counts_only_once_confirmed(database: Database, world) -> None:
    officer = await database.transact(world.officer)
    await database.transact(lambda tx: tx.logins.put(officer, NAME, SLOT))
    await database.transact(lambda tx: tx.logins.offer_totp(officer, b"s" * 20))
    assert await database.read(lambda tx: (tx.logins.totp(officer), tx.logins.offered_totp(officer))) == (None, b"s" * 20)
    await database.transact(lambda tx: tx.logins.confirm_totp(officer, b"s" * 20, 100))
    taken = [
        await database.transact(lambda tx, step=step: tx.logins.take_totp_step(officer, step)) for step in (99, 100, 101, 101)
    ]
    assert taken == [False, False, True, False]


async def test_a_passkey_counts_upwards_belongs_to_one_officer_and_goes_with_its_own(database: Database, world) -> None:
    one, other = await database.transact(lambda tx: (world.officer(tx), world.officer(tx)))
    for officer, name in ((one, NAME), (other, OTHER_NAME)):
        await database.transact(lambda tx, officer=officer, name=name: tx.logins.put(officer, name, SLOT))
    await database.transact(lambda tx: tx.logins.add_passkey(a_passkey(one), b"l" * 32))
    with pytest.raises(AlreadyThere):
        await database.transact(lambda tx: tx.logins.add_passkey(a_passkey(other, passkey_id=b"m" * 16), b"l" * 32))
    used = [await database.transact(lambda tx, n=n: tx.logins.use_passkey(b"k" * 16, n)) for n in (0, 0, 3, 3, 2, 4)]
    assert used == [True, True, True, False, False, True]
    assert await database.transact(lambda tx: tx.logins.remove_passkey(other, b"k" * 16)) is False
    assert await database.transact(lambda tx: tx.logins.remove_passkey(one, b"k" * 16)) is True


def a_session(officer_id: bytes, now: int, number: int = 0, state: str = "full") -> DeskSession:
    return DeskSession(
        session_id=bytes([number]) * 16,
        officer_id=officer_id,
        state=state,  # type: ignore[arg-type]
        began_at=now,
        seen_at=now,
        ends_at=now + 1000,
    )


async def test_a_session_is_found_until_it_is_over_idle_or_ended(database: Database, world, now) -> None:
    officer = await database.transact(world.officer)
    await database.transact(lambda tx: tx.desk_sessions.begin(a_session(officer, now), b"t" * 32))

    async def found(at: int) -> bool:
        look = lambda tx: tx.desk_sessions.find(b"t" * 32, now=at, idle_since=at - 100)  # noqa: E731
        return await database.read(look) is not None

    assert [await found(now + after) for after in (0, 99, 100)] == [True, True, False]
    await database.transact(lambda tx: tx.desk_sessions.touch(bytes(16), now + 950))
    await database.transact(lambda tx: tx.desk_sessions.touch(bytes(16), now + 3))
    assert [await found(now + after) for after in (999, 1000)] == [True, False]
    assert await database.transact(lambda tx: tx.desk_sessions.end(bytes(16), b"x" * 16)) is False
    assert await database.transact(lambda tx: tx.desk_sessions.end(bytes(16), officer)) is True
    assert await found(now + 960) is False


async def test_a_half_session_becomes_full_once_under_a_new_token(database: Database, world, now) -> None:
    officer = await database.transact(world.officer)
    await database.transact(lambda tx: tx.desk_sessions.begin(a_session(officer, now, state="half"), b"t" * 32))
    assert await database.read(lambda tx: tx.desk_sessions.of(officer, now=now, idle_since=0)) == ()
    complete = lambda tx: tx.desk_sessions.complete(bytes(16), b"u" * 32, now=now, ends_at=now + 9)  # noqa: E731
    assert [await database.transact(complete) for _ in range(2)] == [True, False]
    old, new = await database.read(
        lambda tx: [tx.desk_sessions.find(token * 32, now=now, idle_since=0) for token in (b"t", b"u")]
    )
    assert (old, new.state, new.ends_at) == (None, "full", now + 9)


async def test_sessions_end_together_and_those_that_are_over_are_forgotten(database: Database, world, now) -> None:
    one, other = await database.transact(lambda tx: (world.officer(tx), world.officer(tx)))
    for number, officer in enumerate((one, one, one, other)):
        session = a_session(officer, now, number)
        await database.transact(lambda tx, s=session: tx.desk_sessions.begin(s, s.session_id * 2))
    assert await database.transact(lambda tx: tx.desk_sessions.end_others(one, bytes(16))) == 2
    assert await database.transact(lambda tx: tx.desk_sessions.end_all(one)) == 1
    assert await database.transact(lambda tx: tx.desk_sessions.purge(now=now + 999, idle_since=now - 1)) == 0
    assert await database.transact(lambda tx: tx.desk_sessions.purge(now=now + 1000, idle_since=now - 1)) == 1


async def test_the_log_is_numbered_without_gaps_and_chained(database: Database, world, now) -> None:
    officer = await database.transact(world.officer)
    for number in range(5):
        await database.transact(
            lambda tx, number=number: tx.audit.add(officer, "case_opened", now + number, case_id=b"c" * 16, about={"n": number})
        )
    records = await database.read(lambda tx: tx.audit.page(limit=10))
    assert [record.seq for record in records] == [5, 4, 3, 2, 1]
    oldest_first = [(record.chained(), record.hash) for record in reversed(records)]
    assert first_break(BEFORE_THE_FIRST, oldest_first) is None
    assert first_break(BEFORE_THE_FIRST, oldest_first[1:]) == 0
    assert oldest_first[0][1] == audit_hash(BEFORE_THE_FIRST, oldest_first[0][0])
    assert await database.read(lambda tx: tx.audit.broken_at()) is None
    assert await database.read(lambda tx: tx.audit.did(officer, "case_opened", b"c" * 16, now + 4))
    assert not await database.read(lambda tx: tx.audit.did(officer, "case_opened", b"c" * 16, now + 5))


async def test_many_who_write_the_log_at_once_keep_it_whole(database: Database, world, now) -> None:
    officer = await database.transact(world.officer)
    await asyncio.gather(*(database.transact(lambda tx: tx.audit.add(officer, "tried", now)) for _ in range(40)))
    assert len(await database.read(lambda tx: tx.audit.page(limit=100))) == 40
    assert await database.read(lambda tx: tx.audit.broken_at()) is None


@pytest.mark.parametrize(
    ("action", "about"), [("two words", {}), ("a", {"why": "my own words"}), ("a", {"x y": 1}), ("a", {"n": [1]}), ("", {})]
)
async def test_words_do_not_get_into_the_log(database: Database, now, action, about) -> None:
    with pytest.raises(ValueError, match="ids and codes"):
        await database.transact(lambda tx: tx.audit.add(None, action, now, about=about))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET at = 1",
        "DELETE FROM audit",
        "UPDATE audit SET action = 'x' WHERE seq = 1",
        "DELETE FROM audit WHERE seq = 2",
    ],
)
async def test_the_database_itself_refuses_to_change_the_log(database: Database, database_url: str, now, statement: str) -> None:
    for _ in range(3):
        await database.transact(lambda tx: tx.audit.add(None, "tried", now))
    drivername = "sqlite+aiosqlite" if database_url.startswith("sqlite") else "postgresql+asyncpg"
    engine = create_async_engine(sa.make_url(database_url).set(drivername=drivername))
    with pytest.raises(sa.exc.DBAPIError, match="only appended to"):
        async with engine.begin() as connection:
            await connection.execute(sa.text(statement))
    await engine.dispose()
    assert await database.read(lambda tx: tx.audit.broken_at()) is None


async def test_a_record_changed_behind_the_triggers_back_shows(database: Database, database_url: str, now) -> None:
    for _ in range(4):
        await database.transact(lambda tx: tx.audit.add(None, "tried", now, about={"n": 1}))
    sqlite = database_url.startswith("sqlite")
    engine = create_async_engine(sa.make_url(database_url).set(drivername="sqlite+aiosqlite" if sqlite else "postgresql+asyncpg"))
    async with engine.begin() as connection:
        await connection.execute(
            sa.text("DROP TRIGGER audit_no_update" if sqlite else "SET LOCAL session_replication_role = replica")
        )
        await connection.execute(sa.text("UPDATE audit SET at = at + 1 WHERE seq = 3"))
    await engine.dispose()
    assert await database.read(lambda tx: tx.audit.broken_at()) == 3

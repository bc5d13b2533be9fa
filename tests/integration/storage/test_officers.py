"""Officers: sealed names and contacts, codes that work once, the rota, the directory of keys."""

import asyncio

import pytest

from storage.database import Database
from storage.directories import StoredDirectory
from storage.encrypted import AtRestKeys
from storage.errors import AlreadyThere, DirectoryOlder, KeyMissing, NotThere
from storage.officers import NewOfficer, Officer


async def test_an_officer_is_known_by_plain_facts_and_a_sealed_name(database: Database, world) -> None:
    officer_id = await database.transact(lambda tx: world.officer(tx, teams=("prizren", "national"), name="Drita"))
    expected = Officer(
        officer_id=officer_id,
        team_ids=("national", "prizren"),
        language="sq",
        role="officer",
        active=True,
        reachable=False,
    )
    assert expected == await database.read(lambda tx: tx.officers.get(officer_id))
    assert (expected,) == await database.read(lambda tx: tx.officers.every())
    assert await database.read(lambda tx: tx.officers.name(officer_id)) == "Drita"
    again = NewOfficer(officer_id=officer_id, team_ids=(), language="sq", role="officer", name="x")
    with pytest.raises(AlreadyThere):
        await database.transact(lambda tx: tx.officers.add(again))
    await database.transact(lambda tx: tx.officers.set_teams(officer_id, ["peja"]))
    await database.transact(lambda tx: tx.officers.set_language(officer_id, "en"))
    changed = await database.read(lambda tx: tx.officers.get(officer_id))
    assert changed is not None
    assert (changed.team_ids, changed.language) == (("peja",), "en")


async def test_who_is_not_there_is_told(database: Database) -> None:
    nobody = b"?" * 16
    assert await database.read(lambda tx: tx.officers.get(nobody)) is None
    for work in (
        lambda tx: tx.officers.name(nobody),
        lambda tx: tx.officers.set_active(nobody, False),
        lambda tx: tx.officers.set_contact(nobody, b"c", b"l" * 16),
    ):
        with pytest.raises(NotThere):
            await database.transact(work)


async def test_a_link_code_works_once_and_not_after_its_time(database: Database, world, now: int) -> None:
    officer_id = await database.transact(world.officer)

    def work(tx):
        tx.officers.add_link_code(b"1" * 32, officer_id, now + 100)
        tx.officers.add_link_code(b"2" * 32, officer_id, now)

    await database.transact(work)
    redeemed = await asyncio.gather(
        *(database.transact(lambda tx: tx.officers.redeem_link_code(b"1" * 32, now)) for _ in range(4))
    )
    assert [officer_id] == [one for one in redeemed if one is not None]
    assert await database.transact(lambda tx: tx.officers.redeem_link_code(b"2" * 32, now)) is None
    assert await database.transact(lambda tx: tx.officers.redeem_link_code(b"3" * 32, now)) is None
    assert await database.transact(lambda tx: tx.officers.purge_link_codes(now + 101)) == 2


async def test_a_contact_is_found_by_its_keyed_hash_and_belongs_to_one_officer(database: Database, world) -> None:
    one = await database.transact(world.officer)
    other = await database.transact(world.officer)
    lookup = b"l" * 16
    await database.transact(lambda tx: tx.officers.set_contact(one, b"chat", lookup))
    assert await database.read(lambda tx: tx.officers.contact(one)) == b"chat"
    assert one == await database.read(lambda tx: tx.officers.by_contact(lookup))
    await database.transact(lambda tx: tx.officers.set_contact(other, b"chat", lookup))
    assert other == await database.read(lambda tx: tx.officers.by_contact(lookup))
    assert await database.read(lambda tx: tx.officers.contact(one)) is None
    await database.transact(lambda tx: tx.officers.set_active(other, False))
    assert await database.read(lambda tx: tx.officers.by_contact(lookup)) is None
    await database.transact(lambda tx: tx.officers.clear_contact(other))
    assert await database.read(lambda tx: tx.officers.contact(other)) is None


async def test_intake_sees_who_is_on_duty_but_no_name_and_no_contact(database: Database, database_url, world, keys, rng) -> None:
    def work(tx):
        officer_id = world.officer(tx)
        tx.officers.set_contact(officer_id, b"chat", b"l" * 16)
        tx.duties.begin("national", officer_id, "duty")
        return officer_id

    officer_id = await database.transact(work)
    intake = await Database.open(database_url, keys=AtRestKeys(intake=keys.intake), rng=rng)
    assert [one.reachable for one in await intake.read(lambda tx: tx.duties.on_duty(["national"]))] == [True]
    for read in (lambda tx: tx.officers.name(officer_id), lambda tx: tx.officers.contact(officer_id)):
        with pytest.raises(KeyMissing):
            await intake.read(read)
    await intake.close()


async def test_duty_is_by_team_in_the_order_of_waking(database: Database, world) -> None:
    def work(tx):
        first, second, gone, boss = (world.officer(tx) for _ in range(4))
        tx.duties.begin("prizren", second, "duty", position=1)
        tx.duties.begin("national", first, "duty", position=5)
        tx.duties.begin("national", first, "duty", position=0)
        tx.duties.begin("prizren", gone, "duty", position=0)
        tx.officers.set_active(gone, False)
        tx.duties.begin("national", boss, "supervisor")
        return first, second, boss

    first, second, boss = await database.transact(work)
    teams = ["national", "prizren"]
    assert [first, second] == [one.officer_id for one in await database.read(lambda tx: tx.duties.on_duty(teams))]
    assert [second] == [one.officer_id for one in await database.read(lambda tx: tx.duties.on_duty(["prizren"]))]
    assert await database.read(lambda tx: tx.duties.on_duty([])) == ()
    assert [boss] == [one.officer_id for one in await database.read(lambda tx: tx.duties.supervisors(teams))]
    assert await database.transact(lambda tx: tx.duties.end("prizren", second, "duty"))
    assert not await database.transact(lambda tx: tx.duties.end("prizren", second, "duty"))


async def test_a_directory_never_goes_back(database: Database, now: int) -> None:
    def install(serial: int, document: bytes):
        new = StoredDirectory(serial=serial, document=document, signature=b"s" * 64, installed_at=now)
        return database.transact(lambda tx: tx.directory.install(new))

    assert await database.read(lambda tx: tx.directory.current()) is None
    assert await database.read(lambda tx: tx.directory.highest_seen()) == 0
    assert await install(3, b"three")
    assert not await install(3, b"three")
    assert await install(5, b"five")
    for serial, document in ((4, b"four"), (5, b"another five"), (3, b"three")):
        with pytest.raises(DirectoryOlder):
            await install(serial, document)
    current = await database.read(lambda tx: tx.directory.current())
    assert current is not None
    assert (current.serial, current.document, await database.read(lambda tx: tx.directory.highest_seen())) == (5, b"five", 5)

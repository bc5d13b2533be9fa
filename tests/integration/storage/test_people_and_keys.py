"""Invitations, admissions, team keys, team wraps and the steps of the beginning, over both kinds of database."""

import os

from sealing.case import TeamWrap, Wrap
from sealing.entry import SealedEntry
from storage.case_values import CaseFacts
from storage.database import Database
from storage.invitations import Admission, Invitation
from storage.officers import NewOfficer
from storage.team_keys import PlannedTeam, WaitingKey
from storage.transaction import Transaction

NOW = 1_800_000_000
ANN, BEN, TEAM = b"a" * 16, b"b" * 16, b"t" * 16


def ann(expires_at: int = NOW + 100) -> Invitation:
    return Invitation(
        officer_id=ANN,
        name="Ann",
        role="officer",
        team_ids=("national", "prizren"),
        language="sq",
        invited_by=None,
        invited_at=NOW,
        expires_at=expires_at,
    )


def keys_of(officer_id: bytes, key: bytes = b"k" * 16) -> Admission:
    return Admission(
        officer_id=officer_id, identity_key=b"i" * 1216, signing_key=b"s" * 32, key_id=key, signer_id=key, joined_at=NOW
    )


async def add_officer(database: Database, officer_id: bytes) -> None:
    new = NewOfficer(officer_id=officer_id, team_ids=("national",), language="en", role="officer", name="Somebody")
    await database.transact(lambda tx: tx.officers.add(new))


async def test_an_invitation_works_until_it_is_used_withdrawn_or_late(database: Database) -> None:
    code, name = b"c" * 32, b"n" * 16
    await database.transact(lambda tx: tx.admissions.invite(ann(), code_hash=code, name_lookup=name))
    assert await database.read(lambda tx: tx.admissions.by_code(code, NOW)) == ann()
    assert await database.read(lambda tx: tx.admissions.invited_as(name, NOW)) == ANN
    assert await database.read(lambda tx: tx.admissions.by_code(code, NOW + 100)) is None
    assert await database.read(lambda tx: tx.admissions.by_code(b"x" * 32, NOW)) is None
    assert not await database.transact(lambda tx: tx.admissions.use(code, NOW + 100))
    assert await database.transact(lambda tx: tx.admissions.use(code, NOW))
    assert not await database.transact(lambda tx: tx.admissions.use(code, NOW))
    assert await database.read(lambda tx: tx.admissions.invitations(NOW)) == ()


async def test_a_new_invitation_replaces_the_one_before_and_old_ones_are_forgotten(database: Database) -> None:
    first, second, name = b"1" * 32, b"2" * 32, b"n" * 16
    await database.transact(lambda tx: tx.admissions.invite(ann(), code_hash=first, name_lookup=name))
    await database.transact(lambda tx: tx.admissions.invite(ann(), code_hash=second, name_lookup=name))
    assert await database.read(lambda tx: tx.admissions.by_code(first, NOW)) is None
    assert await database.read(lambda tx: tx.admissions.invitations(NOW)) == (ann(),)
    assert await database.transact(lambda tx: tx.admissions.purge_invitations(NOW + 100)) == 0
    assert await database.transact(lambda tx: tx.admissions.purge_invitations(NOW + 101)) == 1
    assert not await database.transact(lambda tx: tx.admissions.withdraw(ANN))


async def test_exactly_the_keys_that_wait_are_decided_about_once(database: Database) -> None:
    for officer_id in (ANN, BEN):
        await add_officer(database, officer_id)
    await database.transact(lambda tx: tx.admissions.join(keys_of(ANN)))
    other = keys_of(ANN, b"o" * 16)
    assert not await database.transact(lambda tx: tx.admissions.decide(other, "compared", by=BEN, now=NOW))
    assert await database.transact(lambda tx: tx.admissions.decide(keys_of(ANN), "compared", by=BEN, now=NOW))
    assert not await database.transact(lambda tx: tx.admissions.decide(keys_of(ANN), "refused", by=BEN, now=NOW))
    (known,) = await database.read(lambda tx: tx.admissions.every())
    assert (known.state, known.decided_by, known.decided_at) == ("compared", BEN, NOW)
    assert await database.read(lambda tx: tx.admissions.has_key(b"k" * 16, b"x" * 16))
    assert not await database.read(lambda tx: tx.admissions.has_key(b"x" * 16, b"x" * 16))
    await database.transact(lambda tx: tx.admissions.join(other))
    assert await database.read(lambda tx: tx.admissions.every()) == (other,)
    assert await database.read(lambda tx: tx.admissions.of(BEN)) is None


async def test_a_waiting_key_is_signed_or_dropped_once(database: Database) -> None:
    await add_officer(database, ANN)
    key = WaitingKey(key_id=b"k" * 16, team_id="prizren", public_key=b"p" * 1216, made_by=ANN, made_at=NOW)
    await database.transact(lambda tx: tx.team_keys.offer(key))
    assert await database.read(lambda tx: tx.team_keys.waiting()) == (key,)
    assert await database.transact(lambda tx: tx.team_keys.settle(key.key_id, "signed"))
    assert not await database.transact(lambda tx: tx.team_keys.settle(key.key_id, "dropped"))
    assert await database.transact(lambda tx: tx.team_keys.drop_of(ANN)) == 0
    assert await database.read(lambda tx: tx.team_keys.waiting()) == ()
    assert await database.read(lambda tx: tx.team_keys.is_known(key.key_id))


async def test_a_plan_is_changed_until_it_is_fulfilled(database: Database) -> None:
    plan = PlannedTeam(team_id="prizren", name="Prizren", areas=("prizren",), planned_by=None, planned_at=NOW)
    wider = PlannedTeam(team_id="prizren", name="South", areas=("prizren", "dragash"), planned_by=None, planned_at=NOW + 1)
    for one in (plan, wider):
        await database.transact(lambda tx, one=one: tx.team_keys.plan(one))
    assert await database.read(lambda tx: tx.team_keys.planned()) == (wider,)
    await database.transact(lambda tx: tx.team_keys.unplan("prizren"))
    assert await database.read(lambda tx: tx.team_keys.planned()) == ()


async def test_a_newer_wrap_replaces_the_older_and_goes_with_its_member(database: Database) -> None:
    old = TeamWrap(team_key_id=TEAM, member_key_id=ANN, sealed=b"1" * 1168)
    new = TeamWrap(team_key_id=TEAM, member_key_id=ANN, sealed=b"2" * 1168)
    other = TeamWrap(team_key_id=b"u" * 16, member_key_id=ANN, sealed=b"3" * 1168)
    await database.transact(lambda tx: tx.team_wraps.put((old, other), made_by=None, now=NOW))
    await database.transact(lambda tx: tx.team_wraps.put((new,), made_by=None, now=NOW + 1))
    assert set(await database.read(lambda tx: tx.team_wraps.of_member(ANN))) == {new, other}
    assert await database.read(lambda tx: tx.team_wraps.holders((TEAM,))) == {(TEAM, ANN)}
    assert await database.transact(lambda tx: tx.team_wraps.forget(TEAM, ANN))
    assert not await database.transact(lambda tx: tx.team_wraps.forget(TEAM, ANN))
    assert await database.transact(lambda tx: tx.team_wraps.forget_member(ANN)) == 1


async def test_open_cases_are_wrapped_anew_most_urgent_first_and_ended_ones_are_left(database: Database) -> None:
    former, present = b"f" * 16, b"p" * 16

    def fill(tx: Transaction) -> None:
        for number, (urgency, keys) in enumerate((("P2", (former,)), ("P0", (former,)), ("P1", (former, present)), ("P1", ()))):
            _open(tx, bytes([number]) * 16, urgency, keys)
        _open(tx, b"\x09" * 16, "P0", (former,))
        tx.cases.close(b"\x09" * 16, NOW)

    await database.transact(fill)
    expected = tuple(bytes([number]) * 16 for number in (1, 2, 0))
    assert await database.read(lambda tx: tx.team_wraps.to_rewrap((former,), 100)) == expected
    assert await database.read(lambda tx: tx.team_wraps.to_rewrap((former,), 2)) == expected[:2]
    assert await database.read(lambda tx: tx.team_wraps.to_rewrap((), 100)) == ()


async def test_a_step_is_ticked_once(database: Database) -> None:
    assert await database.transact(lambda tx: tx.ceremony.tick("root_off_line", done_by=None, now=NOW))
    assert not await database.transact(lambda tx: tx.ceremony.tick("root_off_line", done_by=None, now=NOW + 1))
    (tick,) = await database.read(lambda tx: tx.ceremony.ticks())
    assert (tick.step, tick.done_at) == ("root_off_line", NOW)


def _open(tx: Transaction, case_id: bytes, urgency: str, key_ids: tuple[bytes, ...]) -> None:
    facts = CaseFacts(
        case_id=case_id,
        designation=case_id.hex(),
        area=None,
        urgency=urgency,
        language="en",
        channel="telegram",
        opened_at=NOW,
        suite=1,
        public_key=b"p" * 1216,
    )
    entry = SealedEntry(
        entry_id=os.urandom(16),
        seq=0,
        author=ANN,
        body=b"b",
        body_sha256=b"h" * 32,
        hash=b"h" * 32,
        signature=b"s" * 64,
    )
    tx.cases.open(facts, [Wrap(key_id=key_id, sealed=b"w" * 1168) for key_id in key_ids], [entry])


async def test_an_officer_comes_back_under_the_same_id(database: Database) -> None:
    officer_id = ANN
    await add_officer(database, officer_id)
    await database.transact(lambda tx: tx.officers.leave(officer_id, NOW))
    left = await database.read(lambda tx: tx.officers.get(officer_id))
    assert left is not None
    assert (left.active, left.left_at) == (False, NOW)
    await database.transact(lambda tx: tx.officers.come_back(officer_id))
    back = await database.read(lambda tx: tx.officers.get(officer_id))
    assert back is not None
    assert (back.active, back.left_at) == (True, None)

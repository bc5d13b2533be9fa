"""A case that its holder may no longer open goes back into the queue and rings: by a new directory, or because they left."""

import json
import os
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.directory import install
from handlers.officer import moves
from handlers.officer.alarms import open_alarm
from sealing.case import NewCase
from sealing.encoding import b64u
from sealing.entry import CaseHead, seal_entry
from sealing.identity import SigningIdentity
from storage.case_values import CaseFacts
from storage.transaction import Transaction
from tests.stories.desk_folk import Browser, Desk, open_desk

Document = dict[str, Any]


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with open_desk() as opened:
        yield opened


@pytest.fixture
async def admin(desk: Desk) -> Browser:
    return await desk.administrator()


async def a_case_of(desk: Desk, officer: Browser) -> bytes:
    """A case of the national team that this officer has taken."""
    case, team = NewCase.make(os.urandom), desk.directory.team("national")
    assert team is not None
    intake = SigningIdentity.from_seed(desk.settings.secret("intake_signing_key"))
    opened = {
        "kind": "opened",
        "at": "2027-01-15T08:00:00Z",
        "area": None,
        "language": "en",
        "channel": "telegram",
        "urgency": "P1",
        "team_key_ids": [b64u(team.key.key_id)],
    }
    entry, _ = seal_entry(CaseHead.of(case.case_id, case.identity.recipient), opened, intake, os.urandom(16))
    facts = CaseFacts(
        case_id=case.case_id,
        designation=case.case_id.hex(),
        area=None,
        urgency="P1",
        language="en",
        channel="telegram",
        opened_at=desk.clock[0],
        suite=1,
        public_key=case.identity.recipient.public_key,
    )

    def work(tx: Transaction) -> None:
        tx.cases.open(facts, case.wrap_to([team.key, desk.directory.recovery]), [entry])
        now = desk.clock[0]
        open_alarm(tx, case_id=case.case_id, team_ids=("national",), policies=desk.parts.policies, now=now, rng=os.urandom)

    await desk.database.transact(work)
    await officer.post(f"/cases/{b64u(case.case_id)}/moves/take", entries=[], expected_seq=0)
    return case.case_id


async def stands(desk: Desk, case_id: bytes) -> tuple[str, bool]:
    """How a case stands, and whether its alarm sounds."""
    found = await desk.database.read(lambda tx: moves.standing(tx, case_id, desk.clock[0]))
    return found.stand, found.rings


async def signed_otherwise(desk: Desk, admin: Browser, change: Callable[[Document], None]) -> dict[str, str]:
    """The next directory as whoever holds the root has changed it before they signed."""
    desk.passes(60)
    document: Document = json.loads((await admin.get("/directory/draft"))["document"])
    change(document)
    return desk.sign(json.dumps(document))


def without_teams(officer: Browser) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        for member in document["members"]:
            if member["officer_id"] == b64u(officer.officer_id):
                member["team_ids"] = []

    return change


def without(officer: Browser) -> Callable[[Document], None]:
    def change(document: Document) -> None:
        document["members"] = [one for one in document["members"] if one["officer_id"] != b64u(officer.officer_id)]

    return change


@pytest.mark.parametrize("change", [without_teams, without], ids=["out of every team", "out of the directory"])
async def test_a_directory_that_takes_an_officer_out_gives_their_cases_back(
    desk: Desk, admin: Browser, change: Callable[[Browser], Callable[[Document], None]]
) -> None:
    ann, ben = await desk.member(admin, "Ann"), await desk.member(admin, "Ben")
    anns, bens = await a_case_of(desk, ann), await a_case_of(desk, ben)
    assert (await stands(desk, anns), await stands(desk, bens)) == (("taken", False), ("taken", False))
    await admin.post("/directory", **(await signed_otherwise(desk, admin, change(ann))))
    assert (await stands(desk, anns), await stands(desk, bens)) == (("waiting", True), ("taken", False))
    (last,) = (await admin.get("/audit"))["records"][:1]
    assert (last["action"], last["about"]["released"]) == ("directory_installed", 1)
    assert (await ben.sends(f"/cases/{b64u(anns)}/moves/take", entries=[], expected_seq=0)).status == 200


async def test_the_command_that_installs_a_directory_gives_them_back_as_well(desk: Desk, admin: Browser) -> None:
    ann = await desk.member(admin, "Ann")
    case_id = await a_case_of(desk, ann)
    signed = json.dumps(await signed_otherwise(desk, admin, without_teams(ann))).encode()
    assert (await install(desk.settings, signed, desk.clock[0])).endswith("are back in the queue: 1.")
    assert await stands(desk, case_id) == ("waiting", True)
    assert (await install(desk.settings, signed, desk.clock[0])).endswith("is in force already.")


async def test_a_new_key_of_the_team_leaves_every_case_where_it_is(desk: Desk, admin: Browser) -> None:
    ann = await desk.member(admin, "Ann")
    case_id = await a_case_of(desk, ann)
    await ann.makes_team_key("national")
    assert await desk.renews(admin) == ["team_key_changed"]
    assert await stands(desk, case_id) == ("taken", False)


async def test_whoever_is_removed_leaves_their_cases_in_the_queue(desk: Desk, admin: Browser) -> None:
    ann = await desk.member(admin, "Ann")
    case_id = await a_case_of(desk, ann)
    assert await admin.post("/officers/remove", officer_id=b64u(ann.officer_id)) == {"released": 1}
    assert await stands(desk, case_id) == ("waiting", True)
    await desk.renews(admin)
    assert await stands(desk, case_id) == ("waiting", True)

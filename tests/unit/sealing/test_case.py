"""Opening a case: wraps that only their recipients open, and wraps that a browser may send."""

from dataclasses import replace

import pytest

from sealing.case import NewCase, TeamWrap, Wrap, chain_start, must_be_wraps, wrap_case_seed, wrap_team_seed
from sealing.encoding import label
from sealing.errors import DoesNotOpen, Misuse, NotAccepted
from sealing.open.steps import open_team_wrap, unwrap
from tests.vectors import known
from tests.vectors.universe import seeded

DIRECTORY = known.directory()
NORTH = DIRECTORY.teams[0].key


def test_a_new_case_opens_for_those_it_was_wrapped_to_and_for_nobody_else() -> None:
    case = NewCase.make(seeded("new"))

    to_north, to_recovery = case.wrap_to([NORTH, DIRECTORY.recovery])

    assert len(to_north.sealed) == 1168
    assert unwrap(known.identity("team-north"), case.case_id, to_north.sealed) == case.identity
    assert unwrap(known.identity("recovery"), case.case_id, to_recovery.sealed) == case.identity
    for reader, case_id, wrap in (
        ("team-south", case.case_id, to_north),
        ("team-north", case.case_id, to_recovery),
        ("team-north", bytes(16), to_north),
    ):
        with pytest.raises(DoesNotOpen):
            unwrap(known.identity(reader), case_id, wrap.sealed)


def test_a_wrap_that_holds_something_else_does_not_open() -> None:
    info = label("amanet/v1/wrap") + bytes(16) + NORTH.key_id

    with pytest.raises(DoesNotOpen):
        unwrap(known.identity("team-north"), bytes(16), NORTH.seal(info, bytes(31)))
    with pytest.raises(Misuse):
        wrap_case_seed(NORTH, bytes(16), bytes(31))


def test_a_chain_starts_elsewhere_for_another_case_key_or_suite() -> None:
    starts = {
        chain_start(bytes(16), NORTH.public_key),
        chain_start(bytes([1] * 16), NORTH.public_key),
        chain_start(bytes(16), DIRECTORY.recovery.public_key),
        chain_start(bytes(16), NORTH.public_key, suite=2),
    }

    assert len(starts) == 4


def _wraps() -> list[Wrap]:
    return list(NewCase.make(seeded("page")).wrap_to([NORTH, DIRECTORY.recovery]))


def test_wraps_from_a_browser_are_taken_when_they_are_whole() -> None:
    must_be_wraps(_wraps(), DIRECTORY)


def test_wraps_from_a_browser_are_refused_when_they_are_not() -> None:
    north, recovery = _wraps()
    stranger = replace(north, key_id=known.identity("stranger").key_id)

    for wraps in ([], [north], [north, north, recovery], [stranger, recovery], [replace(north, sealed=b"short"), recovery]):
        with pytest.raises(NotAccepted) as refused:
            must_be_wraps(wraps, DIRECTORY)
        assert refused.value.why == str(refused.value)


def test_a_team_wrap_opens_for_the_member_it_was_made_for() -> None:
    officer, team = known.identity("officer"), known.identity("team-north")

    wrap = wrap_team_seed(officer.recipient, team, DIRECTORY)

    assert TeamWrap.from_json(wrap.to_json()) == wrap
    assert open_team_wrap(officer, wrap.to_json()) == team


def test_a_team_wrap_is_made_only_to_a_member_in_the_directory() -> None:
    with pytest.raises(Misuse):
        wrap_team_seed(known.identity("stranger").recipient, known.identity("team-north"), DIRECTORY)


def test_a_team_wrap_that_is_not_what_it_says_does_not_open() -> None:
    officer, team, other = known.identity("officer"), known.identity("team-north"), known.identity("team-south")
    wrap = wrap_team_seed(officer.recipient, team, DIRECTORY)
    info = label("amanet/v1/team") + team.key_id + officer.key_id
    swapped = replace(wrap, sealed=officer.recipient.seal(info, other.seed))

    for value in (
        None,
        "text",
        {},
        {**wrap.to_json(), "format": "amanet-team-wrap/2"},
        {**wrap.to_json(), "sealed": "AAAA"},
        replace(wrap, team_key_id=other.key_id).to_json(),
        replace(wrap, member_key_id=other.key_id).to_json(),
        swapped.to_json(),
    ):
        with pytest.raises(DoesNotOpen):
            open_team_wrap(officer, value)

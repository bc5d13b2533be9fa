"""What nobody can want in a directory: told to a page by codes and ids, and in a sentence to whoever types commands."""

import random
from dataclasses import replace

import pytest

from handlers.directory_in_force import NATIONAL
from handlers.directory_succession import faults
from sealing.directory import Directory, Member, Signer, Team
from sealing.encoding import b64u
from sealing.identity import Identity, SigningIdentity

ROLL = random.Random(7).randbytes
OFFICER = SigningIdentity.generate(ROLL)
INTAKE = SigningIdentity.generate(ROLL)
ANN = ROLL(16)
MEMBER = Member(officer_id=ANN, key=Identity.generate(ROLL).recipient, signer_id=OFFICER.signer_id, team_ids=(NATIONAL,))
TEAM = Team(team_id=NATIONAL, name="National team", areas=(), key=Identity.generate(ROLL).recipient)
PRIZREN = Team(team_id="prizren", name="Prizren", areas=("prizren",), key=Identity.generate(ROLL).recipient)
WHOLE = Directory(
    serial=1,
    issued_at="2026-01-01T00:00:00Z",
    expires_at="2027-01-01T00:00:00Z",
    teams=(TEAM, PRIZREN),
    recovery=Identity.generate(ROLL).recipient,
    relay=Identity.generate(ROLL).recipient,
    receipt_salt=ROLL(32),
    members=(MEMBER,),
    signers=(
        Signer(verifier=INTAKE.verifier, role="intake"),
        Signer(verifier=OFFICER.verifier, role="officer", team_ids=(NATIONAL,)),
    ),
)
WHO = {"officer_id": b64u(ANN)}


def test_a_whole_directory_has_none() -> None:
    assert list(faults(WHOLE)) == []


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (replace(WHOLE, expires_at=WHOLE.issued_at), [{"code": "dates"}]),
        (replace(WHOLE, signers=WHOLE.signers[1:]), [{"code": "intake_signer"}]),
        (
            replace(WHOLE, teams=(replace(TEAM, areas=("prizren",)), PRIZREN)),
            [{"code": "area_twice", "area": "prizren"}],
        ),
        (
            replace(WHOLE, members=(replace(MEMBER, team_ids=(NATIONAL, "south")),)),
            [{"code": "member_team", **WHO, "team_id": "south"}, {"code": "member_signer_team", **WHO, "team_id": "south"}],
        ),
        (replace(WHOLE, members=(replace(MEMBER, signer_id=INTAKE.signer_id),)), [{"code": "member_signer", **WHO}]),
        (
            replace(WHOLE, teams=(PRIZREN,), members=()),
            [{"code": "national_missing"}, {"code": "signer_team", "team_id": NATIONAL}],
        ),
    ],
    ids=lambda value: value[0]["code"] if isinstance(value, list) else "",
)
def test_each_is_told_by_its_code_and_whom_it_is_about(broken: Directory, told: list[dict[str, str]]) -> None:
    found = list(faults(broken))
    assert [fault.to_json() for fault in found] == told
    assert all(fault.words for fault in found)

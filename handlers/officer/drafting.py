"""The next directory, drafted from the one in force and from what happened since: newcomers, departures, teams and their keys.

Laws. A draft is unsigned and binds nobody; whoever holds the root reads it, compares fingerprints and signs off line. Only keys that
somebody compared aloud come in. Who left, and who joined anew with other keys, goes out, and their signer is retired from that moment.
A key that a team had stays named. Recovery, relay, the receipts' salt and intake's signer are never touched here. Administrators stand in
no directory: they open nothing and sign nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sealing.directory import Directory, Member, Signer, Team
from sealing.encoding import b64u, time_text
from sealing.identity import Recipient, Verifier, fingerprint
from storage.invitations import Admission
from storage.officers import Officer
from storage.team_keys import PlannedTeam, WaitingKey
from storage.transaction import Transaction

Change = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What the database knows that the directory in force does not say."""

    officers: dict[bytes, Officer]
    admissions: dict[bytes, Admission]
    planned: tuple[PlannedTeam, ...]
    waiting: tuple[WaitingKey, ...]

    @classmethod
    def read(cls, tx: Transaction) -> "Since":
        """Read it."""
        return cls(
            officers={officer.officer_id: officer for officer in tx.officers.every()},
            admissions={admission.officer_id: admission for admission in tx.admissions.every()},
            planned=tx.team_keys.planned(),
            waiting=tx.team_keys.waiting(),
        )


def draft(known: Directory, since: Since, now: int) -> tuple[Directory, tuple[Change, ...]]:
    """Give what follows the directory in force but for its serial and times, and name each change by its code and ids."""
    teams, changes = _teams(known.teams, since)
    there = {team.team_id for team in teams}
    members: list[Member] = []
    signers = {signer.signer_id: signer for signer in known.signers}
    for member in known.members:
        ended = ended_at(member, since, now)
        if ended is None:
            kept = _of_teams(member, signers, since, there)
            changes += [_of_member("member_teams", kept)] if kept != member else []
            members.append(kept)
            continue
        changes.append(_of_member("member_removed", member))
        signer = signers.get(member.signer_id)
        if signer is not None and signer.retired_at is None:
            signers[member.signer_id] = replace(signer, retired_at=time_text(ended))
    for admission in _newcomers(members, signers, since):
        newcomer = _member(admission, since.officers[admission.officer_id], there)
        members.append(newcomer)
        signers[admission.signer_id] = Signer(
            verifier=Verifier.from_bytes(admission.signing_key), role="officer", team_ids=newcomer.team_ids
        )
        changes.append(_of_member("member_added", newcomer))
    return replace(known, teams=tuple(teams), members=tuple(members), signers=tuple(signers.values())), tuple(changes)


def ended_at(member: Member, since: Since, now: int) -> int | None:
    """From when a member's keys count no longer: they left, or joined anew with others; None as long as they count."""
    officer, admission = since.officers.get(member.officer_id), since.admissions.get(member.officer_id)
    if officer is not None and not officer.active:
        return officer.left_at or now
    if admission is not None and admission.key_id != member.key.key_id:
        return admission.joined_at
    return None


def _teams(known: Iterable[Team], since: Since) -> tuple[list[Team], list[Change]]:
    """The teams as they are planned, each with its newest key."""
    keys = {waiting.team_id: waiting for waiting in since.waiting}
    plans = {plan.team_id: plan for plan in since.planned}
    teams: list[Team] = []
    changes: list[Change] = []
    for team in known:
        plan, waiting, next_team = plans.pop(team.team_id, None), keys.pop(team.team_id, None), team
        if plan is not None and (plan.name, plan.areas) != (team.name, team.areas):
            next_team = replace(next_team, name=plan.name, areas=plan.areas)
            changes.append({"code": "team_changed", "team_id": team.team_id})
        if waiting is not None and waiting.key_id not in team.key_ids:
            former = (*team.former_key_ids, team.key.key_id)
            next_team = replace(next_team, key=Recipient.from_bytes(waiting.public_key), former_key_ids=former)
            changes.append(_of_key("team_key_changed", team.team_id, waiting.key_id))
        teams.append(next_team)
    for team_id, plan in plans.items():
        if waiting := keys.get(team_id):
            teams.append(Team(team_id=team_id, name=plan.name, areas=plan.areas, key=Recipient.from_bytes(waiting.public_key)))
            changes.append(_of_key("team_added", team_id, waiting.key_id))
    return teams, changes


def _of_teams(member: Member, signers: dict[bytes, Signer], since: Since, there: set[str]) -> Member:
    """A member as one of every team they belong to by now; their signer follows."""
    officer = since.officers.get(member.officer_id)
    wanted = member.team_ids if officer is None else (*member.team_ids, *officer.team_ids)
    teams = tuple(dict.fromkeys(team for team in wanted if team in there))
    signer = signers.get(member.signer_id)
    if signer is not None and not set(teams) <= set(signer.team_ids):
        signers[member.signer_id] = replace(signer, team_ids=tuple(dict.fromkeys((*signer.team_ids, *teams))))
    return member if teams == member.team_ids else replace(member, team_ids=teams)


def _newcomers(members: Iterable[Member], signers: dict[bytes, Signer], since: Since) -> Iterable[Admission]:
    """Whose keys were compared and do not stand in the directory yet; keys that were retired once never come back."""
    present = {member.officer_id for member in members}
    for admission in since.admissions.values():
        officer = since.officers.get(admission.officer_id)
        is_new = admission.officer_id not in present and admission.signer_id not in signers
        if (
            is_new
            and admission.state == "compared"
            and officer is not None
            and officer.active
            and officer.role != "administrator"
        ):
            yield admission


def _member(admission: Admission, officer: Officer, there: set[str]) -> Member:
    return Member(
        officer_id=admission.officer_id,
        key=Recipient.from_bytes(admission.identity_key),
        signer_id=admission.signer_id,
        team_ids=tuple(team for team in officer.team_ids if team in there),
    )


def _of_key(code: str, team_id: str, key_id: bytes) -> Change:
    """A team's key, with what is to be compared with the member who made it: a hand in the database could have put another here."""
    return {"code": code, "team_id": team_id, "key_id": b64u(key_id), "fingerprint": fingerprint(key_id)}


def _of_member(code: str, member: Member) -> Change:
    return {
        "code": code,
        "officer_id": b64u(member.officer_id),
        "key_id": b64u(member.key.key_id),
        "signer_id": b64u(member.signer_id),
        "fingerprint": fingerprint(member.key.key_id),
        "team_ids": list(member.team_ids),
    }

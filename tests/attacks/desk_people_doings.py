"""What people do at the desk with sessions, factors, people and keys, each as the request that their browser would send."""

import os
from base64 import b32decode, b32encode
from collections.abc import Awaitable, Callable
from random import Random
from typing import Any, Final

import pyotp
from aiohttp import ClientSession, CookieJar

from handlers.officer.desk.sessions import begin
from sealing.encoding import b64u, unb64u
from sealing.identity import Identity, SigningIdentity
from sealing.joining import sign_joining
from tests.attacks.desk_asking import Asked, got, posted
from tests.attacks.desk_crew import Crew, Person
from tests.attacks.desk_doings import Doing
from tests.channels.desk.authenticator import Authenticator
from tests.channels.desk.entrance import a_slot
from tests.channels.desk_cases.office import Browser

# Signing in -----------------------------------------------------------------------------------------------------------------


def plain(route: str, *bodies: dict[str, Any]) -> Doing:
    """A doing that only sends one of these bodies."""

    async def do(_crew: Crew, _who: Person, rng: Random) -> Asked:
        return posted(route, rng.choice(bodies or ({},)))

    return do


async def begin_sign_in(_crew: Crew, who: Person, rng: Random) -> Asked:
    return posted("/sign-in/begin", {"name": who.name, "with": rng.choice(("passphrase", "recovery"))})


async def prove(_crew: Crew, who: Person, _rng: Random) -> Asked:
    return posted("/sign-in/proof", {"name": who.name, "with": "passphrase", "proof": b64u(who.proof)})


async def answer_totp(crew: Crew, who: Person, rng: Random) -> Asked:
    await crew.ask(who, await prove(crew, who, rng))
    crew.office.later(60)  # a code is taken once
    return posted("/sign-in/totp", {"code": await crew.code(who)})


async def ask_passkey(crew: Crew, who: Person, rng: Random) -> Asked:
    await crew.ask(who, await prove(crew, who, rng))
    return posted("/sign-in/passkey/options", {})


async def answer_passkey(crew: Crew, who: Person, rng: Random) -> Asked | None:
    added = await add_passkey(crew, who, rng)
    if added is None or await crew.done(who, added) is None:
        return None
    options = await crew.done(who, await ask_passkey(crew, who, rng))
    return options and posted("/sign-in/passkey", {"credential": who.authenticators[-1].get(options)})


# Oneself --------------------------------------------------------------------------------------------------------------------


def proved(route: str) -> Doing:
    """A doing that wants the proof once more, and nothing else."""

    async def do(_crew: Crew, who: Person, _rng: Random) -> Asked:
        return posted(route, {"proof_now": b64u(who.proof)})

    return do


async def confirm_totp(crew: Crew, who: Person, _rng: Random) -> Asked | None:
    offered = await crew.done(who, posted("/me/totp", {"proof_now": b64u(who.proof)}))
    if offered is None:
        return None
    secret = b32encode(b32decode(offered["secret"])).decode()
    return posted("/me/totp/confirm", {"code": pyotp.TOTP(secret).at(crew.office.now), "proof_now": b64u(who.proof)})


async def add_passkey(crew: Crew, who: Person, _rng: Random) -> Asked | None:
    options = await crew.done(who, posted("/me/passkeys/options", {"proof_now": b64u(who.proof)}))
    if options is None:
        return None
    who.authenticators.append(Authenticator(origin=crew.office.parts.origin, rp_id=crew.office.parts.rp_id))
    made = {"credential": who.authenticators[-1].create(options), "label": "telephone"}
    return posted("/me/passkeys", {**made, "proof_now": b64u(who.proof)})


async def remove_passkey(crew: Crew, who: Person, rng: Random) -> Asked | None:
    added = await add_passkey(crew, who, rng)
    if added is None or await crew.done(who, added) is None:
        return None
    removed = {"credential_id": b64u(who.authenticators[-1].credential_id)}
    return posted("/me/passkeys/remove", {**removed, "proof_now": b64u(who.proof)})


async def end_session(crew: Crew, who: Person, _rng: Random) -> Asked | None:
    if not await crew.is_in(who):
        return None
    parts, now = crew.office.parts, crew.office.now
    await crew.office.database.transact(lambda tx: begin(tx, parts, who.officer_id, "full", now))
    found = await crew.done(who, got("/me/sessions"))
    other = next((one for one in found or () if not one["this"]), None)
    return other and posted("/me/sessions/end", {"session_id": other["session_id"]})


def change(kind: str) -> Doing:
    """A new slot of that kind; the proof stays, so that the person still gets in."""

    async def do(_crew: Crew, who: Person, _rng: Random) -> Asked:
        proof = b64u(who.proof)
        return posted(f"/me/{kind}", {"proof_now": proof, "slot": a_slot(kind, os.urandom(16)), "proof": proof})

    return do


async def set_duty(crew: Crew, who: Person, rng: Random) -> Asked:
    return posted("/me/duty", {"team_id": rng.choice(crew.teams_of(who) or ("national",)), "on": rng.random() < 0.6})


# People ---------------------------------------------------------------------------------------------------------------------


async def invite(crew: Crew, who: Person, rng: Random) -> Asked:
    teams = crew.teams_of(who) or [team.team_id for team in crew.office.parts.directory.now.teams]
    body = {"name": f"Newcomer {os.urandom(4).hex()}", "role": "officer", "team_ids": [rng.choice(teams)], "language": "sq"}
    return posted("/invitations", body)


async def invited(crew: Crew, who: Person, rng: Random) -> dict[str, Any] | None:
    """Somebody was invited, by this person or by whoever may."""
    for one in (who, *crew.people):
        if one.role != "officer" and await crew.is_in(one):
            return await crew.done(one, await invite(crew, one, rng))
    return None


async def look(crew: Crew, who: Person, rng: Random) -> Asked | None:
    told = await invited(crew, who, rng)
    return told and posted("/join/look", {"code": told["code"]})


async def join(crew: Crew, who: Person, rng: Random) -> Asked | None:
    told = await invited(crew, who, rng)
    return told and await joining(crew, told["code"])


async def joining(crew: Crew, code: str) -> Asked | None:
    """What a newcomer's browser sends; the newcomer is one of the crew from now on, let in or not."""
    looked = await crew.done(crew.people[0], posted("/join/look", {"code": code}))
    if looked is None:
        return None
    officer_id, proof = unb64u(looked["officer_id"]), os.urandom(32)
    identity, signing = Identity.generate(os.urandom), SigningIdentity.generate(os.urandom)
    session = await crew.office.stack.enter_async_context(ClientSession(cookie_jar=CookieJar(unsafe=True)))
    teams = tuple(looked["team_ids"])
    keys = Browser(office=crew.office, officer_id=officer_id, signing=signing, teams=teams, session=session)
    crew.people = [one for one in crew.people if one.officer_id != officer_id]
    crew.people.append(Person(name=looked["name"], role=looked["role"], officer_id=officer_id, proof=proof, keys=keys))
    return posted(
        "/join",
        {
            "code": code,
            "identity_public": b64u(identity.recipient.public_key),
            "signing_public": b64u(signing.verifier.public_key),
            "proof_of_signing": b64u(sign_joining(officer_id, identity.recipient, signing)),
            "slot": a_slot("passphrase", os.urandom(16)),
            "recovery_slot": a_slot("recovery", os.urandom(16)),
            "login_proof": b64u(proof),
            "recovery_login_proof": b64u(os.urandom(32)),
        },
    )


async def newcomer(crew: Crew, who: Person, rng: Random) -> dict[str, Any] | None:
    """Somebody who has just joined, as those who decide over them see it."""
    asked = await join(crew, who, rng)
    if asked is None or await crew.done(who, asked) is None:
        return None
    found = await crew.done(who, got("/admissions"))
    own = b64u(crew.people[-1].officer_id)
    return next((one for one in found or () if one["officer_id"] == own), None)


async def compare(crew: Crew, who: Person, rng: Random) -> Asked | None:
    found = await newcomer(crew, who, rng)
    return found and posted("/admissions/compare", {name: found[name] for name in ("officer_id", "key_id", "signer_id")})


def deciding(route: str, *, over_newcomers: bool = False) -> Doing:
    """A decision over a newcomer, or over anybody as long as enough others stay."""

    async def do(crew: Crew, who: Person, rng: Random) -> Asked | None:
        if not over_newcomers and len(crew.people) > 6 and rng.random() < 0.4:
            return posted(route, {"officer_id": b64u(rng.choice(crew.people[1:]).officer_id)})
        found = await newcomer(crew, who, rng)
        return found and posted(route, {"officer_id": found["officer_id"]})

    return do


async def withdraw(crew: Crew, who: Person, rng: Random) -> Asked | None:
    told = await crew.done(who, await invite(crew, who, rng))
    return told and posted("/invitations/withdraw", {"officer_id": told["officer_id"]})


DOINGS: Final[dict[str, Callable[[Crew, Person, Random], Awaitable[Asked | None]]]] = {
    "/sign-in/begin": begin_sign_in,
    "/sign-in/proof": prove,
    "/sign-in/totp": answer_totp,
    "/sign-in/passkey/options": ask_passkey,
    "/sign-in/passkey": answer_passkey,
    "/sign-out": plain("/sign-out"),
    "/sign-out/everywhere": plain("/sign-out/everywhere"),
    "/me/language": plain("/me/language", {"language": "sq"}, {"language": "sr-Latn"}, {"language": "en"}),
    "/me/sessions/end": end_session,
    "/me/totp": proved("/me/totp"),
    "/me/totp/confirm": confirm_totp,
    "/me/passkeys/options": proved("/me/passkeys/options"),
    "/me/passkeys": add_passkey,
    "/me/passkeys/remove": remove_passkey,
    "/me/passphrase": change("passphrase"),
    "/me/recovery": change("recovery"),
    "/me/telegram": proved("/me/telegram"),
    "/me/duty": set_duty,
    "/invitations": invite,
    "/invitations/withdraw": withdraw,
    "/officers/remove": deciding("/officers/remove"),
    "/officers/readmit": deciding("/officers/readmit"),
    "/join/look": look,
    "/join": join,
    "/admissions/compare": compare,
    "/admissions/refuse": deciding("/admissions/refuse", over_newcomers=True),
    "/ceremony/tick": plain("/ceremony/tick", {"step": "alarm_tried"}, {"step": "root_off_line"}),
}

"""`check`: what keeps a deployment from being safe to open, in plain words.

A finding blocks if opening with it could leave a report unread, or could tell a child something that is not true.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.deployment import opened
from bot.helplines import day_of, load_helplines
from bot.serve import NEEDED
from bot.settings import PREFIX, Settings
from bot.web import is_loopback
from handlers.directory_in_force import NATIONAL, DirectoryInForce
from locales.catalogue import Catalogue
from locales.languages import LANGUAGES
from locales.municipalities import Municipalities
from sealing.errors import DirectoryRefused
from sealing.identity import Identity, SigningIdentity
from storage.transaction import Transaction

HOOKS: Final = ("/hooks/telegram/reporter", "/hooks/telegram/officer")
CLOCK_OFF: Final = 120
"""Seconds by which this machine's clock may differ from the messenger's: deletions and duty depend on it."""
EXPIRES_SOON: Final = 30 * 24 * 3600
ANSWERS_WITHIN: Final = 10
RECENT: Final = 3600
"""Seconds for which a failed delivery still counts: Telegram remembers the last one for ever."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that stands in the way, or should be known."""

    words: str
    blocks: bool


def blocking(words: str) -> Finding:
    """A finding that keeps the deployment closed."""
    return Finding(words=words, blocks=True)


def note(words: str) -> Finding:
    """A finding to know about."""
    return Finding(words=words, blocks=False)


async def check_deployment(settings: Settings, now: int) -> list[Finding]:
    """Look at everything, and tell all of it."""
    findings = [*_settings(settings), *_texts(), *_helplines(settings, now)]
    async with opened(settings) as database:
        findings += await database.read(lambda tx: [*_directory(settings, tx, now), *_duty(settings, tx), *_trouble(tx)])
    findings += await _outside(settings, now)
    return sorted(findings, key=lambda one: not one.blocks)


def _settings(settings: Settings) -> Iterator[Finding]:
    zones = [zone for zone, names in NEEDED.items() if any(settings.secret(name) for name in names if name != "root_public_key")]
    for name in dict.fromkeys(name for zone in zones or NEEDED for name in NEEDED[zone]):
        if not settings.secret(name):
            yield blocking(f"{PREFIX}{name.upper()} is not set; `init` makes it.")
    if "desk" not in zones:
        yield note("These are intake's settings only: check the desk with its own.")
    elif not settings.officer_token.get_secret_value():
        yield blocking("The officers' bot has no token: nobody can be woken.")
    if "intake" not in zones:
        yield note("These are the desk's settings only: check intake with its own.")
    elif not settings.reporter_token.get_secret_value():
        yield blocking("The reporters' bot has no token: nobody can write.")
    api = urlsplit(settings.telegram_api)
    if api.scheme != "https" and not (api.hostname == "localhost" or is_loopback(api.hostname)):
        yield blocking("AMANET_TELEGRAM_API is not https: the token and every word would travel in clear.")
    if settings.viber_token.get_secret_value():
        yield blocking("Viber is not served yet: take AMANET_VIBER_TOKEN away.")
    if (settings.data_dir.parent / "offline").exists():
        yield blocking(
            f"{settings.data_dir.parent / 'offline'} is still on this machine: its keys read every report. Take it away."
        )
    yield from _desk(settings, zones)
    if not settings.heartbeat_url:
        yield note("No heartbeat address is set: nobody outside notices if the program stops.")
    if settings.telegram_updates == "webhook" and not settings.public.startswith("https://"):
        yield blocking("Webhooks need a public address that begins with https://.")


def _desk(settings: Settings, zones: list[str]) -> Iterator[Finding]:
    if "desk" not in zones:
        return
    if settings.second_factor == "off":
        yield blocking("AMANET_SECOND_FACTOR is off: whoever learns a passphrase reads every report of that officer's teams.")
    if not settings.public.startswith("https://") and not is_loopback(urlsplit(settings.public).hostname):
        yield blocking("The desk needs a public address that begins with https://: elsewhere browsers open nothing.")


def _texts() -> Iterator[Finding]:
    catalogue = Catalogue.load()
    for fault in catalogue.faults():
        yield blocking(f"A text in {fault.catalogue} is not shown because {fault.why}: “{fault.msgid}”.")
    for language in LANGUAGES:
        missing = len(catalogue.missing(language.code))
        if missing and language.code != "rom":
            yield blocking(f"{language.self_name}: {missing} texts are missing and shown in another language.")
        elif missing:
            yield note(f"{language.self_name}: {missing} texts are not there yet and shown in the second language.")
        if not catalogue.reviewed(language.code):
            unsigned = f"{language.self_name}: no native speaker has signed the texts (X-Reviewed-By)."
            yield note(unsigned) if language.code == "rom" else blocking(unsigned)


def _helplines(settings: Settings, now: int) -> Iterator[Finding]:
    for line in load_helplines(settings).unverified(day_of(now)):
        if line.is_sure():
            yield blocking(f"{line.number} ({line.name}) has not been test-called in the last 90 days.")
        else:
            yield note(f"{line.number} ({line.name}) is not shown: it has not been test-called in the last 90 days.")


def _directory(settings: Settings, tx: Transaction, now: int) -> Iterator[Finding]:
    stored = tx.directory.current()
    if stored is None:
        yield blocking("There is no directory of keys: nothing can be sealed.")
        return
    try:
        directory = DirectoryInForce(settings.secret("root_public_key")).verified(stored)
    except DirectoryRefused as refused:
        yield blocking(f"The directory of keys is not signed by the root, or is broken ({refused.reason}).")
        return
    signer, relay = settings.secret("intake_signing_key"), settings.secret("relay_key")
    known = {one.signer_id for one in directory.signers if one.role == "intake" and one.retired_at is None}
    if signer and SigningIdentity.from_seed(signer).signer_id not in known:
        yield blocking("AMANET_INTAKE_SIGNING_KEY is not the intake's key in the directory: every entry would show as broken.")
    if relay and Identity.from_seed(relay).key_id != directory.relay.key_id:
        yield blocking("AMANET_RELAY_KEY is not the relay's key in the directory.")
    if not directory.may_seal(now):
        yield blocking("The directory of keys has expired: nothing can be sealed.")
    elif not directory.may_seal(now + EXPIRES_SOON):
        yield note(f"The directory of keys expires at {directory.expires_at}.")
    if directory.team(NATIONAL) is None:
        yield blocking("The directory has no national team.")
    if not directory.members:
        yield blocking("The directory has no member: no officer can open a report, only the recovery key can.")
    covered = {area for team in directory.teams for area in team.areas}
    without = [code for code in Municipalities.load(settings.country).codes() if code not in covered]
    if without:
        yield note(f"{len(without)} municipalities have no team of their own; the national team has their reports.")


def _duty(settings: Settings, tx: Transaction) -> Iterator[Finding]:
    """Every team that may get a case needs somebody who can be woken."""
    for team_id in _teams(settings, tx):
        on_duty = tx.duties.on_duty((team_id,))
        if not on_duty:
            yield blocking(f"Nobody is on duty for team {team_id}: set it with `duty set`.")
        elif not any(one.reachable for one in on_duty):
            yield blocking(f"Nobody on duty for team {team_id} can be reached: send them a code with `officer link`.")
        if not any(one.reachable for one in tx.duties.supervisors((team_id,))):
            yield note(f"Team {team_id} has no supervisor who can be reached.")


def _teams(settings: Settings, tx: Transaction) -> tuple[str, ...]:
    stored = tx.directory.current()
    try:
        directory = DirectoryInForce(settings.secret("root_public_key")).verified(stored) if stored else None
    except DirectoryRefused:
        directory = None
    named = [team.team_id for team in directory.teams if team.areas] if directory else []
    return tuple(dict.fromkeys((NATIONAL, *named)))


def _trouble(tx: Transaction) -> Iterator[Finding]:
    if aside := tx.set_aside.count():
        yield note(f"{aside} updates could not be taken and are set aside, sealed.")


async def _outside(settings: Settings, now: int) -> list[Finding]:
    """Ask the messenger and, with webhooks, our own address; compare the clocks."""
    findings: list[Finding] = []
    async with ClientSession(timeout=ClientTimeout(total=ANSWERS_WITHIN)) as session:
        for whose, token in (("reporters'", settings.reporter_token), ("officers'", settings.officer_token)):
            secret = token.get_secret_value()
            if not secret:
                continue
            try:
                async with session.get(f"{settings.telegram_api}/bot{secret}/getWebhookInfo") as answer:
                    told = await answer.json(content_type=None)
                    date = answer.headers.get("Date")
            except (ClientError, TimeoutError, OSError, ValueError):
                findings.append(blocking(f"Telegram does not answer for the {whose} bot."))
                continue
            findings += _bot(told, whose, settings, now)
            if date and abs(parsedate_to_datetime(date).timestamp() - now) > CLOCK_OFF:
                findings.append(blocking("This machine's clock is off by more than two minutes."))
        if settings.telegram_updates == "webhook":
            findings += [one for path in HOOKS if (one := await _hook(session, settings.public + path)) is not None]
    return list(dict.fromkeys(findings))


async def _hook(session: ClientSession, url: str) -> Finding | None:
    """Knock at one of our own webhooks without the secret: it must answer, and turn us away."""
    try:
        async with session.post(url, json={}) as answer:
            if answer.status == HTTPStatus.UNAUTHORIZED:
                return None
            return blocking(
                f"{url} answers {answer.status} to somebody without the secret: expected 401. Is `run` running there?"
            )
    except (ClientError, TimeoutError, OSError):
        return blocking(f"{url} does not answer: Telegram cannot bring updates.")


def _bot(told: object, whose: str, settings: Settings, now: int) -> Iterator[Finding]:
    result = told.get("result") if isinstance(told, dict) and told.get("ok") else None
    if not isinstance(result, dict):
        yield blocking(f"Telegram does not know the token of the {whose} bot.")
    elif settings.telegram_updates == "webhook":
        if not str(result.get("url", "")).startswith(settings.public):
            yield blocking(f"The webhook of the {whose} bot is not set: `run` sets it.")
        elif result.get("last_error_message") and now - int(result.get("last_error_date") or 0) < RECENT:
            yield blocking(f"Telegram could not reach the webhook of the {whose} bot.")

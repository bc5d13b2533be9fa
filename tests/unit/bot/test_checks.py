"""`check` finds each thing that keeps a deployment from being safe to open."""

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.checks import check_deployment
from bot.settings import Settings
from sealing.directory import Directory
from sealing.encoding import b64u, time_text
from sealing.identity import SigningIdentity, read_seed_file
from sealing.signed_directory import sign_directory, verify_directory
from simulator.faults import Fault
from simulator.server import address, serve
from simulator.world import Simulator
from storage.directories import StoredDirectory
from storage.transaction import Transaction
from tests.unit.bot.conftest import NOW, Deployment

REPORTER, OFFICER = "700000001:reporter-token", "700000002:officer-token"
DAY = 24 * 3600


class Checked:
    """A deployment beside a simulated messenger, and what `check` says about it."""

    def __init__(self, deployment: Deployment, sim: Simulator, api: str) -> None:
        self.deployment = deployment
        self.sim = sim
        self.settings = deployment.settings.model_copy(
            update={
                "reporter_token": SecretStr(REPORTER),
                "officer_token": SecretStr(OFFICER),
                "telegram_api": api,
            }
        )

    async def blocks(self, now: int = NOW, **settings: Any) -> str:
        return "\n".join(one.words for one in await check_deployment(self._with(settings), now) if one.blocks)

    async def notes(self, now: int = NOW, **settings: Any) -> str:
        return "\n".join(one.words for one in await check_deployment(self._with(settings), now) if not one.blocks)

    def resign(self, change: Callable[[Directory], Directory], root: SigningIdentity | None = None) -> None:
        """Install a changed directory, signed by the root or by somebody else."""
        offline = self.deployment.folder / "offline"
        signer = root or SigningIdentity.from_seed(read_seed_file((offline / "root.seed").read_text()))

        def work(tx: Transaction) -> None:
            known = tx.directory.current()
            assert known is not None
            directory = verify_directory(known.document, known.signature, self.settings.secret("root_public_key"))
            changed = replace(change(directory), serial=directory.serial + 1)
            signed = sign_directory(changed, signer)
            stored = StoredDirectory(
                serial=changed.serial, document=signed.document, signature=signed.signature, installed_at=NOW
            )
            tx.directory.install(stored)

        self.deployment.change(work)

    def _with(self, settings: dict[str, Any]) -> Settings:
        return self.settings.model_copy(update=settings)


@pytest.fixture
async def checked(deployment: Deployment) -> AsyncIterator[Checked]:
    sim = Simulator()
    sim.add_bot(REPORTER, "write_here_bot", "Write here")
    sim.add_bot(OFFICER, "duty_desk_bot", "Duty desk")
    runner = await serve(sim, "127.0.0.1", 0)
    yield Checked(deployment, sim, address(runner))
    await runner.cleanup()


async def test_what_blocks_comes_first(checked: Checked) -> None:
    found = await check_deployment(checked.settings, NOW)
    assert [one.blocks for one in found] == sorted((one.blocks for one in found), reverse=True)


async def test_a_demo_s_duty_officer_without_a_telephone_blocks(checked: Checked) -> None:
    assert "Nobody on duty for team national can be reached" in await checked.blocks()
    assert "Team national has no supervisor who can be reached." in await checked.notes()


async def test_nobody_on_duty_blocks(checked: Checked) -> None:
    def nobody(tx: Transaction) -> None:
        for one in tx.duties.on_duty(("national",)):
            tx.duties.end("national", one.officer_id, "duty")

    checked.deployment.change(nobody)
    assert "Nobody is on duty for team national: set it with `duty set`." in await checked.blocks()


async def test_somebody_who_can_be_reached_is_enough(checked: Checked) -> None:
    def link(tx: Transaction) -> None:
        for one in tx.duties.on_duty(("national",)):
            tx.officers.set_contact(one.officer_id, b"telegram\n1", b"l" * 16)

    checked.deployment.change(link)
    assert "on duty" not in await checked.blocks()
    assert "supervisor" not in await checked.notes()


@pytest.mark.parametrize("name", ["intake_key", "relay_key", "receipt_pepper", "intake_signing_key"])
async def test_a_missing_secret_blocks(checked: Checked, name: str) -> None:
    assert f"AMANET_{name.upper()} is not set; `init` makes it." in await checked.blocks(**{name: SecretStr("")})


async def test_the_settings_of_one_part_are_told_from_those_of_both(checked: Checked) -> None:
    assert "These are intake's settings only: check the desk with its own." in await checked.notes(desk_key=SecretStr(""))


async def test_a_bot_without_a_token_blocks(checked: Checked) -> None:
    assert "The reporters' bot has no token: nobody can write." in await checked.blocks(reporter_token=SecretStr(""))
    assert "The officers' bot has no token: nobody can be woken." in await checked.blocks(officer_token=SecretStr(""))


async def test_webhooks_without_https_block(checked: Checked) -> None:
    found = await checked.blocks(telegram_updates="webhook", public_url="http://example.org")
    assert "Webhooks need a public address that begins with https://." in found


async def test_a_webhook_that_is_not_set_or_not_reached_blocks(checked: Checked) -> None:
    webhook = {"telegram_updates": "webhook", "public_url": "https://127.0.0.1:9"}
    found = await checked.blocks(**webhook)
    assert "The webhook of the reporters' bot is not set: `run` sets it." in found
    assert "https://127.0.0.1:9/hooks/telegram/reporter does not answer: Telegram cannot bring updates." in found


async def test_the_keys_that_were_to_be_taken_away_block_as_long_as_they_are_there(checked: Checked) -> None:
    assert "offline is still on this machine" in await checked.blocks()
    shutil.rmtree(checked.deployment.folder / "offline")
    assert "offline" not in await checked.blocks()


async def test_a_messenger_that_is_reached_in_clear_blocks(checked: Checked) -> None:
    assert "AMANET_TELEGRAM_API is not https" not in await checked.blocks()
    found = await checked.blocks(telegram_api="http://telegram.invalid")
    assert "AMANET_TELEGRAM_API is not https: the token and every word would travel in clear." in found


async def test_a_deployment_that_nobody_watches_is_noted(checked: Checked) -> None:
    assert "No heartbeat address is set" in await checked.notes()
    assert "heartbeat" not in await checked.notes(heartbeat_url="https://127.0.0.1:9")


@pytest.mark.parametrize("name", ["intake_signing_key", "relay_key"])
async def test_a_secret_that_the_directory_does_not_know_blocks(checked: Checked, name: str) -> None:
    other = SecretStr(b64u(b"o" * 32))
    assert f"AMANET_{name.upper()} is not the" in await checked.blocks(**{name: other})


async def test_texts_nobody_signed_block(checked: Checked) -> None:
    assert "no native speaker has signed the texts (X-Reviewed-By)." in await checked.blocks()


async def test_numbers_nobody_called_for_long_block_if_they_are_shown(checked: Checked) -> None:
    assert "has not been test-called in the last 90 days." in await checked.blocks(NOW + 4000 * DAY)


async def test_a_directory_the_root_did_not_sign_blocks(checked: Checked) -> None:
    checked.resign(lambda directory: directory, SigningIdentity.from_seed(b"x" * 32))
    assert "not signed by the root, or is broken (directory-signature)" in await checked.blocks()


async def test_an_expired_directory_blocks_and_is_announced_a_month_before(checked: Checked) -> None:
    checked.resign(lambda directory: replace(directory, expires_at=time_text(NOW + 40 * DAY)))
    assert "The directory of keys" not in await checked.blocks() + await checked.notes()
    assert "The directory of keys expires at" in await checked.notes(NOW + 11 * DAY)
    assert "The directory of keys has expired: nothing can be sealed." in await checked.blocks(NOW + 41 * DAY)


async def test_a_directory_without_a_member_blocks(checked: Checked) -> None:
    checked.resign(lambda directory: replace(directory, members=()))
    found = await checked.blocks()
    assert "The directory has no member: no officer can open a report, only the recovery key can." in found


async def test_a_directory_without_a_national_team_blocks(checked: Checked) -> None:
    checked.resign(
        lambda directory: replace(directory, teams=tuple(replace(one, team_id=f"a-{one.team_id}") for one in directory.teams))
    )
    assert "The directory of keys is not signed by the root, or is broken (directory-form)." in await checked.blocks()


async def test_areas_without_a_team_are_noted(checked: Checked) -> None:
    assert "municipalities have no team" not in await checked.notes()
    checked.resign(lambda directory: replace(directory, teams=tuple(replace(one, areas=("prizren",)) for one in directory.teams)))
    assert "37 municipalities have no team of their own; the national team has their reports." in await checked.notes()


async def test_no_directory_blocks(checked: Checked) -> None:
    from sqlalchemy import create_engine, text

    engine = create_engine(checked.settings.database)
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM directory"))
    engine.dispose()
    assert "There is no directory of keys: nothing can be sealed." in await checked.blocks()


async def test_updates_that_were_set_aside_are_noted(checked: Checked) -> None:
    def aside(tx: Transaction) -> None:
        tx.set_aside.count_failure("telegram", 7, b"{}", NOW)
        tx.set_aside.give_up("telegram", 7)

    checked.deployment.change(aside)
    assert "1 updates could not be taken and are set aside, sealed." in await checked.notes()


async def test_a_messenger_that_does_not_answer_blocks(checked: Checked) -> None:
    assert "Telegram does not answer for the reporters' bot." in await checked.blocks(telegram_api="http://127.0.0.1:9")


@pytest.mark.parametrize("how", ["garbage", "drop"])
async def test_a_messenger_that_answers_nonsense_blocks(checked: Checked, how: str) -> None:
    checked.sim.faults.add(Fault(method="getWebhookInfo", how=how, times=2))  # type: ignore[arg-type]
    assert "Telegram does not answer for the" in await checked.blocks()


async def test_a_token_the_messenger_does_not_know_blocks(checked: Checked) -> None:
    found = await checked.blocks(officer_token=SecretStr("700000009:wrong"))
    assert "Telegram does not know the token of the officers' bot." in found
    assert "reporters' bot" not in found


async def test_a_clock_that_is_off_blocks(checked: Checked) -> None:
    import time

    now = int(time.time())
    assert "clock is off" not in await checked.blocks(now)
    assert "This machine's clock is off by more than two minutes." in await checked.blocks(now + 200)


async def test_no_finding_holds_a_secret(checked: Checked) -> None:
    everything = await checked.blocks() + await checked.notes()
    for secret in (REPORTER, OFFICER, *(line.partition("=")[2] for line in _env(checked.deployment.folder))):
        assert len(secret) < 10 or secret not in everything


def _env(folder: Path) -> list[str]:
    return (folder / "amanet.env").read_text().splitlines()

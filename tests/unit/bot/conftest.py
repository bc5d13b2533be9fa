"""Deployments to run commands on, as `init --demo` makes them."""

import asyncio
import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

from bot.__main__ import main
from bot.settings import PREFIX, Settings, read
from bot.setup import make_deployment
from storage.database import Database
from storage.encrypted import AtRestKeys
from storage.transaction import Transaction

T = TypeVar("T")
NOW = int(time.time())


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended, and what it printed."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """A deployment's folder, and the command line on it."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    @property
    def settings(self) -> Settings:
        return read(self.folder / "amanet.env", {})

    def run(self, *arguments: object, env_file: bool = True) -> Ended:
        """Run a command as the shell would."""
        self.capsys.readouterr()
        words = [str(one) for one in arguments]
        if env_file:
            words += ["--env-file", str(self.folder / "amanet.env")]
        with pytest.raises(SystemExit) as ended:
            main(words)
        printed = self.capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return Ended(code=ended.value.code, out=printed.out, err=printed.err)

    def change(self, work: Callable[[Transaction], T]) -> T:
        """Work in the deployment's database."""

        async def run() -> T:
            keys = AtRestKeys(intake=self.settings.secret("intake_key"), desk=self.settings.secret("desk_key"))
            database = await Database.open(self.settings.database, keys=keys, rng=os.urandom)
            try:
                return await database.transact(work)
            finally:
                await database.close()

        return in_a_loop_of_its_own(run)


def in_a_loop_of_its_own(work: Callable[[], object]) -> T:  # type: ignore[type-var, misc]
    """Run a coroutine function to its end, beside whatever loop a test has."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()  # type: ignore[arg-type, return-value]


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo deployment, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("made") / "deployment"
    in_a_loop_of_its_own(lambda: make_deployment(folder, demo=True, country="xk", now=NOW, rng=os.urandom))
    return folder


@pytest.fixture
def deployment(made: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Deployment:
    """A demo deployment of this test alone."""
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    folder = tmp_path / "deployment"
    shutil.copytree(made, folder)
    return Deployment(folder=folder, capsys=capsys)

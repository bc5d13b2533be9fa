"""An operator's office in tests: a deployment, and beside it the machine that is never on line."""

import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main

OFFICER = "00112233445566778899aabbccddeeff"
OTHER = "ffeeddccbbaa99887766554433221100"
Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    error: str


class Office:
    """A deployment of its own and, beside it, the machine that is never on line."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.away = folder / "offline"
        self.document = folder / "document.json"
        self.signed = folder / "signed.json"
        self._capsys = capsys

    def run(self, *arguments: object) -> Ended:
        """Run one command."""
        self._capsys.readouterr()
        with pytest.raises(SystemExit) as ended:
            main([str(one) for one in arguments])
        told = self._capsys.readouterr()
        return Ended(code=int(str(ended.value.code)), out=told.out, error=told.err)

    def does(self, *arguments: object) -> str:
        """Run a command that succeeds."""
        ended = self.run(*arguments)
        assert (ended.code, ended.error) == (0, "")
        return ended.out

    def refuses(self, *arguments: object, code: int = 1) -> str:
        """Run a command that fails with one line and prints nothing else."""
        ended = self.run(*arguments)
        assert (ended.code, ended.out, ended.error.count("\n")) == (code, "", 1), ended
        return ended.error

    @property
    def here(self) -> tuple[object, ...]:
        return ("--env-file", self.folder / "amanet.env")

    def show(self) -> Document:
        shown: Document = json.loads(self.does("directory", "show", *self.here))
        return shown

    def write(self, change: Callable[[Document], object] = lambda _: None) -> Path:
        """Write the directory in force with a change as the unsigned document."""
        document = self.show()
        change(document)
        self.document.write_text(json.dumps(document, indent=2))
        return self.document

    def sign(self, *more: object) -> Path:
        self.signed.unlink(missing_ok=True)
        self.does("directory", "sign", self.document, "--root", self.away / "root.seed", "--out", self.signed, *more)
        return self.signed

    def refuses_to_sign(self, change: Callable[[Document], object]) -> str:
        return self.refuses("directory", "sign", self.write(change), "--root", self.away / "root.seed")

    def refuses_to_install(self, change: Callable[[Document], object]) -> str:
        self.write(change)
        line = self.refuses("directory", "install", self.sign("--next"), *self.here)
        assert self.show()["serial"] == 1
        return line

    def member(self, who: str = "ann", officer_id: str = OFFICER) -> tuple[object, ...]:
        """The words that add a member, with keys made for them."""
        folder = self.folder / who
        if not folder.exists():
            self.does("identity", "make", folder)
        keys = ("--identity", folder / "identity.pub", "--signing", folder / "signing.pub")
        return ("directory", "member", self.document, "--officer-id", officer_id, *keys, "--team", "national")

    def wrap(self, **other: object) -> tuple[object, ...]:
        """The words that wrap the national team's seed to the member."""
        words: dict[str, object] = {
            "directory": self.signed,
            "team": "national",
            "team-seed": self.away / "national.seed",
            "officer-id": OFFICER,
            "root": self.away / "root.pub",
            "out": self.folder / "wrap.json",
            **other,
        }
        return ("team", "wrap", *(f"--{name}={value}" for name, value in words.items() if value is not None))


@pytest.fixture(name="as_init_makes_it", scope="module")
def make_deployment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deployment without a demo, made once for a file of tests."""
    folder = tmp_path_factory.mktemp("deployments") / "one"
    with pytest.raises(SystemExit) as ended:
        main(["init", str(folder)])
    assert ended.value.code == 0
    return folder


@pytest.fixture(name="office")
def open_office(
    as_init_makes_it: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Office:
    """An office of this test alone, with a copy of the deployment."""
    for name in [name for name in os.environ if name.startswith("AMANET_")]:
        monkeypatch.delenv(name)
    return Office(Path(shutil.copytree(as_init_makes_it, tmp_path / "server")), capsys)

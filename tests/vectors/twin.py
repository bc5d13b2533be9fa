"""The browser's sealing, run by Node for tests: requests and answers are lines of JSON."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
WEB = ROOT / "web"
NODE = ("sh", str(WEB / "node.sh"))


class Refused(Exception):
    """The browser's side refuses; the message is the refusal's name and its reason, if it has one."""


def build(*arguments: str) -> None:
    """Run the build of `web` anew: it takes a fraction of a second, and nothing stale is tested."""
    subprocess.run([*NODE, "build.mjs", *arguments], cwd=WEB, check=True)


@dataclass(frozen=True, slots=True)
class Twin:
    """A running program that seals and opens as the browser does."""

    process: subprocess.Popen[str]

    def ask(self, do: str, **asked: Any) -> Any:
        """Ask for one thing and give the answer; a refusal is an exception."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps({"do": do, **asked}) + "\n")
        self.process.stdin.flush()
        said = json.loads(self.process.stdout.readline())
        if "refused" in said:
            raise Refused(" ".join(filter(None, (said["refused"], said["reason"]))))
        assert "failed" not in said, said["failed"]
        return said["answer"]


@contextmanager
def running(folder: Path) -> Iterator[Twin]:
    """Build the program into a folder and run it until the block ends."""
    build("tests", str(folder))
    command = [*NODE, "--no-warnings", str(folder / "twin.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
        yield Twin(process)
        assert process.stdin is not None
        process.stdin.close()

"""The commands about numbers to call: `helpline …`. `bot.__main__` loads this file when one of them is called, and tells what fails."""

import sys
import time
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from bot import helplines
from bot.settings import read

EnvFile = Annotated[Path | None, Parameter(name="--env-file", help="Read settings from this file; the environment wins over it.")]
Area = Annotated[str, Parameter(help="The code of the municipality, as in prizren.")]
Name = Annotated[str, Parameter(help="What answers there, as officers shall read it.")]
Source = Annotated[str, Parameter(help="Where the number comes from.")]

helpline = App(name="helpline", help="The numbers that may be shown, and the test calls that make them sure.")


@helpline.command(name="list")
def helpline_list(*, env_file: EnvFile = None) -> None:
    """List the numbers, whether each is shown, and which need a test call."""
    _say(helplines.list_helplines(read(env_file), _now()))


@helpline.command(name="verified")
def helpline_verified(line: str, *, by: str, env_file: EnvFile = None) -> None:
    """Note that somebody called a number today and that it works."""
    _say(helplines.note_test_call(read(env_file), line, by, _now()))


@helpline.command(name="add")
def helpline_add(line: str, *, area: Area, name: Name, number: str, source: Source, env_file: EnvFile = None) -> None:
    """Add a number of one municipality; officers see it at cases there once it was test-called."""
    _say(helplines.add_line(read(env_file), line, area=area, name=name, number=number, source=source))


@helpline.command(name="remove")
def helpline_remove(line: str, *, env_file: EnvFile = None) -> None:
    """Take a number of one municipality away."""
    _say(helplines.remove_line(read(env_file), line))


def _now() -> int:
    return int(time.time())


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")

"""The supervisor of bots that are killed: `python -m tests.attacks.starter ENV_FILE LOG`, with the settings in the environment.

It takes one word a line and answers each with one line: `exec` starts `python -m bot run`; `fork` starts the same command in a copy of
this process, which has read the libraries already, so that two hundred starts do not spend their time on that; `kill` and `end` send
SIGKILL and SIGTERM and answer with the exit code. One child at a time; none outlives its supervisor.
"""

import importlib
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from bot.__main__ import main

LIBRARIES = ("bot.serve", "bot.desk", "bot.intake")
"""What `run` imports; read here while the first child, started with `exec`, reads them too."""


def serve(env_file: str, log: str) -> None:
    """Obey until the other side hangs up."""
    command = ["run", "--env-file", env_file]
    child = 0
    try:
        for line in sys.stdin:
            match line.strip():
                case "exec":
                    child = _exec(command, log)
                    answer = child
                case "fork":
                    child = _fork(command, log)
                    answer = child
                case "kill":
                    answer, child = _end(child, signal.SIGKILL), 0
                case _:
                    answer, child = _end(child, signal.SIGTERM), 0
            print(answer, flush=True)
            for name in LIBRARIES:
                importlib.import_module(name)
    finally:
        if child:
            _end(child, signal.SIGKILL)


def _exec(command: list[str], log: str) -> int:
    with Path(log).open("ab") as file:
        return subprocess.Popen([sys.executable, "-m", "bot", *command], stdin=subprocess.DEVNULL, stdout=file, stderr=file).pid


def _fork(command: list[str], log: str) -> int:
    return os.fork() or _become(command, log)


def _become(command: list[str], log: str) -> NoReturn:
    """Be the bots in this copy: nothing of the supervisor's is left open."""
    code = 1
    try:
        nothing, file = os.open(os.devnull, os.O_RDONLY), os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.dup2(nothing, 0)
        os.dup2(file, 1)
        os.dup2(file, 2)
        main(command)
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        os._exit(code)


def _end(child: int, by: signal.Signals) -> int:
    os.kill(child, by)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    serve(*sys.argv[1:])

"""The command line: `python -m bot …` (CONTRACT.md).

Laws. Wrong usage is one line and exit code 2; what fails is one line and exit code 1; neither prints a traceback. Each command imports what
it runs, so that `flow check` needs no database and nothing that serves ever loads what opens cases.
"""

import asyncio
import os
import sys
import time
from pathlib import Path
from typing import Annotated, Any, Literal, NoReturn

import cyclopts
from cyclopts import App, Parameter

from bot.failures import Failed

EnvFile = Annotated[Path | None, Parameter(name="--env-file", help="Read settings from this file; the environment wins over it.")]

app = App(name="amanet", help="Anonymous reports of violence, sealed for the officer on duty.", version_flags=[])
case = App(name="case", help="The cases as the server holds them, and how to open one elsewhere.")
flow = App(name="flow", help="The conversations: check them, draw them, hear what they hear.")
duty = App(name="duty", help="Who is on duty, until there is a rota.")
officer = App(name="officer", help="The officers who may be told about a case.")
for one in (case, flow, duty, officer):
    app.command(one)
app.command("bot.helpline_commands:helpline", help="The numbers that may be shown, and the test calls that make them sure.")
app.command("bot.key_commands:directory", help="The directory of keys: whom everybody seals to and believes.")
app.command("bot.key_commands:identity", help="An officer's keys.")
app.command("bot.key_commands:team", help="A team's key, for its members.")


def now() -> int:
    """The clock of every command: unix seconds."""
    return int(time.time())


def say(text: str) -> None:
    """Print a line of a command's answer."""
    sys.stdout.write(text + "\n")


@app.command
def init(
    folder: Path,
    *,
    demo: bool = False,
    country: Literal["xk", "al"] = "xk",
    env_file: EnvFile = None,
) -> None:
    """Make a deployment folder: settings with fresh secrets, a migrated database, keys to take off the machine.

    The database is SQLite in the folder, or what AMANET_DATABASE_URL names.
    """
    from bot.settings import read
    from bot.setup import make_deployment

    settings = read(env_file)
    url = settings.database_url.get_secret_value()
    link = asyncio.run(
        make_deployment(
            folder,
            demo=demo,
            country=country,
            now=now(),
            rng=os.urandom,
            database_url=url,
            public_url=settings.public_url,
            address=settings.public,
        )
    )
    say(f"A deployment is in {folder}. Its settings are in {folder / 'amanet.env'}.")
    say(f"Take {folder / 'offline'} off this machine now: whoever has recovery.seed can read every report,")
    say("and whoever has root.seed decides whose keys are believed. Keep both on paper or on a device that is never on line.")
    say(f"The first administrator joins the desk, once and within 7 days, at {link}")


@app.command
def run(part: Literal["intake", "desk"] | None = None, *, env_file: EnvFile = None) -> None:
    """Serve reporters (intake), officers (desk), or both in one process."""
    from bot.serve import serve
    from bot.settings import read

    asyncio.run(serve(read(env_file, zone=part), part))


@app.command
def check(*, env_file: EnvFile = None) -> int:
    """Tell in plain words what keeps this deployment from being safe to open; exit 1 if any of it blocks."""
    from bot.checks import check_deployment
    from bot.settings import read

    findings = asyncio.run(check_deployment(read(env_file), now()))
    for finding in findings:
        say(("BLOCKS  " if finding.blocks else "note    ") + finding.words)
    if not findings:
        say("Nothing stands in the way.")
    return 1 if any(finding.blocks for finding in findings) else 0


@app.command
def demo(*, port: int = 8080) -> None:
    """Serve a whole deployment on this machine with a simulated Telegram; Ctrl-C ends it."""
    from bot.demo import run_demo

    asyncio.run(run_demo(port))


@case.command(name="list")
def case_list(*, as_json: Annotated[bool, Parameter(name="--json")] = False, env_file: EnvFile = None) -> None:
    """List the cases by their plain columns."""
    from bot.cases import list_cases
    from bot.settings import read

    say(asyncio.run(list_cases(read(env_file), as_json=as_json)))


@case.command(name="export")
def case_export(designation: str, *, env_file: EnvFile = None) -> None:
    """Print what the server holds of a case: nothing that it could not hand to a thief."""
    from bot.cases import export_case
    from bot.settings import read

    say(asyncio.run(export_case(read(env_file), designation)))


@case.command(name="close")
def case_close(designation: str, *, env_file: EnvFile = None) -> None:
    """Close a case: its alarm ends, its reporter's card says so, and the time begins after which it is erased."""
    from bot.cases import close_case
    from bot.settings import read

    say(asyncio.run(close_case(read(env_file), designation, now())))


@case.command(name="open")
def case_open(
    file: Path,
    *,
    identity: Path,
    team: Path | None = None,
    root: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json")] = False,
    env_file: EnvFile = None,
) -> int:
    """Open an exported case with a seed; what opens is printed even when something is broken."""
    from bot.opening import open_exported
    from bot.settings import read

    return open_exported(read(env_file), file, identity_file=identity, team_file=team, root=root, as_json=as_json)


@flow.command(name="check")
def flow_check() -> int:
    """Check the conversations in every language; exit 1 if something is wrong."""
    from bot.flow import check_flows

    return check_flows()


@flow.command(name="draw")
def flow_draw() -> None:
    """Print the conversation as a Mermaid diagram."""
    from bot.flow import draw_flow

    say(draw_flow())


@flow.command(name="hear")
def flow_hear() -> None:
    """Read sentences, one a line, and print for each what the bot would ask back about."""
    from bot.flow import hear_lines

    for line in hear_lines(sys.stdin.buffer):
        say(line)


@officer.command(name="add")
def officer_add(
    name: str,
    *,
    team: Annotated[tuple[str, ...], Parameter(name="--team")] = ("national",),
    language: Literal["sq", "sr-Latn", "sr-Cyrl", "en"] = "en",
    supervisor: bool = False,
    env_file: EnvFile = None,
) -> None:
    """Add an officer; prints the officer's id and the one-time code that links the officer's Telegram."""
    from bot.officers import add_officer
    from bot.settings import read

    say(asyncio.run(add_officer(read(env_file), name, teams=team, language=language, supervisor=supervisor, now=now())))


@officer.command(name="invite")
def officer_invite(
    name: str,
    *,
    role: Literal["officer", "supervisor", "administrator"] = "officer",
    team: Annotated[tuple[str, ...], Parameter(name="--team")] = (),
    language: Literal["sq", "sr-Latn", "sr-Cyrl", "en"] = "en",
    env_file: EnvFile = None,
) -> None:
    """Invite somebody to the desk; prints the one-time link at which they make their own keys."""
    from bot.officers import invite_officer
    from bot.settings import read

    say(asyncio.run(invite_officer(read(env_file), name, role=role, teams=team, language=language, now=now())))


@officer.command(name="list")
def officer_list(*, env_file: EnvFile = None) -> None:
    """List the officers and whether each can be reached."""
    from bot.officers import list_officers
    from bot.settings import read

    say(asyncio.run(list_officers(read(env_file))))


@officer.command(name="link")
def officer_link(officer_id: str, *, env_file: EnvFile = None) -> None:
    """Print a new one-time code that links an officer's Telegram."""
    from bot.officers import new_link
    from bot.settings import read

    say(asyncio.run(new_link(read(env_file), officer_id, now())))


@officer.command(name="remove")
def officer_remove(officer_id: str, *, env_file: EnvFile = None) -> None:
    """Take an officer off every list, sign them out at the desk, and forget how to reach them."""
    from bot.officers import remove_officer
    from bot.settings import read

    say(asyncio.run(remove_officer(read(env_file), officer_id, now())))


@duty.command(name="set")
def duty_set(team: str, *officers: str, supervisors: bool = False, env_file: EnvFile = None) -> None:
    """Say who is on duty for a team (ids of `officer list`; none: nobody), or who supervises it."""
    from bot.officers import set_duty
    from bot.settings import read

    say(asyncio.run(set_duty(read(env_file), team, officers, kind="supervisor" if supervisors else "duty", now=now())))


@duty.command(name="list")
def duty_list(*, env_file: EnvFile = None) -> None:
    """List who is on duty for each team."""
    from bot.officers import list_duty
    from bot.settings import read

    say(asyncio.run(list_duty(read(env_file))))


def main(arguments: list[str] | None = None) -> NoReturn:
    """Run one command and end the process with its exit code."""
    try:
        answer: Any = app(arguments, exit_on_error=False, print_error=False, result_action="return_value")
    except cyclopts.CycloptsError as error:
        _end(2, " ".join(str(error).split()))
    except Failed as failed:
        _end(failed.code, str(failed))
    except KeyboardInterrupt:
        _end(130, "Ended.")
    except BrokenPipeError:
        os._exit(1)
    except Exception as error:
        from bot.failures import in_one_line

        _end(1, in_one_line(error))
    sys.exit(answer if isinstance(answer, int) else 0)


def _end(code: int, line: str) -> NoReturn:
    sys.stderr.write(line + "\n")
    sys.exit(code)


if __name__ == "__main__":
    main()

"""The operator's own part of the numbers to call: test calls of every line, and lines of single municipalities.

Test calls lie in `DATA_DIR/helplines.json`; a number that is not an emergency line is shown to nobody without one of the last 90 days.
Own lines lie in `DATA_DIR/own-helplines.json`, each with where its number comes from. Whoever called is named for the organisation only,
never on a card.

Laws. A line that is added has not been called, whatever was called under its id before. Nothing of an own line reaches a reporter's card.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

from bot.failures import Failed
from bot.settings import Settings
from locales.errors import HelplineForbidden
from locales.helplines import Helpline, Helplines, Verification, is_forbidden
from locales.municipalities import Municipalities

FILE = "helplines.json"
OWN: Final = "own-helplines.json"
LONGEST: Final = 120
"""Characters of a name or a source: one line on a phone's dialog, an address of a page."""
_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,31}")
_NUMBER: Final = re.compile(r"\+?[0-9](?:[ /-]?[0-9]){2,17}")


def load_helplines(settings: Settings) -> Helplines:
    """The lines of the deployment's country and its own, with its test calls."""
    calls = {line: Verification(on=date.fromisoformat(one["on"]), by=one["by"]) for line, one in _calls(settings).items()}
    try:
        return Helplines.load(settings.country, calls, _own_lines(settings))
    except HelplineForbidden:
        raise Failed(f"{settings.data_dir / OWN}: it holds a number that must not be shown in this country") from None


def day_of(now: int) -> date:
    """The day of a moment; a test call is good for so long that the time zone does not matter."""
    return datetime.fromtimestamp(now, UTC).date()


def list_helplines(settings: Settings, now: int) -> str:
    """Every line with its state; an own one with its municipality and its source."""
    helplines, today, own = load_helplines(settings), day_of(now), _own(settings)
    return "\n".join(
        f"{line.id:16} {line.number:14} {'shown' if line.is_sure() or line.is_verified(today) else 'not shown':10} "
        f"{'test-called' if line.is_verified(today) else 'needs a test call'}  {line.name}"
        + (f"  (only {line.area}; source: {own[line.id]['source']})" if line.id in own else "")
        for line in helplines.lines
    )


def note_test_call(settings: Settings, line_id: str, by: str, now: int) -> str:
    """Note that a line was called today and works as described."""
    if line_id not in {line.id for line in load_helplines(settings).lines}:
        raise Failed("there is no such line; `helpline list` shows their ids")
    if not by.strip():
        raise Failed("--by: expected who made the call")
    called = {"on": day_of(now).isoformat(), "by": by.strip()}
    _write(settings.data_dir / FILE, {**_calls(settings), line_id: called})
    return "Noted. Running processes show it after their next start."


def add_line(settings: Settings, line_id: str, *, area: str, name: str, number: str, source: str) -> str:
    """Add a line of one municipality; it is shown once it was test-called."""
    _must_fit(settings, line_id, area, number)
    if line_id in {line.id for line in load_helplines(settings).lines}:
        raise Failed("there is a line with this id already; `helpline remove` takes an own one away")
    added = {"area": area, "name": _one_line("--name", name), "number": number, "source": _one_line("--source", source)}
    _forget_call(settings, line_id)
    _write(settings.data_dir / OWN, {**_own(settings), line_id: added})
    return f"Added, and not shown yet: call the number, then `helpline verified {line_id} --by NAME`."


def remove_line(settings: Settings, line_id: str) -> str:
    """Take an own line away, with its test call."""
    own = dict(_own(settings))
    if own.pop(line_id, None) is None:
        raise Failed("there is no such line of your own; `helpline list` shows their ids")
    _write(settings.data_dir / OWN, own)
    _forget_call(settings, line_id)
    return "Removed. Running processes show it until their next start."


def _must_fit(settings: Settings, line_id: str, area: str, number: str) -> None:
    if not _ID.fullmatch(line_id):
        raise Failed("expected an id of small letters, digits and hyphens, as in prizren-office")
    if area not in Municipalities.load(settings.country).codes():
        raise Failed("--area: expected the code of a municipality, as in prizren")
    if not _NUMBER.fullmatch(number):
        raise Failed("--number: expected a telephone number, as in 029 123 456 or +383 29 123 456")
    if is_forbidden(settings.country, number):
        raise Failed("--number: this number must not be shown in this country")


def _one_line(option: str, text: str) -> str:
    plain = " ".join(text.split())
    if not plain or len(plain) > LONGEST or not plain.isprintable():
        raise Failed(f"{option}: expected a line of at most {LONGEST} characters")
    return plain


def _forget_call(settings: Settings, line_id: str) -> None:
    calls = dict(_calls(settings))
    if calls.pop(line_id, None) is not None:
        _write(settings.data_dir / FILE, calls)


def _own_lines(settings: Settings) -> Iterator[Helpline]:
    for line_id, one in _own(settings).items():
        yield Helpline(
            id=line_id,
            kind="local",
            name=one["name"],
            number=one["number"],
            hours=None,
            free=None,
            languages=(),
            confidence="own",
            area=one["area"],
        )


def _calls(settings: Settings) -> Mapping[str, Mapping[str, str]]:
    calls = _read(settings.data_dir / FILE, ("on", "by"), "helpline verified")
    try:
        for one in calls.values():
            date.fromisoformat(one["on"])
    except ValueError:
        raise Failed(f"{settings.data_dir / FILE}: expected what `helpline verified` writes") from None
    return calls


def _own(settings: Settings) -> Mapping[str, Mapping[str, str]]:
    return _read(settings.data_dir / OWN, ("area", "name", "number", "source"), "helpline add")


def _read(path: Path, members: tuple[str, ...], written_by: str) -> Mapping[str, Mapping[str, str]]:
    if not path.exists():
        return {}
    try:
        found: Any = json.loads(path.read_text(encoding="utf-8"))
        whole = all(isinstance(one[name], str) for one in found.values() for name in members)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        whole = False
    if not whole:
        raise Failed(f"{path}: expected what `{written_by}` writes")
    known: Mapping[str, Mapping[str, str]] = found
    return known


def _write(path: Path, what: Mapping[str, Mapping[str, str]]) -> None:
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(what, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    partial.chmod(0o600)
    partial.replace(path)

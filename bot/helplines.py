"""The operator's own test calls: which numbers were called, when, by whom.

They lie in `DATA_DIR/helplines.json`; a number that is not an emergency line is shown to nobody without one of the last 90 days. Whoever
called is named for the organisation only, never on a card.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

from bot.failures import Failed
from bot.settings import Settings
from locales.helplines import Helplines, Verification

FILE = "helplines.json"


def load_helplines(settings: Settings) -> Helplines:
    """The lines of the deployment's country, with its test calls."""
    calls = {line: Verification(on=date.fromisoformat(one["on"]), by=one["by"]) for line, one in _calls(settings).items()}
    return Helplines.load(settings.country, calls)


def day_of(now: int) -> date:
    """The day of a moment; a test call is good for so long that the time zone does not matter."""
    return datetime.fromtimestamp(now, UTC).date()


def list_helplines(settings: Settings, now: int) -> str:
    """Every line with its state."""
    helplines, today = load_helplines(settings), day_of(now)
    shown = {line.id for line in helplines.shown(today)}
    pending = {line.id: line for line in helplines.unverified(today)}
    every = {line.id: line for line in (*helplines.shown(today), *pending.values())}
    return "\n".join(
        f"{line.id:16} {line.number:14} {'shown' if line.id in shown else 'not shown':10} "
        f"{'needs a test call' if line.id in pending else 'test-called'}  {line.name}"
        for line in every.values()
    )


def note_test_call(settings: Settings, line_id: str, by: str, now: int) -> str:
    """Note that a line was called today and works as described."""
    helplines, today = load_helplines(settings), day_of(now)
    known = {line.id for line in (*helplines.shown(today), *helplines.unverified(today))}
    if line_id not in known:
        raise Failed("there is no such line; `helpline list` shows their ids")
    if not by.strip():
        raise Failed("--by: expected who made the call")
    calls = {**_calls(settings), line_id: {"on": today.isoformat(), "by": by.strip()}}
    path = settings.data_dir / FILE
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(calls, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    partial.chmod(0o600)
    partial.replace(path)
    return "Noted. Running processes show it after their next start."


def _calls(settings: Settings) -> Mapping[str, Mapping[str, str]]:
    path: Path = settings.data_dir / FILE
    if not path.exists():
        return {}
    try:
        calls = json.loads(path.read_text(encoding="utf-8"))
        for one in calls.values():
            date.fromisoformat(one["on"])
            str(one["by"])
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Failed(f"{path}: expected what `helpline verified` writes") from None
    else:
        known: Mapping[str, Mapping[str, str]] = calls
        return known

"""The data behind a button: which press, on which alert. It fits 64 bytes and says nothing about a case.

Laws. The data comes back from a client that anybody can write, so it proves nothing: `presses` checks whose alert it is. Data
that this file did not make reads as nothing.
"""

from dataclasses import dataclass
from typing import Final, Literal, cast

from sealing.encoding import ID_BYTES, b64u, unb64u
from sealing.errors import SealingError

Act = Literal["acknowledge", "take"]

_LETTERS: Final = {"acknowledge": "a", "take": "t"}
_ACTS: Final = {letter: act for act, letter in _LETTERS.items()}
_VERSION: Final = "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A button of one alert."""

    act: Act
    case_id: bytes
    alert_id: bytes


def written(press: Press) -> str:
    """Write a press as callback data: 45 characters."""
    return _VERSION + _LETTERS[press.act] + b64u(press.case_id + press.alert_id)


def read(data: str) -> Press | None:
    """Read callback data; None for anything that `written` would not have written."""
    act = _ACTS.get(data[1:2])
    if data[:1] != _VERSION or act is None:
        return None
    try:
        ids = unb64u(data[2:], 2 * ID_BYTES)
    except SealingError:
        return None
    return Press(act=cast(Act, act), case_id=ids[:ID_BYTES], alert_id=ids[ID_BYTES:])

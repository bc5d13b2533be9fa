"""What can go wrong, by whose fault.

    SimulatorError
    ├── ApiError            a bot's call is refused, as Telegram would refuse it
    ├── QueueFull           more updates wait than the simulator agrees to hold
    ├── NotHeard            a person waited for words that did not come
    ├── ButtonMissing       a person looked for a button that is not on the screen
    └── ActionImpossible    a person tried what no phone could do

Everything said on these phones is invented, so `NotHeard` and `ButtonMissing` may show the screen.
"""

from typing import Any


class SimulatorError(Exception):
    """The base of this package's errors."""


class ApiError(SimulatorError):
    """A call is refused; the envelope says the same."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters

    def envelope(self) -> dict[str, Any]:
        """The body of the answer, which is the same for every error."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(description: str) -> ApiError:
    """The refusal that most wrong calls get."""
    return ApiError(400, f"Bad Request: {description}")


class QueueFull(SimulatorError):
    """Too many updates wait for this bot."""


class NotHeard(SimulatorError, TimeoutError):
    """What was waited for did not appear on the screen in time."""


class ButtonMissing(SimulatorError, LookupError):
    """No visible button has that label or data."""


class ActionImpossible(SimulatorError):
    """A phone offers no such action here."""

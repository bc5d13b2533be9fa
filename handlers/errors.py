"""What can go wrong on the way to a messenger. None of these carries a chat id, a token, an address or anybody's words.

HandlerError
├── ChannelError            the messenger did not take what was said
│   ├── TryLater            a wait in seconds, then the same again (429, 5xx, time-outs)
│   ├── ReporterUnreachable the chat is blocked, deleted or unknown (403, 400 chat not found)
│   └── Refused             the messenger will never take this (any other 4xx)
├── MediaUnavailable        a file could not be fetched: too large, gone, or the connection broke
├── TooManyReports          a chat has opened so many cases that the next has to wait; nothing of the turn is kept
└── ReceiptWanted           a turn needs a receipt and none is drawn: draw one, and run it again
"""


class HandlerError(Exception):
    """The message could not be carried."""


class ChannelError(HandlerError):
    """The messenger did not take what was said."""


class TryLater(ChannelError):
    """The messenger asks to wait; `seconds` says how long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"try again in {seconds:.0f} s")
        self.seconds = seconds


class ReporterUnreachable(ChannelError):
    """The chat is blocked, deleted or unknown."""


class Refused(ChannelError):
    """The messenger will never take this call."""


class MediaUnavailable(HandlerError):
    """A file could not be fetched."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooManyReports(HandlerError):
    """This chat has opened so many cases in a day that the next one has to wait."""


class ReceiptWanted(HandlerError):
    """A receipt must be drawn before this turn can run."""

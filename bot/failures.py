"""How a command says that it failed: one line that a person can act on.

Laws. What is not one of our own errors is named by its kind and place only; its text may hold an address, a token or somebody's words.
"""

from bot.logs import kind_of
from bot.settings import SettingsWrong
from bot.setup import AlreadyMade
from handlers.directory_in_force import DirectoryExpired, DirectoryMissing
from handlers.directory_succession import NotTheNext
from handlers.officer.invitations import NameTaken, NameUnusable
from sealing.errors import SealingError
from storage.errors import StorageError

OURS = (
    AlreadyMade,
    SettingsWrong,
    DirectoryExpired,
    DirectoryMissing,
    NameTaken,
    NameUnusable,
    NotTheNext,
    SealingError,
    StorageError,
)
"""Errors whose words are ours: their text, or their class's first line, says what to do."""


class Failed(Exception):
    """A command failed in a way its words explain; `code` is the exit code."""

    def __init__(self, words: str, code: int = 1) -> None:
        super().__init__(words)
        self.code = code


def in_one_line(error: BaseException) -> str:
    """Tell an error in one line."""
    if isinstance(error, OURS):
        return (str(error) or (type(error).__doc__ or "").strip().partition("\n")[0]).replace("\n", " ")
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}{': ' + str(error.filename) if error.filename else ''}"
    return f"failed: {kind_of(error)}"

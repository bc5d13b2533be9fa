"""What failed is one line, and never tells what it must not."""

import pytest

from bot.failures import Failed, in_one_line
from bot.settings import SettingsWrong
from handlers.directory_in_force import DirectoryExpired
from storage.errors import NotMigrated


def test_our_own_errors_speak_for_themselves() -> None:
    assert in_one_line(SettingsWrong("AMANET_LISTEN: expected HOST:PORT")) == "AMANET_LISTEN: expected HOST:PORT"
    assert in_one_line(NotMigrated()) == "The database has no tables yet, or older ones."
    assert in_one_line(DirectoryExpired()) == "The directory of keys has expired: sign and install a newer one."


def test_a_file_that_is_not_there_is_named() -> None:
    assert in_one_line(FileNotFoundError(2, "No such file or directory", "case.json")) == "No such file or directory: case.json"


@pytest.mark.parametrize(
    "error", [ValueError("He hits me."), RuntimeError("https://api.telegram.org/bot1:secret/getMe"), KeyError("777")]
)
def test_whatever_else_failed_is_named_by_its_kind_alone(error: Exception) -> None:
    assert in_one_line(error) == f"failed: {type(error).__name__}"


def test_the_place_is_told_but_not_the_words() -> None:
    try:
        raise ValueError("He hits me.")
    except ValueError as error:
        line = in_one_line(error)
    assert line.startswith("failed: ValueError at test_failures.py:")
    assert "hits" not in line


def test_more_lines_become_one() -> None:
    assert in_one_line(SettingsWrong("one\ntwo")) == "one two"


def test_a_command_that_failed_ends_with_one_unless_it_says_otherwise() -> None:
    assert Failed("no").code == 1
    assert Failed("no", 2).code == 2

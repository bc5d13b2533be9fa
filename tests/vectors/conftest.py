"""The browser's sealing, running for the tests of a file."""

from collections.abc import Iterator

import pytest

from tests.vectors import twin


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[twin.Twin]:
    """Give the built program, which seals and opens as the page does."""
    with twin.running(tmp_path_factory.mktemp("twin")) as running:
        yield running

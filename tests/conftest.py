"""What every test may rely on: two flags, and one pace for property tests."""

import pytest
from hypothesis import HealthCheck, settings

from tests.databases import postgres_server, postgres_url  # noqa: F401 - fixtures of the whole suite

settings.register_profile("amanet", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("amanet")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let transcripts be written anew from what the engine says now (the difference is read before it is kept), and long forms run."""
    parser.addoption("--update-transcripts", action="store_true", help="rewrite tests/transcripts/*.yaml from what happens now")
    parser.addoption("--soak", action="store_true", help="run the full forms of long simulations too (`make soak`)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the full forms out unless they are asked for: each has a short form that always runs."""
    if config.getoption("--soak"):
        return
    soaks = [item for item in items if item.get_closest_marker("soak")]
    if soaks:
        config.hook.pytest_deselected(items=soaks)
        items[:] = [item for item in items if item not in soaks]

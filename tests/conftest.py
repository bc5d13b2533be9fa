"""What every test may rely on: one flag, and one pace for property tests."""

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("amanet", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("amanet")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let transcripts be written anew from what the engine says now; the difference is read before it is kept."""
    parser.addoption("--update-transcripts", action="store_true", help="rewrite tests/transcripts/*.yaml from what happens now")

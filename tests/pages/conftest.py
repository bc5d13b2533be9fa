"""The browser that page tests share, and the town whose desk most of them open."""

import shutil

import pytest
from playwright.async_api import async_playwright, expect

from tests.pages.desk_stage import open_desk_town

expect.set_options(timeout=15_000)
"""Milliseconds: how long a page is looked at before a test says that it is not so; what must be quick is timed where it is meant."""

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]


@pytest.fixture
async def browser():
    """Chromium of this machine, without a network of its own."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture
async def town(tmp_path):
    """A town with three officers; whatever the console or the page's policy says is a failure."""
    async with open_desk_town(tmp_path / "deployment") as town:
        yield town
        assert town.faults == []

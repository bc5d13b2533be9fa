"""The demo as a process of its own, and hands and eyes for one person before its page.

Laws. The demo is started as `make demo` starts it and asked to end as Ctrl-C does. Buttons are found by the words that a person
reads, in that person's language, and every press waits for what it changed: nothing here sleeps and hopes.
"""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.async_api import Locator, Page, expect

from locales.catalogue import Catalogue
from locales.helplines import Helplines

ROOT = Path(__file__).parents[2]
UP_WITHIN = 40.0
"""Seconds in which the demo is up, on a slow machine."""
ENDS_WITHIN = 15.0
WAITS = 20_000
"""Milliseconds for what takes a turn of another process: an alarm, an opened case."""


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A demo that runs."""

    process: subprocess.Popen[bytes]
    phones: str
    health: str
    temporary: Path

    def ended(self) -> tuple[int, float, list[psutil.Process]]:
        """Press Ctrl-C; the exit code, the seconds it took, and the processes that are left."""
        own = psutil.Process(self.process.pid).children(recursive=True)
        began = time.monotonic()
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(60)
        return code, time.monotonic() - began, psutil.wait_procs(own, timeout=2)[1]


@contextmanager
def a_demo(folder: Path) -> Iterator[Demo]:
    """Start the demo on a free port with a temporary folder of its own, until it is ready; end it if the test did not."""
    temporary = folder / "temporary"
    temporary.mkdir()
    said = folder / "said.txt"
    with said.open("wb") as output:
        process = start(free_port(), output, temporary)
    demo = None
    try:
        printed = _printed(process, said)
        phones, health = (re.search(rf"{name} +(http://\S+)", printed)[1] for name in ("phones", "health"))
        _wait_until_ready(health)
        demo = Demo(process=process, phones=phones, health=health, temporary=temporary)
        yield demo
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(60)


def start(port: int, output, temporary: Path) -> subprocess.Popen[bytes]:
    """Run `bot demo` as the Makefile does."""
    environment = {**os.environ, "TMPDIR": str(temporary)}
    command = [sys.executable, "-m", "bot", "demo", "--port", str(port)]
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=output,
        stderr=subprocess.STDOUT,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _printed(process: subprocess.Popen[bytes], said: Path) -> str:
    until = time.monotonic() + UP_WITHIN
    while time.monotonic() < until and process.poll() is None:
        if "Ctrl-C" in (printed := said.read_text()):
            return printed
        time.sleep(0.05)
    raise AssertionError(f"the demo did not come up:\n{said.read_text()}")


def _wait_until_ready(health: str) -> None:
    until = time.monotonic() + UP_WITHIN
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(health, timeout=2) as answer:
                assert answer.status == 200
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError("the bots did not get ready")


class Somebody:
    """A person before the first phone: reads the card, presses, writes."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.place = page.get_by_role("region", name="Reporter")
        self.log = self.place.get_by_role("log").filter(visible=True)
        self.card = self.log.locator(".message:not(.mine):not(.leaving)").last
        self.own = self.log.locator(".message.mine")
        self._catalogue, self._language = Catalogue.load(), language
        lines = Helplines.load("xk")
        self._numbers = {"{emergency}": lines.emergency, "{police}": lines.police, "{ambulance}": lines.ambulance}

    def words(self, msgid: str) -> str:
        """A text of the program as this person reads it."""
        text = self._catalogue.text(msgid, self._language)
        for name, number in self._numbers.items():
            text = text.replace(name, number)
        return text

    async def arrive(self, name: str, phone_language: str) -> None:
        """Take a phone of one's own."""
        await self.place.get_by_role("button", name="New person").click()
        await self.page.get_by_label("First name").fill(name)
        await self.page.get_by_label("Language of the phone").select_option(phone_language)
        await self.page.get_by_role("button", name="Open the phone").click()
        await expect(self.page.get_by_role("article", name=f"Phone of {name}")).to_be_visible()

    async def begin(self, self_name: str) -> None:
        """Press Start and choose a language by its own name."""
        await self.place.get_by_role("button", name="Start", exact=True).click()
        await expect(self.card).to_be_visible()
        await self.press(self_name)

    def button(self, msgid: str) -> Locator:
        """A button of the card."""
        return self.card.get_by_role("button", name=self.words(msgid), exact=True)

    async def press(self, *msgids: str) -> None:
        """Press buttons, one after the other; each changes the card, and the new card is whole and uncut."""
        for msgid in msgids:
            before = await self.card.inner_text()
            await self.button(msgid).click()
            await expect(self.card).not_to_have_text(before, use_inner_text=True)
            assert await self.cut() == []

    async def write(self, words: str) -> None:
        """Write a message; the card changes and the message goes."""
        before = await self.card.inner_text()
        field = self.place.get_by_label("Message", exact=True).filter(visible=True)
        await field.fill(words)
        await field.press("Enter")
        await expect(self.card).not_to_have_text(before, use_inner_text=True)
        await expect(self.own).to_have_count(0)

    async def read(self, msgid: str) -> None:
        """This text stands on the card."""
        await expect(self.card).to_contain_text(self.words(msgid), timeout=WAITS)

    async def cut(self) -> list[str]:
        """The buttons whose words do not fit into them, and the page if it is wider than the screen."""
        return await self.page.evaluate(
            """() => [...document.querySelectorAll(".key")]
              .filter((key) => key.scrollWidth > key.clientWidth + 1 || key.scrollHeight > key.clientHeight + 1)
              .map((key) => key.textContent)
              .concat(document.documentElement.scrollWidth > innerWidth ? ["the page"] : [])"""
        )

    async def seconds_to_hide(self) -> float:
        """Press Hide; the seconds until nothing but the neutral card is on the glass, as the page itself measures them."""
        await self.page.evaluate(
            """([neutral, hide]) => {
              const log = [...document.querySelectorAll(".messages")].find((one) => one.checkVisibility());
              const alone = () => {
                const left = log.querySelectorAll(".message:not(.leaving)");
                return left.length === 1 && left[0].querySelector(".words").textContent === neutral;
              };
              window.hidden = new Promise((done) => log.addEventListener("click", (event) => {
                if (event.target.textContent !== hide) return;
                const began = performance.now();
                new MutationObserver((_, watch) => {
                  if (alone()) { watch.disconnect(); done(performance.now() - began); }
                }).observe(log, { childList: true, subtree: true, attributes: true, characterData: true });
              }, { capture: true }));
            }""",
            [self.words("Nothing new right now."), self.words("Hide")],
        )
        await self.button("Hide").click()
        return await self.page.evaluate("hidden") / 1000

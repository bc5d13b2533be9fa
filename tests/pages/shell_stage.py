"""A desk that nobody has entered yet, and hands for people who come to it by a link, sign in, and register what they hold.

Laws. The server is the real one, put together as `run desk` does it, second factor required. It is reached as `localhost`, because
passkeys are bound to a name and not to an address. What a page says to the console, throws, or is refused by its own policy is collected.
"""

import contextlib
import json
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, CDPSession, Page, expect

from bot.directory import read_unsigned, sign
from bot.key_files import signed_text
from bot.keys import wrap_team, wrap_text
from bot.serve import open_process
from bot.settings import read
from bot.setup import make_deployment
from handlers.directory_in_force import NATIONAL
from sealing.identity import SigningIdentity, read_seed_file
from tests.pages.stage import free_port

WAITS = 30_000
"""Milliseconds for what stretches a passphrase, on a machine that does other things too."""
PHONE, SCREEN = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
AXE = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"


@dataclass(kw_only=True)
class NewDesk:
    """A desk as `init` leaves it: one link for its first administrator."""

    folder: Path
    link: str
    offset: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.link.partition("#")[0]

    def now(self) -> int:
        return int(time.time()) + self.offset

    def seed(self, name: str) -> bytes:
        return read_seed_file((self.folder / "offline" / f"{name}.seed").read_text())

    def wrap(self, signed_directory: Path, officer_id: str) -> str:
        """What `python -m bot team wrap` does there for the first member."""
        root = SigningIdentity.from_seed(self.seed("root")).verifier.public_key
        wrap = wrap_team(
            signed_directory.read_bytes(),
            root,
            team_id=NATIONAL,
            team_seed=self.seed(NATIONAL),
            officer_id=bytes.fromhex(officer_id),
            now=self.now(),
        )
        return wrap_text(wrap)

    def sign(self, draft: Path) -> dict[str, str]:
        """What `python -m bot directory sign` does on the machine that is never on line."""
        signed: dict[str, str] = json.loads(
            signed_text(sign(read_unsigned(draft.read_bytes()), SigningIdentity.from_seed(self.seed("root"))))
        )
        return signed


@contextlib.asynccontextmanager
async def a_new_desk(folder: Path) -> AsyncIterator[NewDesk]:
    """Make a deployment and serve its desk."""
    port = free_port()
    origin = f"http://localhost:{port}"
    link = await make_deployment(folder, demo=False, country="xk", now=int(time.time()) - 60, rng=os.urandom, public_url=origin)
    settings = read(folder / "amanet.env", {"AMANET_LISTEN": f"127.0.0.1:{port}", "AMANET_PUBLIC_URL": origin})
    desk = NewDesk(folder=folder, link=link)
    async with contextlib.AsyncExitStack() as stack:
        await open_process(settings, ("desk",), stack, clock=desk.now)
        yield desk


@dataclass(kw_only=True)
class Person:
    """Somebody before a page of the desk."""

    page: Page
    desk: NewDesk
    keys: CDPSession
    words: str = ""
    recovery: str = ""

    @classmethod
    async def arrives(cls, browser: Browser, desk: NewDesk, size: dict[str, int] = PHONE, scheme: str = "light") -> "Person":
        """Take a browser of one's own, with a security key that answers when it is asked."""
        context = await browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce", locale="en-GB")
        page = await context.new_page()
        page.on("console", lambda message: desk.faults.append(message.text))
        page.on("pageerror", lambda error: desk.faults.append(str(error)))
        page.on(
            "request",
            lambda request: None if request.url.startswith((desk.url, "data:", "blob:")) else desk.faults.append(request.url),
        )
        await page.add_init_script(
            "addEventListener('securitypolicyviolation', (e) => console.error('policy', e.violatedDirective, e.blockedURI))"
        )
        keys = await context.new_cdp_session(page)
        await keys.send("WebAuthn.enable")
        await keys.send("WebAuthn.addVirtualAuthenticator", {"options": _SECURITY_KEY})
        return cls(page=page, desk=desk, keys=keys)

    async def takes_another_key(self) -> None:
        """Plug a second security key in: a device holds one passkey of a person and refuses another."""
        await self.keys.send("WebAuthn.addVirtualAuthenticator", {"options": {**_SECURITY_KEY, "transport": "usb"}})

    async def press(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def sees(self, heading: str) -> None:
        await expect(self.page.get_by_role("heading", name=heading, exact=True, level=1)).to_be_visible(timeout=WAITS)

    async def goes(self, place: str) -> None:
        await self.page.get_by_role("navigation", name="Pages").get_by_role("link", name=place, exact=True).click()
        await self.sees(place)

    async def joins(self, link: str) -> list[str]:
        """Follow a link to its end; give the fingerprints that are read aloud."""
        await self.page.goto(link)
        await self.press("Begin")
        await self.sees("Your six words")
        self.words = " ".join(await self.page.locator("ol.secret li").all_inner_texts())
        await self.press("I have them")
        await self.page.get_by_label("Your six words").fill(self.words)
        await self.press("Make my keys")
        await self.sees("Your recovery paper")
        self.recovery = await self.page.locator("code.secret").inner_text()
        await self.press("The paper is safe")
        await self.sees("Now read this aloud")
        fingerprints = await self.page.locator(".fingerprints code").all_inner_texts()
        await self.press("To sign-in")
        return fingerprints

    async def proves(self, name: str, words: str) -> None:
        """Give a name and six words."""
        await self.sees("Sign in")
        await self.page.get_by_label("Your name").fill(name)
        await self.page.get_by_label("Your six words").fill(words)
        await self.press("Sign in")

    async def registers_a_passkey(self) -> None:
        await self.sees("Register a second factor")
        await self.page.get_by_label("A name for this passkey").fill("key on my ring")
        await self.press("Register a passkey")

    async def gives_the_words_again(self, words: str = "") -> None:
        """Answer the question that stands before a change to how one signs in."""
        question = self.page.get_by_role("dialog", name="Your six words, once more")
        await question.get_by_label("Your six words").fill(words or self.words)
        await question.get_by_role("button", name="Go on").click()

    async def unlocks(self) -> None:
        """Load the page again, which fetches what is new, and open it."""
        await self.page.reload()
        await self.sees("The desk is locked")
        await self.page.get_by_label("Your six words").fill(self.words)
        await self.press("Unlock")
        await expect(self.page.get_by_role("navigation", name="Pages")).to_be_visible(timeout=WAITS)

    async def invites(self, name: str, role: str) -> str:
        """Make an invitation on the page of people; give its link."""
        await self.page.get_by_label("Name to sign in with").fill(name)
        await self.page.get_by_label("Role").select_option(role)
        await self.page.get_by_role("checkbox", name="National team").set_checked(True)
        await self.press("Make an invitation")
        await expect(self.page.get_by_role("listitem").filter(has_text=name)).to_be_visible()
        return await self.page.locator(".shown-once code").inner_text()

    async def lets_in(self, name: str, read_aloud: list[str]) -> None:
        """Compare what is read aloud with what the page shows."""
        waiting = self.page.get_by_role("region", name=name)
        await expect(waiting.locator(".fingerprints code")).to_have_text(read_aloud)
        await waiting.get_by_label("I heard them myself").check()
        await waiting.get_by_role("button", name="Let them in").click()
        await expect(waiting.get_by_text("Compared.")).to_be_visible()

    async def becomes_administrator(self) -> None:
        """Everything the first administrator does until the checklist."""
        await self.joins(self.desk.link)
        await self.proves("Administrator", self.words)
        await self.registers_a_passkey()
        await self.sees("First steps")

    async def unfit(self) -> list[str]:
        """What axe finds on the page as it stands, and the page if it is wider than the screen."""
        await self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: list[str] = await self.page.evaluate(
            """async () => {
              const result = await axe.run(document, { resultTypes: ["violations"] });
              return result.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).join(", ")}`)
                .concat(document.documentElement.scrollWidth > innerWidth ? ["wider than the screen"] : []);
            }"""
        )
        return found


_SECURITY_KEY: dict[str, Any] = {
    "protocol": "ctap2",
    "ctap2Version": "ctap2_1",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "hasPrf": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

"""Voice messages at the desk: an honest one is played, one that holds hours in some kilobytes is not even decoded.

The files are made here: Opus in Ogg (RFC 7845), the packets are the silence that every encoder writes (RFC 6716).
"""

import struct

import pytest
from playwright.async_api import expect

from tests.pages.desk_stage import DESK, WAITS, Officer
from tests.stories.people import TO_THE_WORDS

pytestmark = pytest.mark.browser

SILENCE, DENSE = b"\xf8\xff\xfe", b"\xfb\x06"
"""A packet of 20 ms, and one that holds 120 ms in two bytes."""
RATE = 48_000
PRE_SKIP = 312
LASTS = {SILENCE: 960, DENSE: 5760}
COUNTS = """() => {
  const decode = BaseAudioContext.prototype.decodeAudioData;
  window.decoded = 0;
  BaseAudioContext.prototype.decodeAudioData = function (...given) {
    window.decoded += 1;
    return decode.apply(this, given);
  };
}"""
"""Counts what is decoded; the decoder stays the browser's."""


async def test_an_honest_voice_is_played_and_one_that_holds_hours_is_only_saved(browser, town, tmp_path):
    ana = await Officer.sits_down(browser, town, "Ana", DESK)
    child = await town.child()
    await child.press(*TO_THE_WORDS)
    bomb = a_voice(DENSE, 60_000)
    assert len(bomb) < 200_000
    for voice in (a_voice(SILENCE, 150), bomb, a_voice(DENSE, 1000, claims=RATE)):
        await child.phone.send_media("voice", voice)
        await child.phone.heard(lambda shown: not any(one.mine for one in shown))
    await child.press("done", "today", "no", "no", "age_10_13", "skip", "done", "none", "send", "yes")
    await ana.opens(ana.rows.first)
    voices = ana.entries.filter(has_text="Voice message")
    await expect(voices).to_have_count(3)

    await ana.page.evaluate(COUNTS)
    await ana.presses("Open the voice message", voices.nth(0))
    await ana.presses("Play", voices.nth(0))
    await expect(voices.nth(0)).to_contain_text("/ 0:0", timeout=WAITS)
    await expect(voices.nth(0).get_by_role("button", name="Pause")).to_be_visible()

    for nth, why in ((1, "It is not played here: it is longer than 30 minutes."), (2, "how long it would play cannot be known")):
        await ana.presses("Open the voice message", voices.nth(nth))
        await expect(voices.nth(nth)).to_contain_text(why, timeout=WAITS)
        await expect(voices.nth(nth).get_by_role("button", name="Play")).to_have_count(0)
    assert await ana.page.evaluate("decoded") == 1, "what is not played was never decoded"

    async with ana.page.expect_download() as saving:
        await ana.presses("Save the file…", voices.nth(1))
        await ana.presses("Save it", ana.page.get_by_role("dialog"))
    saved = await (await saving.value).path()
    assert saved.read_bytes() == bomb
    assert await ana.unfit() == []
    await ana.picture(tmp_path / "voices.png", whole=True)


def a_voice(packet: bytes, count: int, claims: int | None = None) -> bytes:
    """An Ogg file of so many packets; `claims` is the length that its last page says, in samples."""
    head = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, PRE_SKIP, RATE, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"test" + struct.pack("<I", 0)
    made = [_page([head], 0, 0, flags=2), _page([tags], 0, 1)]
    for number, at in enumerate(range(0, count, 200)):
        upto = min(count, at + 200)
        is_last = upto == count
        granule = claims if is_last and claims is not None else upto * LASTS[packet]
        made.append(_page([packet] * (upto - at), granule, number + 2, flags=4 if is_last else 0))
    return b"".join(made)


def _page(packets: list[bytes], granule: int, number: int, flags: int = 0) -> bytes:
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, granule, 7, number, 0)
    page = head + bytes([len(packets), *map(len, packets)]) + b"".join(packets)
    return page[:22] + struct.pack("<I", _sum(page)) + page[26:]


def _sum(page: bytes) -> int:
    """Ogg's checksum: polynomial 0x04c11db7, no reflection (RFC 3533, part 6)."""
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc

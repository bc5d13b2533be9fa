"""Files that a child sends from a telephone: a real voice note (Ogg Opus, four seconds of silence) and a real picture (JPEG).

Silence is enough: a browser that plays it has decoded it. The Opus frame of three bytes is the one that RFC 6716's decoders give back as
20 ms of nothing; pages and their checksum follow RFC 3533.
"""

import struct

from playwright.async_api import Browser

_SERIAL = 0x414D4E54
_FRAME = bytes.fromhex("f8fffe")
_FRAMES = 200
_SAMPLES = 960
"""Of one frame: 20 ms at 48 kHz, the clock of every Opus stream (RFC 7845)."""


async def picture(browser: Browser) -> bytes:
    """A picture of nothing: two colours that run into each other."""
    page = await browser.new_page(viewport={"width": 240, "height": 160})
    await page.set_content("<body style='margin:0;background:linear-gradient(45deg,#86b,#fc7)'></body>")
    taken = await page.screenshot(type="jpeg", quality=60)
    await page.close()
    return taken


def voice_note() -> bytes:
    """A voice note as phones send it."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, 0, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 4) + b"none" + struct.pack("<I", 0)
    sound = [_FRAME] * _FRAMES
    return _page(0, 2, 0, [head]) + _page(1, 0, 0, [tags]) + _page(2, 4, _SAMPLES * _FRAMES, sound)


def _page(number: int, kind: int, position: int, packets: list[bytes]) -> bytes:
    lengths = bytes(len(packet) for packet in packets)
    fixed = struct.pack("<4sBBqIII", b"OggS", 0, kind, position, _SERIAL, number, 0)
    page = fixed + bytes([len(lengths)]) + lengths + b"".join(packets)
    return page[:22] + struct.pack("<I", _checksum(page)) + page[26:]


def _checksum(page: bytes) -> int:
    """CRC-32 with the polynomial 0x04c11db7, nothing reflected, as RFC 3533 section 6 asks."""
    rest = 0
    for byte in page:
        rest ^= byte << 24
        for _ in range(8):
            rest = (rest << 1) ^ (0x104C11DB7 if rest & 0x80000000 else 0)
    return rest & 0xFFFFFFFF

"""What a process of ours holds in memory, written down so that it can be searched like any file.

Laws. Only a child of this process is read, through /proc; it is stopped meanwhile, so that what is read is one moment. Everything that it
can write to is taken: heap, stacks, what libraries keep; freed memory that was not overwritten is in it too, as a thief would find it.
"""

import os
import re
import signal
from pathlib import Path
from typing import Final

_WRITABLE: Final = re.compile(r"^([0-9a-f]+)-([0-9a-f]+) rw.. ")
_NOT_MEMORY: Final = ("[vvar]", "[vsyscall]", "/dev/")
_PIECE: Final = 1 << 24
_OVERLAP: Final = 4096
"""Bytes that two pieces share, so that nothing is cut: more than the longest form of a mark."""


def held(pid: int, folder: Path) -> list[Path]:
    """Write down every writable mapping of a process, in files of a moderate size."""
    folder.mkdir()
    os.kill(pid, signal.SIGSTOP)
    try:
        with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
            return [file for begin, end in _mappings(pid) for file in _written(memory, begin, end, folder)]
    finally:
        os.kill(pid, signal.SIGCONT)


def _mappings(pid: int) -> list[tuple[int, int]]:
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    found = [_WRITABLE.match(line) for line in lines if not any(name in line for name in _NOT_MEMORY)]
    return [(int(one[1], 16), int(one[2], 16)) for one in found if one]


def _written(memory, begin: int, end: int, folder: Path) -> list[Path]:
    files = []
    for at in range(begin, end, _PIECE):
        content = _read(memory, at, min(at + _PIECE + _OVERLAP, end))
        if content.strip(b"\0"):
            files.append(folder / f"{at:x}")
            files[-1].write_bytes(content)
    return files


def _read(memory, begin: int, end: int) -> bytes:
    """The bytes of a stretch; a raw read may give fewer than it was asked for."""
    memory.seek(begin)
    content = bytearray()
    while len(content) < end - begin:
        try:
            piece = memory.read(end - begin - len(content))
        except OSError:  # pages that were never touched and lie beyond what they map: nothing is there
            break
        if not piece:
            break
        content += piece
    return bytes(content)

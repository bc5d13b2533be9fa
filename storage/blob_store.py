"""The files of attachments: ciphertext only, one file for each, written whole or not at all.

Laws. Bytes go to a temporary name, reach the disk (fsync), then take their name; the folder is synced too, so that a
committed row never names a file that a power cut took. Nothing is overwritten. File names are random ids.
"""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Collection
from pathlib import Path
from typing import BinaryIO

from storage.errors import AlreadyThere, BlobMissing

PIECE = 65536 + 16  # one sealed chunk of SEALING.md section 5
_PARTIAL = ".partial"


class BlobStore:
    """Attachments' ciphertext in a folder, spread over 256 subfolders by the first byte of the id."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has_room(self, kept: int) -> bool:
        """Tell whether more than `kept` bytes are free where the files lie."""
        folder = next((one for one in (self._folder, *self._folder.parents) if one.exists()), None)
        return folder is not None and shutil.disk_usage(folder).free > kept

    async def write(self, blob_id: bytes, pieces: AsyncIterator[bytes]) -> int:
        """Store ciphertext as it arrives; return its size. If the source breaks off, nothing is left."""
        path = self._path(blob_id)
        partial = path.with_suffix(_PARTIAL)
        file = await asyncio.to_thread(_create, path, partial)
        size = 0
        try:
            async for piece in pieces:
                await asyncio.to_thread(file.write, piece)
                size += len(piece)
            await asyncio.to_thread(_finish, file, partial, path)
        except BaseException:
            file.close()
            partial.unlink(missing_ok=True)
            raise
        return size

    async def read(self, blob_id: bytes) -> AsyncIterator[bytes]:
        """Give an attachment's ciphertext in pieces; raise BlobMissing if there is none."""
        try:
            file = await asyncio.to_thread(self._path(blob_id).open, "rb")
        except FileNotFoundError:
            raise BlobMissing from None
        with file:
            while piece := await asyncio.to_thread(file.read, PIECE):
                yield piece

    async def delete(self, blob_ids: Collection[bytes]) -> None:
        """Delete attachments' files; those that are gone already are passed over."""
        await asyncio.to_thread(_unlink_all, [self._path(blob_id) for blob_id in blob_ids])

    async def older_than(self, before: int) -> tuple[bytes, ...]:
        """Return the ids of files written before that moment; delete what was left half-written before it."""
        return await asyncio.to_thread(_sweep, self._folder, before)

    def _path(self, blob_id: bytes) -> Path:
        name = blob_id.hex()
        return self._folder / name[:2] / name


def _create(path: Path, partial: Path) -> BinaryIO:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if path.exists():
        raise AlreadyThere("blob_id")
    try:
        return os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
    except FileExistsError:
        raise AlreadyThere("blob_id") from None


def _finish(file: BinaryIO, partial: Path, path: Path) -> None:
    with file:
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)
    for folder in (path.parent, path.parent.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unlink_all(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _sweep(folder: Path, before: int) -> tuple[bytes, ...]:
    found = []
    for path in folder.glob("??/*"):
        try:
            if path.stat().st_mtime >= before:
                continue
        except FileNotFoundError:
            continue
        if path.suffix == _PARTIAL:
            path.unlink(missing_ok=True)
        else:
            found.append(bytes.fromhex(path.name))
    return tuple(found)

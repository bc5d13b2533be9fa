"""Files as Telegram keeps them: content once, one id per bot, a path to fetch it by.

Laws: a file id of one bot is worthless to another; more than 20 MB cannot be fetched; what is kept is bounded, oldest first.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Any

from simulator.errors import bad_request
from simulator.ids import Ids

DOWNLOAD_LIMIT = 20 << 20
"""MAX_DOWNLOAD_FILE_SIZE of the official server."""
UPLOAD_LIMIT = 50 << 20
KEPT_BYTES = 512 << 20
"""What a long demonstration may hold in memory."""
KEPT_FILES = 20_000
FOLDERS = {"voice": "voice", "photo": "photos", "video": "videos", "document": "documents", "audio": "music"}


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """One file of one bot. `size` may be more than the content: tests need not hold 60 MB to send a 60 MB video."""

    file_id: str
    unique_id: str
    path: str
    size: int
    media_type: str
    name: str
    content: bytes = field(repr=False)

    def stub(self) -> dict[str, Any]:
        """The fields that every file object starts with."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": self.size}


class Files:
    """The files of one bot."""

    def __init__(self, ids: Ids) -> None:
        self._ids = ids
        self._by_id: OrderedDict[str, StoredFile] = OrderedDict()
        self._by_path: dict[str, StoredFile] = {}
        self._bytes = 0

    def keep(self, kind: str, content: bytes, *, media_type: str, name: str = "", size: int | None = None) -> StoredFile:
        """Take a file in; the oldest go when there are too many."""
        suffix = name.rpartition(".")[2] if "." in name else _suffix(media_type)
        folder = FOLDERS.get(kind, kind)
        file = StoredFile(
            file_id=self._ids.file("AwAC"),
            unique_id=self._ids.file("AgAD")[:16],
            path=f"{folder}/file_{len(self._by_id)}_{self._ids.long()[:6]}.{suffix}",
            size=len(content) if size is None else size,
            media_type=media_type,
            name=name,
            content=content,
        )
        self._by_id[file.file_id] = file
        self._by_path[file.path] = file
        self._bytes += len(content)
        while len(self._by_id) > KEPT_FILES or self._bytes > KEPT_BYTES:
            _, oldest = self._by_id.popitem(last=False)
            del self._by_path[oldest.path]
            self._bytes -= len(oldest.content)
        return file

    def find(self, file_id: str) -> StoredFile | None:
        """The file of that id, if this bot has it."""
        return self._by_id.get(file_id)

    def fetch(self, path: str) -> StoredFile | None:
        """The file at that path, if this bot has it and it can be fetched."""
        return self._by_path.get(path)

    def describe(self, file_id: str) -> dict[str, Any]:
        """What getFile answers."""
        file = self.find(file_id)
        if file is None:
            raise bad_request("invalid file_id")
        if file.size > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return {**file.stub(), "file_path": file.path}


def _suffix(media_type: str) -> str:
    known = {"audio/ogg": "oga", "audio/webm": "webm", "image/jpeg": "jpg", "image/png": "png", "video/mp4": "mp4"}
    return known.get(media_type.partition(";")[0], "bin")

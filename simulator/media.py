"""What a phone sends besides words: recordings, pictures, files, places, forwarded messages."""

from typing import Any

from simulator.bots import Bot
from simulator.methods.speaking import media_object

TYPES = {
    "voice": "audio/ogg",
    "photo": "image/jpeg",
    "video": "video/mp4",
    "video_note": "video/mp4",
    "audio": "audio/mpeg",
    "animation": "video/mp4",
    "document": "application/octet-stream",
}


class Sending:
    """The part of a phone that sends media. `size` claims more bytes than are there: for files too large to fetch."""

    bot: Bot
    sim: Any
    person: Any

    def _sent(self, content: dict[str, Any], *, reply_to: int | None = None, file_id: str | None = None) -> int:
        raise NotImplementedError

    async def send_media(
        self,
        kind: str,
        content: bytes,
        *,
        caption: str = "",
        name: str = "",
        media_type: str = "",
        duration: int = 3,
        size: int | None = None,
        album: str = "",
    ) -> int:
        """Send a file as a voice note, photo, video, video_note, audio, animation or document."""
        file = self.bot.files.keep(kind, content, media_type=media_type or TYPES[kind], name=name, size=size)
        message: dict[str, Any] = {kind: media_object(kind, file, duration)}
        if kind == "animation":
            message["document"] = media_object("document", file)
        if caption:
            message["caption"] = caption
        if album:
            message["media_group_id"] = album
        return self._sent(message, file_id=file.file_id)

    async def send_voice(
        self, content: bytes, *, duration: int = 3, media_type: str = "audio/ogg", size: int | None = None
    ) -> int:
        """Send a voice note."""
        return await self.send_media("voice", content, duration=duration, media_type=media_type, size=size)

    async def send_photo(self, content: bytes, *, caption: str = "") -> int:
        """Send a picture, as Telegram's clients re-encode it."""
        return await self.send_media("photo", content, caption=caption)

    async def send_document(
        self, content: bytes, *, name: str = "file.bin", media_type: str = "", caption: str = "", size: int | None = None
    ) -> int:
        """Send a file untouched, with whatever it tells about its maker."""
        return await self.send_media("document", content, name=name, media_type=media_type, caption=caption, size=size)

    async def album(self, contents: list[bytes], *, caption: str = "") -> list[int]:
        """Send several pictures at once: as many messages with one group id."""
        group = self.sim.ids.long()
        captions = [caption] + [""] * len(contents)
        return [
            await self.send_media("photo", content, album=group, caption=words)
            for content, words in zip(contents, captions, strict=False)
        ]

    async def sticker(self, emoji: str = "🙂") -> int:
        """Send a sticker."""
        file = self.bot.files.keep("sticker", b"RIFF", media_type="image/webp")
        shape = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": emoji}
        return self._sent({"sticker": {**file.stub(), **shape}}, file_id=file.file_id)

    async def send_location(self, latitude: float, longitude: float) -> int:
        """Send where the phone is."""
        return self._sent({"location": {"latitude": latitude, "longitude": longitude}})

    async def send_contact(self, phone_number: str, first_name: str, *, own: bool = False) -> int:
        """Send a contact card; `own` is what a request-contact button sends."""
        contact: dict[str, Any] = {"phone_number": phone_number, "first_name": first_name}
        if own:
            contact["user_id"] = self.person.id
        return self._sent({"contact": contact})

    async def poll(self, question: str, options: list[str]) -> int:
        """Send a poll."""
        shape = {"is_closed": False, "is_anonymous": True, "type": "regular", "allows_multiple_answers": False}
        answers = [{"text": option, "voter_count": 0, "persistent_id": str(n)} for n, option in enumerate(options)]
        return self._sent(
            {
                "poll": {
                    "id": self.sim.ids.long(),
                    "question": question,
                    "options": answers,
                    "total_voter_count": 0,
                    "allows_revoting": False,
                    "members_only": False,
                    **shape,
                }
            }
        )

    async def forward(self, text: str, *, author: str = "Somebody Else", author_id: int | None = None) -> int:
        """Forward somebody's message; without `author_id` the author hides behind a name."""
        date = int(self.sim.clock.now()) - 3600
        origin: dict[str, Any] = {"type": "hidden_user", "date": date, "sender_user_name": author}
        if author_id is not None:
            user = {"id": author_id, "is_bot": False, "first_name": author}
            origin = {"type": "user", "date": date, "sender_user": user}
        return self._sent({"text": text, "forward_origin": origin})

"""Voice notes: ciphertext on the disk, opened by the entry's key, gone when the words are."""

from sealing.encoding import unb64u
from simulator.faults import Fault
from tests.stories.people import TO_THE_END, TO_THE_WORDS, Child
from tests.stories.story_town import StoryTown

VOICE = b"OggS" + bytes(range(256)) * 40
FROM_THE_WORDS = TO_THE_END[len(TO_THE_WORDS) :]


async def test_a_voice_note_is_ciphertext_on_the_disk_and_opens_with_the_case(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_WORDS)
    await _speak(child)
    (file,) = town.blobs()
    assert VOICE[:64] not in file.read_bytes()
    await child.press(*FROM_THE_WORDS)
    report = await town.opened(town.keys.area)
    (attachment,) = [entry["plaintext"] for entry in report["entries"] if entry["plaintext"]["kind"] == "attachment"]
    assert (attachment["media_type"], attachment["size"]) == ("audio/ogg", len(VOICE))
    assert len(unb64u(attachment["key"])) == 32
    assert [(blob["blob_id"], blob["size"]) for blob in report["blobs"]] == [(attachment["blob_id"], len(VOICE))]


async def test_a_voice_note_that_comes_first_of_all_is_kept(town: StoryTown) -> None:
    child = town.child()
    await _speak(child)
    await child.press("en", "stop", "send", "yes")
    assert len((await town.opened())["blobs"]) == 1


async def test_a_voice_note_after_sending_is_added(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_END, "add")
    await _speak(child)
    assert (await town.entries())[-1]["kind"] == "attachment"
    assert len((await town.opened())["blobs"]) == 1


async def test_a_voice_note_goes_with_the_words_that_are_not_sent(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_WORDS)
    await _speak(child)
    assert len(town.blobs()) == 1
    await child.press("stop", "delete")
    await town.until(lambda: town.blobs() == [])


async def test_a_voice_note_left_for_a_day_is_deleted(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_WORDS)
    await _speak(child)
    await town.pass_time(24 * 3600 + 5)
    await town.until(lambda: town.blobs() == [])


async def test_a_voice_note_that_cannot_be_fetched_is_said_to_be_missing(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_WORDS)
    town.sim.faults.add(Fault(method="getFile", code=400, description="Bad Request: file is temporarily unavailable"))
    await child.phone.send_voice(VOICE)
    await child.hears("That did not arrive. It can be sent again, or written.")
    assert town.blobs() == []
    await child.phone.send_voice(VOICE)
    await child.hears("Thank you. The voice message is kept.")
    assert len(town.blobs()) == 1
    await child.press("hide")
    await child.alone()


async def test_a_picture_is_neither_fetched_nor_stored(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_WORDS)
    fetched = len(town.sim.calls.of("getFile"))
    await child.phone.send_photo(b"\xff\xd8\xff" + b"p" * 900)
    await child.hears("Pictures and videos are not taken here, and none was stored.")
    assert len(town.sim.calls.of("getFile")) == fetched
    assert town.blobs() == []


async def test_the_eleventh_voice_note_is_refused_and_breaks_nothing(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_END, "add")
    for _ in range(10):
        await _speak(child)
    await child.phone.send_voice(VOICE)
    await child.hears("No more files fit here, and this one was not stored.")
    assert len(town.blobs()) == 10
    assert len((await town.opened())["blobs"]) == 10


async def test_a_caption_is_words(town: StoryTown, child: Child) -> None:
    await child.press(*TO_THE_WORDS)
    await child.phone.send_media("voice", VOICE, caption="This is him shouting.")
    await child.hears("Thank you. The voice message is kept.")
    await child.alone()
    await child.press(*FROM_THE_WORDS)
    assert await town.narrative() == ["This is him shouting."]


async def _speak(child: Child) -> None:
    await child.phone.send_voice(VOICE)
    await child.hears("Thank you. The voice message is kept.")
    await child.alone()

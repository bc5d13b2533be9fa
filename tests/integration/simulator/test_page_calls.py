"""What the page asks of the simulator, and what it is protected from."""

import asyncio
import json
import sys

import pytest

from simulator import address, serve

PAGE = {"X-Simulator": "page"}


@pytest.fixture
def http(raw):
    return raw.http


async def read_events(http, base, wanted):
    """Read the stream until every wanted event has come; the last data of each."""
    seen = {}
    async with asyncio.timeout(5), http.get(f"{base}/events") as stream:
        assert stream.content_type == "text/event-stream"
        name = ""
        while not wanted <= seen.keys():
            line = (await stream.content.readline()).decode().strip()
            if line.startswith("event: "):
                name = line[7:]
            elif line.startswith("data: "):
                seen[name] = json.loads(line[6:])
    return seen


async def test_the_page_and_its_files_are_served_under_a_strict_policy(http, base):
    for path, kind in (("/", "text/html"), ("/page/phones.js", "text/javascript"), ("/page/chat.css", "text/css")):
        async with http.get(base + path) as answer:
            assert (answer.status, answer.content_type) == (200, kind)
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'")
            assert "unsafe" not in policy
            assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("name", ["..%2fserver.py", "index.html", "nothing.js"])
async def test_only_the_pages_own_files_are_served(http, base, name):
    async with http.get(f"{base}/page/{name}") as answer:
        assert answer.status == 404


async def test_a_new_phone_appears_on_the_stage_with_its_language(http, base, bot, sim):
    asked = {"bot": bot.username, "first_name": "Arta", "language_code": "sq"}
    async with http.post(f"{base}/phones", json=asked, headers=PAGE) as answer:
        name = (await answer.json())["phone"]
    events = await read_events(http, base, {"roster", "phone", "notes"})
    assert events["roster"]["phones"] == [{"id": name, "bot": bot.username}]
    assert events["phone"]["person"] == {"name": "Arta", "language": "sq"}
    assert not events["phone"]["started"]


async def test_what_is_done_on_the_page_reaches_the_bot(http, base, bot, sim, raw):
    phone = sim.person().open(bot)
    name = sim.show(phone)

    async def act(action, **asked):
        async with http.post(f"{base}/phones/{name}/{action}", json=asked, headers=PAGE) as answer:
            return answer.status

    assert await act("start", payload="PR-42") == 200
    assert await act("say", text="hello") == 200
    assert await act("location", latitude=42.66, longitude=21.16) == 200
    markup = {"inline_keyboard": [[{"text": "Yes", "callback_data": "y"}]]}
    sent = (await raw("sendMessage", chat_id=phone.person.id, text="Sure?", reply_markup=markup))["result"]
    assert await act("press", what="y", message_id=sent["message_id"]) == 200
    assert await act("press", what="n", message_id=sent["message_id"]) == 409
    assert await act("say", text="  ") == 409
    assert await act("dance") == 404
    async with http.post(f"{base}/phones/{name}/send/voice?duration=2", data=b"OggS", headers=PAGE) as answer:
        assert answer.status == 200
    kinds = [set(update) - {"update_id"} for update in (await raw("getUpdates"))["result"]]
    assert kinds == [{"message"}, {"message"}, {"message"}, {"callback_query"}, {"message"}]


async def test_a_recording_can_be_heard_again_on_the_page(http, base, bot, sim):
    phone = sim.person().open(bot)
    name = sim.show(phone)
    message_id = await phone.send_voice(b"OggS", media_type="audio/ogg")
    document = await phone.send_document(b"<script>", media_type="text/html")
    async with http.get(f"{base}/phones/{name}/media/{message_id}") as answer:
        assert (await answer.read(), answer.content_type) == (b"OggS", "audio/ogg")
    async with http.get(f"{base}/phones/{name}/media/{document}") as answer:
        assert answer.content_type == "application/octet-stream"
    async with http.get(f"{base}/phones/{name}/media/999") as answer:
        assert answer.status == 404


async def test_other_sites_cannot_act_through_a_visitor(http, base, bot, sim):
    name = sim.show(sim.person().open(bot))
    for path in ("/phones", f"/phones/{name}/start", f"/phones/{name}/send/voice"):
        async with http.post(base + path, data="{}", headers={"Content-Type": "text/plain"}) as answer:
            assert answer.status == 403
    assert len(sim.phones) == 1


async def test_changes_and_notes_are_streamed(http, base, bot, sim):
    phone = sim.person().open(bot)
    sim.show(phone)
    reading = asyncio.create_task(read_events(http, base, {"roster", "note seen"}))
    await asyncio.sleep(0.05)
    reading.cancel()
    sim.note("Sealed", "ls var", "nothing readable")
    sim.note("Sealed", "ls var", "still nothing readable")
    events = await read_events(http, base, {"notes"})
    assert events["notes"] == [{"title": "Sealed", "command": "ls var", "output": "still nothing readable", "link": ""}]


async def test_a_path_may_lead_to_another_address(http, sim):
    runner = await serve(sim, "127.0.0.1", 0, elsewhere={"/there": "http://127.0.0.1:9/there"})
    async with http.get(f"{address(runner)}/there", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (302, "http://127.0.0.1:9/there")
    await runner.cleanup()


async def test_a_change_on_a_phone_is_streamed_at_once(http, base, bot, sim, raw):
    phone = sim.person().open(bot)
    sim.show(phone)
    await phone.start()
    async with asyncio.timeout(5), http.get(f"{base}/events") as stream:
        while b"event: phone" not in await stream.content.readline():
            pass
        await raw("sendMessage", chat_id=phone.person.id, text="now on the screen")
        while b"now on the screen" not in await stream.content.readline():
            pass


async def test_it_runs_by_itself():
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator", "--port", "0", stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    line = (await asyncio.wait_for(process.stdout.readline(), 20)).decode()
    assert line.startswith("http://127.0.0.1:")
    process.send_signal(2)
    assert await asyncio.wait_for(process.wait(), 10) == 0
    assert await process.stderr.read() == b""

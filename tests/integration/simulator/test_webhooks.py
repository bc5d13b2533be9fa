"""How updates are posted to a bot, repeated, kept in order, and how its answers are carried out."""

import asyncio
import itertools

import pytest
from aiohttp import web


class Receiver:
    """A bot's own address, which answers as told and remembers what came."""

    def __init__(self, clock) -> None:
        self.clock = clock
        self.came = []
        self.headers = []
        self.answers = []
        self.gates = {}
        self.refuses = set()
        self.changed = asyncio.Condition()

    async def take(self, request: web.Request) -> web.Response:
        update = await request.json()
        async with self.changed:
            self.came.append((self.clock.now(), update))
            self.headers.append(dict(request.headers))
            self.changed.notify_all()
        gate = self.gates.get(update.get("message", {}).get("text"))
        if gate is not None:
            await gate.wait()
        if update.get("message", {}).get("text") in self.refuses:
            return web.Response(status=500)
        answer = self.answers.pop(0) if self.answers else {"status": 200}
        if "json" in answer:
            return web.json_response(answer["json"])
        return web.Response(**answer)

    async def count(self, number: int) -> None:
        async with asyncio.timeout(5), self.changed:
            await self.changed.wait_for(lambda: len(self.came) >= number)

    @property
    def texts(self):
        return [update["message"]["text"] for _, update in self.came if "message" in update]


@pytest.fixture
async def receiver(clock):
    receiver = Receiver(clock)
    app = web.Application()
    app.router.add_post("/hook", receiver.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


@pytest.fixture
async def hooked(raw, receiver, phone):
    assert (await raw("setWebhook", url=receiver.url, secret_token="s3cret_-"))["description"] == "Webhook was set"
    return receiver


async def test_an_update_is_posted_with_the_secret_and_done_at_200(hooked, phone, bot, sim):
    await phone.say("hello")
    await phone.settled()
    assert hooked.texts == ["hello"]
    assert hooked.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "s3cret_-"
    assert hooked.headers[0]["Content-Type"] == "application/json"
    assert len(bot.queue) == 0


async def test_what_waited_is_posted_when_the_webhook_is_set(raw, receiver, phone):
    await phone.say("early")
    await raw("setWebhook", url=receiver.url)
    await phone.settled()
    assert receiver.texts == ["early"]


async def test_dropping_what_waits_is_possible(raw, receiver, phone, bot):
    await phone.say("early")
    await raw("setWebhook", url=receiver.url, drop_pending_updates=True)
    await phone.say("late")
    await phone.settled()
    assert receiver.texts == ["late"]


async def test_a_refused_update_is_repeated_on_telegrams_schedule(hooked, phone, clock, raw):
    start = clock.now()
    hooked.answers = [{"status": 500}] * 9
    await phone.say("hello")
    for repeats in range(1, 10):
        await hooked.count(repeats)
        while len(hooked.came) == repeats:
            clock.advance(1)
            await asyncio.sleep(0.01)
    times = [moment - start for moment, _ in hooked.came]
    gaps = [round(later - earlier) for earlier, later in itertools.pairwise(times)]
    assert gaps[0] <= 2
    assert [abs(gap - wanted) <= 3 for gap, wanted in zip(gaps[1:6], (2, 4, 8, 16, 32), strict=True)] == [True] * 5
    assert all(60 <= gap <= 123 for gap in gaps[6:])
    info = (await raw("getWebhookInfo"))["result"]
    assert info["last_error_message"] == "Wrong response from the webhook: 500 Internal Server Error"


async def test_a_poison_update_blocks_its_chat_for_a_day_and_is_then_dropped(hooked, phone, clock, bot):
    hooked.refuses.add("poison")
    await phone.say("poison")
    await hooked.count(2)
    await asyncio.sleep(0.05)
    clock.advance(86_399)
    await phone.say("next")
    await hooked.count(3)
    await asyncio.sleep(0.05)
    clock.advance(4)
    await phone.settled()
    assert hooked.texts == ["poison", "poison", "poison", "next"]


async def test_retry_after_is_honoured(hooked, phone, clock):
    hooked.answers = [{"status": 503, "headers": {"Retry-After": "40"}}]
    await phone.say("hello")
    await hooked.count(1)
    await asyncio.sleep(0.05)
    clock.advance(39)
    await asyncio.sleep(0.05)
    assert len(hooked.came) == 1
    clock.advance(1)
    await hooked.count(2)


async def test_gone_for_23_hours_takes_the_webhook_away(hooked, phone, clock, raw, bot):
    hooked.answers = [{"status": 410}] * 1000
    await phone.say("hello")
    await hooked.count(2)
    await asyncio.sleep(0.05)
    clock.advance(23 * 3600)
    await hooked.count(3)
    await asyncio.sleep(0.05)
    assert (await raw("getWebhookInfo"))["result"]["url"] == ""
    assert [update["message"]["text"] for update in (await raw("getUpdates"))["result"]] == ["hello"]


async def test_messages_of_a_chat_come_one_by_one_and_other_chats_do_not_wait(hooked, phone, sim, bot):
    gate = hooked.gates["slow"] = asyncio.Event()
    other = sim.person().open(bot)
    await phone.say("slow")
    await phone.say("after")
    await hooked.count(1)
    await other.say("beside")
    await phone.press_gone(1, "pressed")
    await hooked.count(3)
    assert hooked.texts == ["slow", "beside"]
    assert any("callback_query" in update for _, update in hooked.came)
    gate.set()
    await phone.settled()
    assert hooked.texts == ["slow", "beside", "after"]


async def test_an_answer_that_names_a_method_is_carried_out(hooked, phone, sim):
    hooked.answers = [{"json": {"method": "sendMessage", "chat_id": phone.person.id, "text": "from the answer"}}]
    await phone.say("hello")
    await phone.heard("from the answer")
    assert [(call.method, call.via) for call in sim.calls][-1] == ("sendMessage", "webhook")


async def test_an_answer_may_not_read_or_change_the_webhook(hooked, phone, sim, raw):
    hooked.answers = [
        {"json": {"method": "deleteWebhook"}},
        {"json": {"method": "getMe"}},
        {"status": 200, "text": "not json method"},
    ]
    before = sim.calls.total
    for word in ("one", "two", "three"):
        await phone.say(word)
    await phone.settled()
    assert sim.calls.total == before
    assert (await raw("getWebhookInfo"))["result"]["url"]


async def test_an_update_sent_twice_arrives_twice(hooked, phone, sim, bot):
    await phone.say("once")
    await phone.settled()
    sim.inject(bot, hooked.came[0][1], lane=phone.person.id)
    await phone.settled()
    assert hooked.came[0][1] == hooked.came[1][1]


@pytest.mark.parametrize(
    "params",
    [{"url": "ftp://example.org"}, {"url": "nonsense"}, {"url": "https://x", "secret_token": "a b"}, {"url": "http://x:y/"}],
)
async def test_a_wrong_webhook_is_refused(raw, params):
    assert (await raw("setWebhook", **params))["error_code"] == 400


async def test_an_address_where_nobody_answers_is_reported(raw, phone, bot):
    await raw("setWebhook", url="http://127.0.0.1:9/hook")
    await phone.say("hello")
    for _ in range(100):
        if "last_error_message" in (info := (await raw("getWebhookInfo"))["result"]):
            break
        await asyncio.sleep(0.01)
    assert info["last_error_message"] == "Connection refused"
    assert info["pending_update_count"] == 1

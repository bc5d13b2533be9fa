"""How calls arrive and how refusals look, whatever carries them."""

import aiohttp
import pytest

from simulator import Fault


async def test_an_unknown_token_is_unauthorized(raw):
    assert await raw("getMe", token="1:wrong") == {"ok": False, "error_code": 401, "description": "Unauthorized"}


async def test_an_unknown_method_is_not_found(raw):
    assert await raw("sendSoup") == {"ok": False, "error_code": 404, "description": "Not Found: method not found"}


async def test_a_method_that_exists_elsewhere_is_not_found_either_and_says_why(raw):
    assert (await raw("getChat", chat_id=1))["description"].endswith("(it exists, but is not simulated)")


async def test_method_names_have_no_case(raw):
    assert (await raw("GETme"))["result"]["is_bot"] is True


@pytest.mark.parametrize("form", ["json", "urlencoded", "multipart", "query"])
async def test_every_kind_of_body_is_read(raw, phone, form):
    address = f"{raw.base}/bot{raw.token}/sendMessage"
    params = {"chat_id": str(phone.person.id), "text": "Ç'kemi — здраво", "protect_content": "true"}
    match form:
        case "json":
            answer = raw.http.post(address, json=params)
        case "urlencoded":
            answer = raw.http.post(address, data=params)
        case "multipart":
            form_data = aiohttp.FormData(default_to_multipart=True)
            for name, value in params.items():
                form_data.add_field(name, value)
            answer = raw.http.post(address, data=form_data)
        case _:
            answer = raw.http.get(address, params=params)
    async with answer as response:
        body = await response.json()
    assert body["ok"]
    assert phone.card().text == "Ç'kemi — здраво"
    assert phone.card().protected


@pytest.mark.parametrize(
    ("method", "params", "description"),
    [
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 42, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": 42}, "message text is empty"),
        ("sendMessage", {"chat_id": 42, "text": " \n "}, "message text is empty"),
        ("sendMessage", {"chat_id": 42, "text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ("editMessageText", {"chat_id": 42, "text": "x"}, "message identifier is not specified"),
        ("editMessageText", {"chat_id": 42, "message_id": "one", "text": "x"}, 'parameter "message_id" must be an Integer'),
        ("deleteMessages", {"chat_id": 42}, "message identifiers are not specified"),
        ("getFile", {"file_id": "made up"}, "invalid file_id"),
        ("sendChatAction", {"chat_id": 42}, "wrong parameter action in request"),
    ],
)
async def test_a_wrong_call_is_refused_in_telegrams_words(raw, method, params, description):
    assert await raw(method, **params) == {"ok": False, "error_code": 400, "description": f"Bad Request: {description}"}


@pytest.mark.parametrize("body", ["{", "[1]", "[" * 3000])
async def test_a_body_that_is_no_object_is_refused(raw, body):
    headers = {"Content-Type": "application/json"}
    async with raw.http.post(f"{raw.base}/bot{raw.token}/getMe", data=body, headers=headers) as answer:
        assert (await answer.json())["error_code"] == 400


async def test_parameters_that_nobody_described_are_ignored_and_recorded(raw, phone, sim):
    await raw("sendMessage", chat_id=phone.person.id, text="x", soup=1)
    assert sim.calls[-1].unknown == ("soup",)


async def test_a_refused_call_is_recorded_with_its_refusal(raw, sim):
    await raw("sendMessage", chat_id=42, text="x")
    assert sim.calls[-1].error == (400, "Bad Request: chat not found")


async def test_paths_outside_the_api_answer_with_the_envelope(raw):
    async with raw.http.get(f"{raw.base}/file/bot{raw.token}/voice/none.oga") as answer:
        assert await answer.json() == {"ok": False, "error_code": 404, "description": "Not Found"}
    async with raw.http.get(f"{raw.base}/nowhere/at/all") as answer:
        assert await answer.json() == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_after_logging_out_every_call_is_refused(raw):
    assert (await raw("logOut"))["result"] is True
    assert (await raw("getMe"))["description"] == "Logged out"


async def test_faults_come_as_asked_and_then_stop(raw, phone, sim):
    sim.faults.add(Fault(method="sendMessage", code=503, times=2))
    codes = [(await raw("sendMessage", chat_id=phone.person.id, text="x")).get("error_code") for _ in range(3)]
    assert codes == [503, 503, None]


async def test_a_fault_can_be_meant_for_one_chat(raw, phone, sim, bot):
    other = sim.person().open(bot)
    await other.start()
    sim.faults.add(Fault(method="*", retry_after=7, chat_id=other.person.id))
    assert (await raw("sendMessage", chat_id=phone.person.id, text="x"))["ok"]
    refused = await raw("sendMessage", chat_id=other.person.id, text="x")
    assert (refused["error_code"], refused["parameters"]) == (429, {"retry_after": 7})


@pytest.mark.parametrize(("how", "messages"), [("drop", 0), ("drop_after", 1)])
async def test_a_cut_line_loses_the_call_or_only_its_answer(raw, phone, sim, how, messages):
    sim.faults.add(Fault(method="sendMessage", how=how))
    with pytest.raises(aiohttp.ClientError):
        await raw("sendMessage", chat_id=phone.person.id, text="x")
    assert sum(not shown.mine for shown in phone.screen()) == messages


async def test_a_proxy_may_answer_with_a_page(raw, phone, sim):
    sim.faults.add(Fault(method="getMe", how="garbage"))
    async with raw.http.get(f"{raw.base}/bot{raw.token}/getMe") as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")


async def test_a_download_may_be_a_page_too(raw, sim):
    sim.faults.add(Fault(method="file", how="garbage"))
    async with raw.http.get(f"{raw.base}/file/bot{raw.token}/voice/file_1.oga") as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")


async def test_a_hanging_call_outlasts_the_patience_of_its_client(raw, phone, sim):
    sim.faults.add(Fault(method="getMe", how="hang", seconds=5))
    with pytest.raises(TimeoutError):
        await raw.http.get(f"{raw.base}/bot{raw.token}/getMe", timeout=aiohttp.ClientTimeout(total=0.05))


async def test_limits_of_speed_are_off_until_switched_on(raw, phone, sim, clock):
    async def codes(count: int) -> list[int | None]:
        return [(await raw("sendMessage", chat_id=phone.person.id, text="x")).get("error_code") for _ in range(count)]

    assert await codes(10) == [None] * 10
    sim.limits.per_chat = 1
    sim.limits.burst = 2
    assert await codes(3) == [None, None, 429]
    clock.advance(1)
    assert await codes(2) == [None, 429]

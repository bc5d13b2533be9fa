"""A case as the browser gets it, its attachments, its contacts: everything as stored, every opening written down."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from locales.helplines import Helpline, Helplines, Verification
from sealing.encoding import b64u
from storage.transaction import Transaction
from tests.channels.desk_cases.office import NOTE, Office


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_a_case_is_given_as_it_is_stored_and_its_opening_is_written_down(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren", on_duty=True), await office.report()
    case = await arta.fetch(report)
    assert set(case) == {"row", "file", "replies", "reply_to", "duty"}
    assert (case["file"]["format"], case["file"]["blobs"]) == ("amanet-case/1", [])
    assert case["duty"] == {"on_duty": [b64u(arta.officer_id)]}
    assert await office.actions(report.case_id) == ["case_opened"]
    records = await office.database.read(lambda tx: tx.audit.page(case_id=report.case_id))
    assert [one.officer_id for one in records] == [arta.officer_id]


async def test_looking_at_a_case_again_is_written_down_only_when_others_have_written_in_it(office: Office) -> None:
    arta, ben = await office.officer("Arta", "prizren"), await office.officer("Ben", "prizren")
    report = await office.report()
    for _ in range(2):
        await arta.fetch(report)
    assert (await arta.move(report, "note", NOTE))[0] == 200
    await arta.fetch(report)
    assert (await office.actions(report.case_id)).count("case_opened") == 1
    assert (await ben.move(report, "note", NOTE))[0] == 200
    opened = (await office.actions(report.case_id)).count("case_opened")
    await arta.fetch(report)
    assert (await office.actions(report.case_id)).count("case_opened") == opened + 1


async def test_cases_for_the_search_come_together_and_are_written_down_once_a_session(office: Office) -> None:
    arta = await office.officer("Arta", "prizren")
    mine, theirs, other = await office.report(), await office.report("national"), await office.report()
    ids = ",".join(b64u(one.case_id) for one in (mine, theirs, other))
    for _ in range(2):
        status, answer = await arta.get("/desk/api/cases", ids=ids)
        assert (status, [one["row"]["case_id"] for one in answer["cases"]]) == (200, [b64u(mine.case_id), b64u(other.case_id)])
        file = {**answer["cases"][0]["file"], "directory": answer["directory"]}
        assert arta.opens(file)["ok"]
    assert await office.actions() == ["case_fetched", "case_fetched"]
    assert await arta.get("/desk/api/cases", ids="words") == (400, {"error": "malformed"})
    assert await arta.get("/desk/api/cases", ids=",".join(b64u(os.urandom(16)) for _ in range(101))) == (
        413,
        {"error": "too_large"},
    )
    assert (await arta.get("/desk/api/cases"))[1]["cases"] == []


async def test_an_attachment_is_given_sealed_to_whoever_may_open_its_case(office: Office) -> None:
    arta, nora = await office.officer("Arta", "prizren"), await office.officer("Nora", "national")
    report, other, blob_id, sealed = await office.report(), await office.report("national"), os.urandom(16), os.urandom(200_000)
    await office.parts.blobs.write(blob_id, pieces(sealed[:1000], sealed[1000:]))

    def work(tx: Transaction) -> None:
        tx.blobs.add(blob_id, len(sealed), office.now)
        tx.blobs.attach([blob_id], report.case_id)

    await office.database.transact(work)
    path = f"{report.path}/blobs/{b64u(blob_id)}"
    assert (await arta.fetch(report))["file"]["blobs"] == [{"blob_id": b64u(blob_id), "bytes": None, "size": len(sealed)}]
    assert await arta.get(path) == (200, sealed)
    assert (await office.actions(report.case_id))[-1] == "blob_opened"
    for browser, wrong in (
        (nora, path),
        (nora, f"{other.path}/blobs/{b64u(blob_id)}"),
        (arta, f"{report.path}/blobs/{b64u(b'?' * 16)}"),
    ):
        assert await browser.get(wrong) == (404, {"error": "not_there"})
    await office.parts.blobs.delete([blob_id])
    assert await arta.get(path) == (404, {"error": "not_there"})


async def test_only_numbers_that_may_be_shown_are_and_who_looked_is_written_down(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report()
    status, shown = await arta.get(f"{report.path}/contacts")
    assert (status, shown["area"], {one["number"] for one in shown["lines"]}) == (200, "prizren", {"112", "192", "194"})
    assert {(one["area"], one["verified_on"], one["source"]) for one in shown["lines"]} == {(None, None, "emergency-list")}
    assert await office.actions(report.case_id) == ["contacts_opened"]
    called = Verification(on=datetime.fromtimestamp(office.now, UTC).date(), by="somebody")
    object.__setattr__(office.parts, "helplines", Helplines.load("xk", {"xk-va": called}))
    _, shown = await arta.get(f"{report.path}/contacts")
    (line,) = [one for one in shown["lines"] if one["source"] == "test-call"]
    assert (line["number"], line["verified_on"]) == ("0800 11112", called.on.isoformat())
    assert "somebody" not in str(shown)


async def test_the_lines_of_the_place_come_first_and_those_of_another_never(office: Office) -> None:
    arta = await office.officer("Arta", "prizren")
    called = Verification(on=datetime.fromtimestamp(office.now, UTC).date(), by="somebody")
    own = [local_line(one, area) for one, area in (("office", "prizren"), ("elsewhere", "peje"), ("uncalled", "prizren"))]
    helplines = Helplines.load("xk", {"office": called, "elsewhere": called}, own)
    object.__setattr__(office.parts, "helplines", helplines)
    for area, first in (("prizren", "office"), ("peje", "elsewhere"), ("gjakove", None), (None, None)):
        report = await office.report("prizren", area=area)
        _, shown = await arta.get(f"{report.path}/contacts")
        names = [one["name"] for one in shown["lines"]]
        assert shown["area"] == area
        assert names == [*([first] if first else []), "Emergency", "Police", "Ambulance"]
        assert {one["area"] for one in shown["lines"]} == {None, *([area] if first else [])}


async def test_the_place_that_a_case_has_now_decides_whose_lines_are_shown(office: Office) -> None:
    arta, report = await office.officer("Arta", "prizren"), await office.report(area="peje")
    called = Verification(on=datetime.fromtimestamp(office.now, UTC).date(), by="somebody")
    object.__setattr__(office.parts, "helplines", Helplines.load("xk", {"office": called}, [local_line("office", "prizren")]))
    assert (await arta.get(f"{report.path}/contacts"))[1]["lines"][0]["name"] == "Emergency"
    assert (await arta.move(report, "area", {"kind": "area", "area": "prizren"}, area="prizren"))[0] == 200
    assert (await arta.get(f"{report.path}/contacts"))[1]["lines"][0]["name"] == "office"
    office.later(91 * 24 * 3600)
    await office.sign_directory()
    assert (await arta.get(f"{report.path}/contacts"))[1]["lines"][0]["name"] == "Emergency"


def local_line(line_id: str, area: str) -> Helpline:
    """A line that an operator added; its name is its id."""
    return Helpline(
        id=line_id,
        kind="local",
        name=line_id,
        number="000 000",
        hours=None,
        free=None,
        languages=(),
        confidence="own",
        area=area,
    )

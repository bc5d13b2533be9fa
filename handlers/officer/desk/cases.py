"""A case as the desk's browser gets it: what the server holds and nothing it could open.

Laws. Every opening of a case and of an attachment is written into the audit log in the transaction that reads it: a case that its reader
looks at again in the same session only when others have written in it since. Cases that the browser fetches by itself, for the queue and
the search, are another action, once in a session. A case that none of the officer's teams may open is not there.
"""

from collections.abc import Sequence
from typing import Any, Final

from aiohttp import web

from handlers.officer.desk.answers import Refused, ok
from handlers.officer.desk.case_access import id_in_path, keys_of, signer_of, visible
from handlers.officer.desk.case_bodies import ReadBody
from handlers.officer.desk.parts import Call
from handlers.officer.desk.rows import rows
from handlers.officer.desk.scope import read_id
from sealing.encoding import b64u
from sealing.errors import KeyUnusable
from sealing.files import write_case
from sealing.identity import Recipient
from sealing.signed_directory import SignedDirectory
from storage.errors import BlobMissing
from storage.replies import ReplyState
from storage.transaction import Transaction

CASES_AT_ONCE: Final = 100
"""Cases of one answer: about 2 MB of ciphertext."""
QUERY: Final = (("ids", {"type": "string", "maxLength": CASES_AT_ONCE * 23}),)
_WAITING: Final = ("mailbox", "pending")
"""The states of a reply that nobody has carried or fetched yet."""


async def one_case(call: Call) -> web.StreamResponse:
    """A whole case, with the directory that is in force."""
    case_id, who = id_in_path(call.request, "case_id"), call.who

    def read(tx: Transaction) -> dict[str, Any]:
        visible(tx, call.parts.directory, who, case_id)
        shown = _case(tx, call, case_id, _directory(tx))
        entries = shown["file"]["entries"]
        if not _is_looking_again(tx, call, case_id, [one["author"] for one in entries]):
            tx.audit.add(who.officer_id, "case_opened", call.now, case_id=case_id, about={"entries": len(entries)})
        return shown

    return ok(await call.parts.database.transact(read))


async def many_cases(call: Call) -> web.StreamResponse:
    """Several cases at once, and the directory once for all of them; those that are not there are left out."""
    named, who = call.request.query.get("ids", ""), call.who
    case_ids = [read_id(text) for text in dict.fromkeys(named.split(","))] if named else []
    if len(case_ids) > CASES_AT_ONCE:
        raise Refused(413, "too_large")
    key_ids = frozenset(keys_of(call.parts.directory, who.officer_id, who.team_ids))

    def read(tx: Transaction) -> dict[str, Any]:
        keys = tx.cases.keys_of(case_ids)
        there = [case_id for case_id in case_ids if key_ids & keys.get(case_id, frozenset())]
        shown = [_case(tx, call, case_id, None) for case_id in there]
        directory = _directory(tx)
        for case_id in there:
            if not tx.audit.did(who.officer_id, "case_fetched", case_id, who.began_at):
                tx.audit.add(who.officer_id, "case_fetched", call.now, case_id=case_id)
        return {"directory": None if directory is None else _signed(directory), "cases": shown}

    return ok(await call.parts.database.transact(read))


async def blob(call: Call) -> web.StreamResponse:
    """The ciphertext of an attachment."""
    case_id, blob_id = id_in_path(call.request, "case_id"), id_in_path(call.request, "blob_id")

    def find(tx: Transaction) -> int:
        visible(tx, call.parts.directory, call.who, case_id)
        found = next((one for one in tx.blobs.of_case(case_id) if one.blob_id == blob_id), None)
        if found is None:
            raise Refused(404, "not_there")
        about = {"blob": b64u(blob_id)}
        tx.audit.add(call.who.officer_id, "blob_opened", call.now, case_id=case_id, about=about)
        return found.size

    size = await call.parts.database.transact(find)
    pieces = call.parts.blobs.read(blob_id)
    try:
        first = await anext(pieces)
    except (BlobMissing, StopAsyncIteration):
        raise Refused(404, "not_there") from None
    response = web.StreamResponse(headers={"Content-Type": "application/octet-stream", "Content-Length": str(size)})
    await response.prepare(call.request)
    await response.write(first)
    async for piece in pieces:
        await response.write(piece)
    await response.write_eof()
    return response


async def ways(call: Call) -> web.StreamResponse:
    """What became of the messages of an open case, for the page to look at again and again: it opens nothing, and is not written down."""
    case_id = id_in_path(call.request, "case_id")

    def look(tx: Transaction) -> dict[str, Any]:
        visible(tx, call.parts.directory, call.who, case_id)
        return _ways(tx, case_id)

    return ok(await call.parts.database.read(look))


async def mark_read(call: Call) -> web.StreamResponse:
    """Note how far the officers have read."""
    case_id, who = id_in_path(call.request, "case_id"), call.who
    body: ReadBody = call.body

    def note(tx: Transaction) -> dict[str, Any]:
        case = visible(tx, call.parts.directory, who, case_id)
        if body.entries > case.entries:
            raise Refused(409, "conflict", entries=case.entries)
        if tx.cases.mark_read(case_id, body.entries - 1):
            tx.audit.add(who.officer_id, "case_read", call.now, case_id=case_id, about={"entries": body.entries})
        return rows(tx, call.parts.directory, [case_id], call.now)[0]

    return ok({"row": await call.parts.database.transact(note)})


def _is_looking_again(tx: Transaction, call: Call, case_id: bytes, authors: Sequence[str]) -> bool:
    """Tell whether this session opened the case before, and nobody but its officer has written in it since."""
    who = call.who
    last = next(iter(tx.audit.page(case_id=case_id, officer_id=who.officer_id, actions=("case_opened",), limit=1)), None)
    seen = None if last is None or last.at < who.began_at else last.about.get("entries")
    if not isinstance(seen, int):
        return False
    own = b64u(signer_of(call.parts.directory, who.officer_id))
    return all(author == own for author in authors[seen:])


def _case(tx: Transaction, call: Call, case_id: bytes, directory: SignedDirectory | None) -> dict[str, Any]:
    head = tx.cases.head(case_id)
    (row,) = rows(tx, call.parts.directory, [case_id], call.now)
    file = write_case(
        case_id=case_id,
        public_key=head.public_key,
        wraps=tx.cases.wraps(case_id),
        entries=tx.cases.entries(case_id),
        blobs=(),
        directory=directory or SignedDirectory(document=b"", signature=b""),
        suite=head.suite,
    )
    blobs = [{"blob_id": b64u(one.blob_id), "bytes": None, "size": one.size} for one in tx.blobs.of_case(case_id)]
    on_duty = tx.duties.on_duty(row["team_ids"])
    return {
        "row": row,
        "file": {**file, "blobs": blobs, "directory": None if directory is None else file["directory"]},
        **_ways(tx, case_id),
        "duty": {"on_duty": list(dict.fromkeys(b64u(one.officer_id) for one in on_duty))},
    }


def _ways(tx: Transaction, case_id: bytes) -> dict[str, Any]:
    """Where each message is, and the ways back that are kept here. How the reporter wants to be answered, and at which hours, stands in
    the entries and nowhere else."""
    return {
        "replies": [_reply(one) for one in tx.replies.states(case_id)],
        "reply_to": {
            "relay": tx.return_addresses.is_kept(case_id),
            "mailboxes": _mailboxes([one.mailbox_key for one in tx.receipts.of_case(case_id)]),
        },
    }


def _reply(one: ReplyState) -> dict[str, Any]:
    return {
        "message_id": b64u(one.message_id),
        "recipient": b64u(one.recipient),
        "state": "waiting" if one.state in _WAITING else one.state,
        "at": one.changed_at,
    }


def _mailboxes(public_keys: Sequence[bytes]) -> list[dict[str, str]]:
    return [{"key_id": b64u(key.key_id), "public_key": b64u(key.public_key)} for key in mailboxes(public_keys)]


def mailboxes(public_keys: Sequence[bytes]) -> list[Recipient]:
    """The mailboxes that a reply may be sealed to; a key that nobody may seal to is none."""
    found = []
    for public_key in public_keys:
        try:
            found.append(Recipient.from_bytes(public_key))
        except KeyUnusable:
            continue
    return found


def _directory(tx: Transaction) -> SignedDirectory | None:
    stored = tx.directory.current()
    return None if stored is None else SignedDirectory(document=stored.document, signature=stored.signature)


def _signed(directory: SignedDirectory) -> dict[str, str]:
    return {"document": b64u(directory.document), "signature": b64u(directory.signature)}

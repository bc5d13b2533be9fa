"""Attachments: sealed while they arrive, opened only whole and in place."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sealing.blob import CHUNK_BYTES, BlobSealer, stored_size
from sealing.errors import DoesNotOpen, Misuse
from sealing.open.steps import cut, open_blob, open_stream
from sealing.suite import gcm_seal
from tests.vectors import known
from tests.vectors.universe import AT, seeded

CASE_ID, BLOB_ID = bytes([1] * 16), bytes([2] * 16)
STEP = CHUNK_BYTES + 16


def _seal(content: bytes, cuts: tuple[int, ...] = ()) -> tuple[BlobSealer, bytes]:
    sealer = BlobSealer(CASE_ID, BLOB_ID, seeded("blob"))
    edges = [0, *sorted(cuts), len(content)]
    stored = b"".join(sealer.update(content[start:end]) for start, end in itertools.pairwise(edges))
    return sealer, stored + b"".join(sealer.finish())


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 200_000), st.lists(st.integers(0, 200_000), max_size=5))
def test_a_file_is_sealed_to_the_same_bytes_however_it_arrives(size: int, cuts: list[int]) -> None:
    content = known.pattern(1000) * (size // 1000)
    sealer, stored = _seal(content, tuple(cut for cut in cuts if cut <= len(content)))

    assert stored == _seal(content)[1]
    assert len(stored) == stored_size(len(content))
    assert open_blob(sealer.attachment(AT, "audio/ogg"), stored, CASE_ID) == content


def test_what_is_sealed_leaves_while_the_file_still_arrives() -> None:
    """No more than one chunk is ever held, and the zeros at the end come one chunk at a time."""
    sealer = BlobSealer(CASE_ID, BLOB_ID, seeded("blob"))
    given_out = 0
    for arrived in range(1, 60):
        given_out += len(sealer.update(bytes(50_000)))
        assert arrived * 50_000 - given_out <= CHUNK_BYTES
    assert all(len(piece) <= STEP for piece in sealer.finish())


def test_a_finished_file_takes_no_more_and_an_unfinished_one_has_no_entry() -> None:
    sealer = BlobSealer(CASE_ID, BLOB_ID, seeded("blob"))
    with pytest.raises(Misuse):
        sealer.attachment(AT, "audio/ogg")

    list(sealer.finish())

    with pytest.raises(Misuse):
        sealer.update(b"more")
    with pytest.raises(Misuse):
        sealer.finish()


def test_chunks_moved_dropped_or_changed_do_not_open() -> None:
    sealer, stored = _seal(known.pattern(200_000))
    prefix, chunks = stored[:7], [stored[7 + start : 7 + start + STEP] for start in range(0, len(stored) - 7, STEP)]
    key = sealer._key
    assert len(chunks) == 4

    for changed in (
        prefix + b"".join([chunks[1], chunks[0], *chunks[2:]]),
        prefix + b"".join(chunks[:-1]),
        prefix + b"".join([*chunks[:2], chunks[3]]),
        prefix + b"".join([*chunks, chunks[3]]),
        bytes(7) + b"".join(chunks),
        stored[:-1],
        stored + b"\0",
        stored[:7],
        b"",
    ):
        with pytest.raises(DoesNotOpen):
            open_stream(key, changed, case_id=CASE_ID, blob_id=BLOB_ID)


def test_a_file_opens_only_in_its_own_case_and_under_its_own_id() -> None:
    sealer, stored = _seal(b"voice")

    for case_id, blob_id in ((bytes(16), BLOB_ID), (CASE_ID, bytes(16))):
        with pytest.raises(DoesNotOpen):
            open_stream(sealer._key, stored, case_id=case_id, blob_id=blob_id)


def test_a_stream_of_nothing_is_one_empty_chunk_and_no_other_stream_ends_with_one() -> None:
    sealer, _ = _seal(b"")
    key, prefix, aad = sealer._key, bytes(7), b"amanet/v1/blob\0" + CASE_ID + BLOB_ID
    empty_last = gcm_seal(key, prefix + bytes(5), bytes(CHUNK_BYTES), aad) + gcm_seal(key, prefix + b"\0\0\0\1\1", b"", aad)

    assert open_stream(key, prefix + gcm_seal(key, prefix + b"\0\0\0\0\1", b"", aad), case_id=CASE_ID, blob_id=BLOB_ID) == b""
    with pytest.raises(DoesNotOpen):
        open_stream(key, prefix + empty_last, case_id=CASE_ID, blob_id=BLOB_ID)


def test_a_file_is_cut_to_its_size_and_what_follows_is_zeros() -> None:
    assert cut(b"abc" + bytes(4093), 3) == b"abc"
    for padded, size in ((b"abc" + bytes(4093), 2), (b"abc" + bytes(4092), 3), (b"abc" + bytes(4605), 3)):
        with pytest.raises(DoesNotOpen):
            cut(padded, size)


def test_a_file_whose_entry_describes_another_does_not_open() -> None:
    sealer, stored = _seal(b"voice")
    attachment = sealer.attachment(AT, "audio/ogg")
    other = _seal(b"other")[0].attachment(AT, "audio/ogg")

    with pytest.raises(DoesNotOpen):
        open_blob({**attachment, "sha256": other["sha256"]}, stored, CASE_ID)

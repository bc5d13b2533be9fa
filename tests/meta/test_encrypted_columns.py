"""Every column that holds bytes is declared: sealed at rest, sealed elsewhere, or public for a reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from sealing.errors import DoesNotOpen
from storage.alerts import AlertFacts, NewAlert
from storage.encrypted import INVITED_NAME, PUBLIC, SEALED, SEALED_ELSEWHERE, AtRestKeys, SealedColumn, Vault
from storage.logins import Passkey, SlotAndProof
from storage.officers import NewOfficer
from storage.scope import Scope
from storage.sessions import StoredSession
from storage.sqlite import sqlite_engine
from storage.tables import metadata
from storage.transaction import Transaction

SECRET = "words that nobody may find"
KEYS = AtRestKeys(intake=b"i" * 32, desk=b"d" * 32)
ROW = b"r" * 16
OTHER_ROW = b"o" * 16


def counted():
    count = iter(range(1, 1 << 30))
    return lambda size: next(count).to_bytes(size, "big")


def test_every_column_of_bytes_is_declared_once() -> None:
    columns = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary)
    }
    declared = [column.label for column in SEALED] + list(SEALED_ELSEWHERE) + list(PUBLIC)
    assert sorted(columns) == sorted(declared)


@pytest.mark.parametrize("column", SEALED, ids=lambda column: column.label)
def test_a_sealed_column_is_bound_to_the_primary_key_of_its_row(column: SealedColumn) -> None:
    table = metadata.tables[column.table]
    assert [column.row] == [key.name for key in table.primary_key]
    assert table.c[column.row].type.length == 16


def test_no_column_of_text_could_hold_words_unnoticed() -> None:
    """A new plain column of text has to be written down here, and in the docstring of tables.py with its reason."""
    known = {
        "session": {"channel"},
        "seen_update": {"bot"},
        "set_aside": {"bot", "state"},
        "report_case": {"designation", "area", "urgency", "state", "language", "channel"},
        "place": {"state", "urgency"},
        "reply": {"state"},
        "officer": {"language", "role"},
        "desk_session": {"state"},
        "invitation": {"role", "team_ids", "language"},
        "admission": {"state"},
        "team_key": {"team_id", "state"},
        "planned_team": {"team_id", "name", "areas"},
        "ceremony_step": {"step"},
        "audit": {"action", "about"},
        "membership": {"team_id"},
        "duty": {"team_id", "kind"},
        "alarm": {"team_ids", "urgency", "state", "policy"},
        "alert": {"kind", "facts", "state"},
        "notice": {"kind", "state"},
    }
    found = {
        table.name: {column.name for column in table.columns if isinstance(column.type, sa.String)}
        for table in metadata.tables.values()
    }
    assert known == {name: columns for name, columns in found.items() if columns}


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sa.Connection]:
    engine = sqlite_engine(sa.make_url(f"sqlite:///{tmp_path / 'amanet.db'}"))
    with engine.connect() as opened:
        metadata.create_all(opened)
        yield opened
    engine.dispose()


def invited_name(connection: sa.Connection, vault: Vault) -> bytes:
    """Write an invitation's name as its repository does, and read it back."""
    row = {
        "officer_id": ROW,
        "code_hash": b"c" * 32,
        "name": vault.seal(INVITED_NAME, ROW, SECRET.encode()),
        "name_lookup": OTHER_ROW,
        "role": "officer",
        "team_ids": "",
        "language": "sq",
        "invited_at": 1,
        "expires_at": 2,
        "withdrawn": False,
    }
    invitation = metadata.tables["invitation"]
    connection.execute(sa.insert(invitation), row)
    return vault.unseal(INVITED_NAME, ROW, connection.execute(sa.select(invitation.c.name)).scalar_one())


def write_all(connection: sa.Connection) -> Vault:
    """Write a secret through every repository that seals, and read each back through it."""
    rng = counted()
    vault = Vault(KEYS, rng)
    tx = Transaction(Scope(connection=connection, vault=vault, rng=rng, reading=False))
    secret = SECRET.encode()
    connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
    tx.sessions.put(StoredSession(row_id=ROW, channel="telegram", state=secret, due_at=None, unspoken_since=None, touched_at=1))
    tx.set_aside.count_failure("reporter", 1, secret, 1)
    tx.set_aside.give_up("reporter", 1)
    tx.return_addresses.put(ROW, secret)
    tx.officers.add(NewOfficer(officer_id=ROW, team_ids=(), language="sq", role="officer", name=SECRET))
    tx.officers.set_contact(ROW, secret, OTHER_ROW)
    facts = AlertFacts(urgency="P0", area=None, designation="calm river", since=1)
    tx.alerts.enqueue(
        [NewAlert(alert_id=ROW, alarm_id=None, case_id=ROW, officer_id=ROW, kind="alarm", facts=facts, not_before=1)]
    )
    tx.alerts.claim(1, 1, 1)
    tx.alerts.sent(ROW, secret)
    slot = SlotAndProof(slot={"ct": SECRET}, proof_hash=secret)
    tx.logins.put(ROW, OTHER_ROW, slot, slot)
    tx.logins.offer_totp(ROW, secret)
    offered = tx.logins.offered_totp(ROW)
    tx.logins.confirm_totp(ROW, secret, 1)
    tx.logins.offer_totp(ROW, secret)
    tx.logins.add_passkey(
        Passkey(
            passkey_id=ROW,
            officer_id=ROW,
            credential_id=b"c",
            public_key=b"k",
            label=SECRET,
            sign_count=0,
            added_at=1,
            slot={"ct": SECRET},
        ),
        b"l" * 32,
    )
    key = tx.logins.passkeys(ROW)[0]
    slots = [one for kind in ("passphrase", "recovery") if (one := tx.logins.get(ROW, kind))]
    stored = tx.sessions.get(ROW)
    assert stored is not None
    read = (
        stored.state,
        tx.set_aside.every(1)[0].body,
        tx.return_addresses.get(ROW),
        tx.officers.name(ROW).encode(),
        tx.officers.contact(ROW),
        tx.alerts.for_case(ROW)[0].message,
        *(one.proof_hash for one in slots),
        *(one.slot["ct"].encode() for one in slots),
        offered,
        tx.logins.totp(ROW),
        key.label.encode(),
        None if key.slot is None else key.slot["ct"].encode(),
        invited_name(connection, vault),
    )
    assert (secret,) * len(SEALED) == read
    return vault


def test_what_the_repositories_write_opens_in_its_own_row_and_column_only(connection: sa.Connection) -> None:
    vault = write_all(connection)
    for column in SEALED:
        table = metadata.tables[column.table]
        row_id, value = connection.execute(sa.select(table.c[column.row], table.c[column.column])).one()
        assert SECRET.encode() in vault.unseal(column, row_id, value)
        with pytest.raises(DoesNotOpen):
            vault.unseal(column, OTHER_ROW, value)
        for other in SEALED:
            if other is not column:
                with pytest.raises(DoesNotOpen):
                    vault.unseal(other, row_id, value)


def test_the_file_and_its_log_hold_no_readable_word(connection: sa.Connection, tmp_path: Path) -> None:
    write_all(connection)
    connection.commit()
    files = list(tmp_path.glob("amanet.db*"))
    assert {"amanet.db", "amanet.db-wal"} <= {path.name for path in files}
    assert not any(SECRET.encode() in path.read_bytes() for path in files)


def test_no_representation_shows_a_key() -> None:
    assert "iii" not in repr(KEYS)
    assert "ddd" not in repr(KEYS)

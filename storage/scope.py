"""What the repositories of one transaction share: its connection, the vault and the randomness."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from storage.encrypted import Rng, Vault

Parameters = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """One transaction as the repositories see it; `reading` is true where nothing may be written or locked."""

    connection: sa.Connection
    vault: Vault
    rng: Rng
    reading: bool

    def first(self, statement: sa.Select[Any], parameters: Parameters) -> sa.Row[Any] | None:
        """Run a statement that finds at most one row."""
        return self.connection.execute(statement, parameters).first()

    def every(self, statement: sa.Executable, parameters: Parameters) -> Sequence[sa.Row[Any]]:
        """Run a statement and fetch all of its rows."""
        return self.connection.execute(statement, parameters).all()

    def change(self, statement: sa.UpdateBase, parameters: Parameters) -> int:
        """Run a statement that writes; return how many rows it touched."""
        return self.connection.execute(statement, parameters).rowcount

    def change_many(self, statement: sa.UpdateBase, rows: Sequence[Parameters]) -> None:
        """Run one statement for several rows; none is fine."""
        if rows:
            self.connection.execute(statement, rows)


class Repository:
    """A set of rows of one kind, inside one transaction."""

    __slots__ = ("_scope",)

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

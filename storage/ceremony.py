"""Which steps of the beginning a person has said to be done: those that no program can see."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from storage.desk_tables import ceremony_step
from storage.scope import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A step that somebody has said to be done."""

    step: str
    done_by: bytes | None
    done_at: int


_TICK = insert(ceremony_step).on_conflict_do_nothing()
_TICKS = sa.select(ceremony_step).order_by(ceremony_step.c.step)


class Ceremony(Repository):
    """Steps by their code."""

    __slots__ = ()

    def tick(self, step: str, *, done_by: bytes | None, now: int) -> bool:
        """Note that a step is done; False if it was noted before."""
        return self._scope.change(_TICK, {"step": step, "done_by": done_by, "done_at": now}) == 1

    def ticks(self) -> tuple[Tick, ...]:
        """Return the steps that are done."""
        return tuple(Tick(step=row.step, done_by=row.done_by, done_at=row.done_at) for row in self._scope.every(_TICKS, {}))

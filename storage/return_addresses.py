"""Where a reporter can be answered in a chat: sealed with the intake key, gone when the case is closed or at "forget me"."""

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlalchemy.dialects.postgresql import insert

from storage.encrypted import RETURN_ADDRESS
from storage.scope import Repository
from storage.tables import return_address

_INSERT = insert(return_address)
_PUT = _INSERT.on_conflict_do_update(index_elements=[return_address.c.case_id], set_={"address": _INSERT.excluded.address})
_GET = sa.select(return_address.c.address).where(return_address.c.case_id == bindparam("case_id"))
_KEPT = sa.select(return_address.c.case_id).where(return_address.c.case_id == bindparam("case_id"))
_DELETE = sa.delete(return_address).where(return_address.c.case_id == bindparam("case_id"))


class ReturnAddresses(Repository):
    """Return addresses by case."""

    __slots__ = ()

    def put(self, case_id: bytes, address: bytes) -> None:
        """Keep where the reporter of a case can be answered."""
        sealed = self._scope.vault.seal(RETURN_ADDRESS, case_id, address)
        self._scope.change(_PUT, {"case_id": case_id, "address": sealed})

    def get(self, case_id: bytes) -> bytes | None:
        """Return where the reporter of a case can be answered, if that is kept."""
        row = self._scope.first(_GET, {"case_id": case_id})
        return None if row is None else self._scope.vault.unseal(RETURN_ADDRESS, case_id, row.address)

    def is_kept(self, case_id: bytes) -> bool:
        """Tell whether the reporter of a case can be answered in a chat; needs no key and says not where."""
        return self._scope.first(_KEPT, {"case_id": case_id}) is not None

    def delete(self, case_id: bytes) -> bool:
        """Forget it; tell whether there was one."""
        return self._scope.change(_DELETE, {"case_id": case_id}) == 1

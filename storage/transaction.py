"""What a unit of work is handed: the repositories, all over one transaction."""

from storage.alarms import Alarms
from storage.alerts import Alerts
from storage.blobs import Blobs
from storage.cases import Cases
from storage.directories import Directories
from storage.duties import Duties
from storage.notices import Notices
from storage.officers import Officers
from storage.receipts import Receipts
from storage.replies import Replies
from storage.return_addresses import ReturnAddresses
from storage.scope import Scope
from storage.seen import Seen
from storage.sessions import Sessions
from storage.set_aside import SetAside


class Transaction:
    """One transaction. Works on it only while the work runs that it was handed to."""

    __slots__ = (
        "alarms",
        "alerts",
        "blobs",
        "cases",
        "directory",
        "duties",
        "notices",
        "officers",
        "receipts",
        "replies",
        "return_addresses",
        "seen",
        "sessions",
        "set_aside",
    )

    def __init__(self, scope: Scope) -> None:
        self.sessions = Sessions(scope)
        self.seen = Seen(scope)
        self.set_aside = SetAside(scope)
        self.cases = Cases(scope)
        self.blobs = Blobs(scope)
        self.receipts = Receipts(scope)
        self.return_addresses = ReturnAddresses(scope)
        self.replies = Replies(scope)
        self.officers = Officers(scope)
        self.duties = Duties(scope)
        self.directory = Directories(scope)
        self.alarms = Alarms(scope)
        self.alerts = Alerts(scope)
        self.notices = Notices(scope)

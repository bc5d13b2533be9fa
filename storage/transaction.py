"""What a unit of work is handed: the repositories, all over one transaction."""

from storage.alarms import Alarms
from storage.alerts import Alerts
from storage.audit import Audit
from storage.blobs import Blobs
from storage.cases import Cases
from storage.ceremony import Ceremony
from storage.desk_sessions import DeskSessions
from storage.directories import Directories
from storage.duties import Duties
from storage.ended import Ended
from storage.invitations import Admissions
from storage.logins import Logins
from storage.notices import Notices
from storage.officers import Officers
from storage.receipts import Receipts
from storage.replies import Replies
from storage.return_addresses import ReturnAddresses
from storage.scope import Scope
from storage.seen import Seen
from storage.sessions import Sessions
from storage.set_aside import SetAside
from storage.snoozes import Snoozes
from storage.team_keys import TeamKeys
from storage.team_wraps import TeamWraps


class Transaction:
    """One transaction. Works on it only while the work runs that it was handed to."""

    __slots__ = (
        "admissions",
        "alarms",
        "alerts",
        "audit",
        "blobs",
        "cases",
        "ceremony",
        "desk_sessions",
        "directory",
        "duties",
        "ended",
        "logins",
        "notices",
        "officers",
        "receipts",
        "replies",
        "return_addresses",
        "seen",
        "sessions",
        "set_aside",
        "snoozes",
        "team_keys",
        "team_wraps",
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
        self.logins = Logins(scope)
        self.desk_sessions = DeskSessions(scope)
        self.admissions = Admissions(scope)
        self.team_wraps = TeamWraps(scope)
        self.team_keys = TeamKeys(scope)
        self.ceremony = Ceremony(scope)
        self.snoozes = Snoozes(scope)
        self.audit = Audit(scope)
        self.ended = Ended(scope)

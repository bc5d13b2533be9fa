"""What the tables are written with: one metadata, and one spelling of each kind of column.

Times are unix seconds in UTC. Ids are 16 bytes.
"""

import sqlalchemy as sa

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def id16(name: str, *constraints: sa.ForeignKey, primary_key: bool = False, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary(16), *constraints, primary_key=primary_key, nullable=nullable)


def raw(name: str, *, nullable: bool = False) -> sa.Column[bytes]:
    return sa.Column(name, sa.LargeBinary, nullable=nullable)


def moment(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=nullable)


def text(name: str, *, primary_key: bool = False, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, primary_key=primary_key, nullable=nullable)


def count(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, nullable=False)


def truth(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def one_of(column: str, values: tuple[str, ...]) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=column)


def in_flight(name: str) -> sa.CheckConstraint:
    """What waits or is under way has a moment at which it is due (again); what is settled has none."""
    return sa.CheckConstraint("(state IN ('pending', 'sending')) = (due_at IS NOT NULL)", name=name)


def partial_index(table: str, column: str, condition: str) -> sa.Index:
    """Index the few rows that jobs look for, so that their search does not grow with history."""
    where = sa.text(condition)
    return sa.Index(f"ix_{table}_{column}", column, sqlite_where=where, postgresql_where=where)


def of_case(*, primary_key: bool = False) -> sa.Column[bytes]:
    return id16("case_id", sa.ForeignKey("report_case.case_id"), primary_key=primary_key)


def of_officer(*, primary_key: bool = False) -> sa.Column[bytes]:
    return id16("officer_id", sa.ForeignKey("officer.officer_id"), primary_key=primary_key)

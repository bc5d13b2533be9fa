"""What Alembic runs: it moves the connection that `migrate` hands it, in the transaction that is open there."""

from alembic import context

import storage.tables  # noqa: F401 - fills the metadata
from storage.columns import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()

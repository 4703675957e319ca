"""Tables whose rows are facts: triggers that refuse to change or delete them, on both databases."""

from collections.abc import Sequence

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_POSTGRESQL = """
CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND ({allowed}) THEN RETURN NEW; END IF;
  RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER {table}_append_only BEFORE {events} ON {table}
  FOR EACH ROW EXECUTE FUNCTION {table}_append_only();
"""
_SQLITE_UPDATE = """
CREATE TRIGGER {table}_never_updated BEFORE UPDATE ON {table} WHEN NOT ({allowed})
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""
_SQLITE_DELETE = """
CREATE TRIGGER {table}_never_deleted BEFORE DELETE ON {table}
BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END
"""


def append_only(
    table: str, *, allowed: str = "", unchanged: Sequence[str] = (), deletable: bool = False
) -> migrations.RunPython:
    """Return the migration that makes *table* append-only; breaking it is an IntegrityError.

    *allowed* is the SQL condition of the one permitted UPDATE (none when blank), in which the
    columns *unchanged* must keep their values; *deletable* tables refuse UPDATE alone.
    TRUNCATE stays possible on PostgreSQL: only the owner of the tables has that right.
    """

    def condition(same: str) -> str:
        kept = [f"NEW.{column} {same} OLD.{column}" for column in unchanged]
        return " AND ".join([f"({allowed})", *kept]) if allowed else "1 = 0"

    def install(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            events = "UPDATE" if deletable else "UPDATE OR DELETE"
            where = condition("IS NOT DISTINCT FROM")
            schema_editor.execute(_POSTGRESQL.format(table=table, allowed=where, events=events))
            return
        schema_editor.execute(_SQLITE_UPDATE.format(table=table, allowed=condition("IS")))
        if not deletable:
            schema_editor.execute(_SQLITE_DELETE.format(table=table))

    def remove(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP FUNCTION {table}_append_only() CASCADE")
            return
        schema_editor.execute(f"DROP TRIGGER {table}_never_updated")
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_never_deleted")

    return migrations.RunPython(install, remove)

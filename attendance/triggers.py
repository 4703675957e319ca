"""What the ledger says of a party, held true in the party's own row, on both databases."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_SAID = """EXISTS (SELECT 1 FROM attendance_headcount AS said
  WHERE said.party_id = {party} AND said.verdict <> 'rejected')"""
_SAY = """UPDATE booking_party SET counted = {counts}
  WHERE id = NEW.party_id AND counted <> {counts};"""
_POSTGRESQL = """
CREATE FUNCTION booking_party_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {say} RETURN NULL; END $$;
CREATE TRIGGER booking_party_is_counted AFTER INSERT ON attendance_headcount
  FOR EACH ROW EXECUTE FUNCTION booking_party_is_counted();
CREATE TRIGGER booking_party_is_decided AFTER UPDATE OF verdict ON attendance_headcount
  FOR EACH ROW EXECUTE FUNCTION booking_party_is_counted();
CREATE FUNCTION booking_party_counted_is_true() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.counted = {own} THEN RETURN NEW; END IF;
  RAISE EXCEPTION '{untrue}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER booking_party_new_is_uncounted BEFORE INSERT ON booking_party
  FOR EACH ROW WHEN (NEW.counted) EXECUTE FUNCTION booking_party_counted_is_true();
CREATE TRIGGER booking_party_counted_is_true BEFORE UPDATE ON booking_party
  FOR EACH ROW WHEN (NEW.counted OR OLD.counted) EXECUTE FUNCTION booking_party_counted_is_true();
CREATE FUNCTION booking_party_stays_where_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{away}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER booking_party_stays_where_counted BEFORE UPDATE ON booking_party
  FOR EACH ROW WHEN (NEW.counted AND NEW.session_id <> OLD.session_id)
  EXECUTE FUNCTION booking_party_stays_where_counted();
"""
_SQLITE = {
    "booking_party_is_counted": "AFTER INSERT ON attendance_headcount BEGIN {say} END",
    "booking_party_is_decided": "AFTER UPDATE OF verdict ON attendance_headcount BEGIN {say} END",
    "booking_party_new_is_uncounted": """BEFORE INSERT ON booking_party WHEN NEW.counted
      BEGIN SELECT RAISE(ABORT, '{untrue}'); END""",
    "booking_party_counted_is_true": """BEFORE UPDATE ON booking_party WHEN NEW.counted <> {own}
      BEGIN SELECT RAISE(ABORT, '{untrue}'); END""",
    "booking_party_stays_where_counted": """BEFORE UPDATE OF session_id ON booking_party
      WHEN NEW.counted AND NEW.session_id <> OLD.session_id
      BEGIN SELECT RAISE(ABORT, '{away}'); END""",
}
_WORDS = {
    "say": _SAY.format(counts=_SAID.format(party="NEW.party_id")),
    "own": _SAID.format(party="NEW.id"),
    "untrue": "booking_party.counted is what the ledger says",
    "away": "a counted party stays in its session",
}
_FUNCTIONS = (
    "booking_party_is_counted",
    "booking_party_counted_is_true",
    "booking_party_stays_where_counted",
)


def party_is_counted() -> migrations.RunPython:
    """Return the migration that keeps `Party.counted` equal to what the ledger says.

    A count, and a verdict on one, set it in their own transaction. Another value is an
    IntegrityError, and so is another session of a party that has been counted.
    """

    def install(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(_POSTGRESQL.format(**_WORDS))
            return
        for name, rest in _SQLITE.items():
            schema_editor.execute(f"CREATE TRIGGER {name} {rest.format(**_WORDS)}")

    def remove(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            for name in _FUNCTIONS:
                schema_editor.execute(f"DROP FUNCTION {name}() CASCADE")
            return
        for name in _SQLITE:
            schema_editor.execute(f"DROP TRIGGER {name}")

    return migrations.RunPython(install, remove)

"""What the ledger says of a party and a session, held true in their own rows, on both databases."""

from collections.abc import Mapping

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_PARTY_WORDS = {
    "counted": """EXISTS (SELECT 1 FROM attendance_headcount AS said
  WHERE said.party_id = {party} AND said.verdict <> 'rejected')""",
    # The verdict of the count in force; of any where nothing stands; approved where there is none.
    "unsettled": """COALESCE((SELECT said.verdict FROM attendance_headcount AS said
  WHERE said.party_id = {party}
  ORDER BY said.verdict = 'rejected', said.id DESC LIMIT 1), 'approved') <> 'approved'""",
    "untrue": "booking_party.counted and unsettled are what the ledger says",
    "away": "a counted party stays in its session",
}
_SAY = """UPDATE booking_party SET counted = {counted}, unsettled = {unsettled}
  WHERE id = NEW.party_id AND (counted <> {counted} OR unsettled <> ({unsettled}));"""
_PARTY_POSTGRESQL = """
CREATE FUNCTION booking_party_is_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {say} RETURN NULL; END $$;
CREATE TRIGGER booking_party_is_counted AFTER INSERT ON attendance_headcount
  FOR EACH ROW EXECUTE FUNCTION booking_party_is_counted();
CREATE TRIGGER booking_party_is_decided AFTER UPDATE OF verdict ON attendance_headcount
  FOR EACH ROW EXECUTE FUNCTION booking_party_is_counted();
CREATE FUNCTION booking_party_counted_is_true() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.counted = {counted} AND NEW.unsettled = ({unsettled}) THEN RETURN NEW; END IF;
  RAISE EXCEPTION '{untrue}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER booking_party_new_is_uncounted BEFORE INSERT ON booking_party
  FOR EACH ROW WHEN (NEW.counted OR NEW.unsettled)
  EXECUTE FUNCTION booking_party_counted_is_true();
CREATE TRIGGER booking_party_counted_is_true BEFORE UPDATE ON booking_party
  FOR EACH ROW WHEN (NEW.counted OR OLD.counted OR NEW.unsettled OR OLD.unsettled)
  EXECUTE FUNCTION booking_party_counted_is_true();
CREATE FUNCTION booking_party_stays_where_counted() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{away}' USING ERRCODE = 'integrity_constraint_violation'; END $$;
CREATE TRIGGER booking_party_stays_where_counted BEFORE UPDATE ON booking_party
  FOR EACH ROW WHEN (NEW.counted AND NEW.session_id <> OLD.session_id)
  EXECUTE FUNCTION booking_party_stays_where_counted();
"""
_PARTY_SQLITE = {
    "booking_party_is_counted": "AFTER INSERT ON attendance_headcount BEGIN {say} END",
    "booking_party_is_decided": "AFTER UPDATE OF verdict ON attendance_headcount BEGIN {say} END",
    "booking_party_new_is_uncounted": """BEFORE INSERT ON booking_party
      WHEN NEW.counted OR NEW.unsettled BEGIN SELECT RAISE(ABORT, '{untrue}'); END""",
    "booking_party_counted_is_true": """BEFORE UPDATE ON booking_party
      WHEN NEW.counted <> {counted} OR NEW.unsettled <> ({unsettled})
      BEGIN SELECT RAISE(ABORT, '{untrue}'); END""",
    "booking_party_stays_where_counted": """BEFORE UPDATE OF session_id ON booking_party
      WHEN NEW.counted AND NEW.session_id <> OLD.session_id
      BEGIN SELECT RAISE(ABORT, '{away}'); END""",
}

_IS_HANDED_OVER = """EXISTS (SELECT 1 FROM attendance_register AS said
  WHERE said.session_id = {session} AND said.state <> 'in_progress')"""
_HAND_OVER = """UPDATE workshops_session SET handed_over = {said}
  WHERE id IN ({rows}) AND handed_over <> {said};"""
_SESSION_POSTGRESQL = """
CREATE FUNCTION workshops_session_is_handed_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN {both} RETURN NULL; END $$;
CREATE TRIGGER workshops_session_is_handed_over
  AFTER INSERT OR DELETE OR UPDATE OF state, session_id ON attendance_register
  FOR EACH ROW EXECUTE FUNCTION workshops_session_is_handed_over();
CREATE FUNCTION workshops_session_handed_over_is_true() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.handed_over = {own} THEN RETURN NEW; END IF;
  RAISE EXCEPTION '{untrue}' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER workshops_session_new_is_not_handed_over BEFORE INSERT ON workshops_session
  FOR EACH ROW WHEN (NEW.handed_over) EXECUTE FUNCTION workshops_session_handed_over_is_true();
CREATE TRIGGER workshops_session_handed_over_is_true
  BEFORE UPDATE OF handed_over ON workshops_session
  FOR EACH ROW EXECUTE FUNCTION workshops_session_handed_over_is_true();
"""
_SESSION_SQLITE = {
    "workshops_session_is_handed_over": "AFTER INSERT ON attendance_register BEGIN {new} END",
    "workshops_session_is_taken_back": "AFTER DELETE ON attendance_register BEGIN {old} END",
    "workshops_session_is_reopened": """AFTER UPDATE OF state, session_id ON attendance_register
      BEGIN {both} END""",
    "workshops_session_new_is_not_handed_over": """BEFORE INSERT ON workshops_session
      WHEN NEW.handed_over BEGIN SELECT RAISE(ABORT, '{untrue}'); END""",
    "workshops_session_handed_over_is_true": """BEFORE UPDATE OF handed_over ON workshops_session
      WHEN NEW.handed_over <> {own} BEGIN SELECT RAISE(ABORT, '{untrue}'); END""",
}


def party_is_counted() -> migrations.RunPython:
    """Return the migration that keeps `Party.counted` and `unsettled` what the ledger says.

    A count, and a verdict on one, set them in their own transaction. Another value is an
    IntegrityError, and so is another session of a party that has been counted.
    """
    written = {name: text.format(party="NEW.party_id") for name, text in _PARTY_WORDS.items()}
    own = {name: text.format(party="NEW.id") for name, text in _PARTY_WORDS.items()}
    return _held(_PARTY_POSTGRESQL, _PARTY_SQLITE, own | {"say": _SAY.format(**written)})


def session_is_handed_over() -> migrations.RunPython:
    """Return the migration that keeps `Session.handed_over` equal to what its register says.

    A register that is made, handed over, opened again or deleted sets it in its own transaction;
    another value is an IntegrityError.
    """
    rows = {"new": "NEW.session_id", "old": "OLD.session_id"}
    rows["both"] = ", ".join(rows.values())
    said = _IS_HANDED_OVER.format(session="workshops_session.id")
    words = {name: _HAND_OVER.format(said=said, rows=of) for name, of in rows.items()}
    words["own"] = _IS_HANDED_OVER.format(session="NEW.id")
    words["untrue"] = "workshops_session.handed_over is what its register says"
    return _held(_SESSION_POSTGRESQL, _SESSION_SQLITE, words)


def _held(
    postgresql: str, sqlite: Mapping[str, str], words: Mapping[str, str]
) -> migrations.RunPython:
    """Return the migration that makes these triggers, *words* put in, and takes them away."""

    def install(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(postgresql.format(**words))
            return
        for name, rest in sqlite.items():
            schema_editor.execute(f"CREATE TRIGGER {name} {rest.format(**words)}")

    def remove(_apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
        if schema_editor.connection.vendor == "postgresql":
            made = [line.split() for line in postgresql.splitlines()]
            for name in [words[2] for words in made if words[:2] == ["CREATE", "FUNCTION"]]:
                schema_editor.execute(f"DROP FUNCTION {name} CASCADE")
            return
        for name in sqlite:
            schema_editor.execute(f"DROP TRIGGER {name}")

    return migrations.RunPython(install, remove)

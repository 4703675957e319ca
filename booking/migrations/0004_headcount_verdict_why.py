"""Why a count was rejected. SQLite copies the table for it, and loses the triggers on the way."""

from typing import Any, ClassVar

from django.db import migrations, models

from workshops.triggers import append_only

_TRIGGER = append_only(
    "booking_headcount",
    allowed="OLD.verdict = '' AND NEW.verdict <> ''",
    unchanged=[
        "id",
        "party_id",
        "present",
        "adults",
        "outcome",
        "why",
        "client_id",
        "recorded_by_id",
        "recorded_at",
        "batch_id",
    ],
)


def restore(apps: Any, schema_editor: Any) -> None:
    """Put the triggers back where the table was copied."""
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TRIGGER IF EXISTS booking_headcount_never_updated")
        schema_editor.execute("DROP TRIGGER IF EXISTS booking_headcount_never_deleted")
        _TRIGGER.code(apps, schema_editor)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("booking", "0003_append_only")]

    operations: ClassVar = [
        migrations.RunPython(migrations.RunPython.noop, restore),
        migrations.AddField(
            model_name="headcount",
            name="verdict_why",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.RunPython(restore, migrations.RunPython.noop),
    ]

"""A count is decided once and otherwise never changed; parties and sessions say what is counted."""

from typing import ClassVar

from django.db import migrations

from attendance.triggers import party_is_counted, session_is_handed_over
from workshops.triggers import append_only


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("attendance", "0001_initial"),
        ("booking", "0001_initial"),
        ("workshops", "0003_append_only"),  # a change of a table takes its triggers along
    ]

    operations: ClassVar = [
        append_only(
            "attendance_headcount",
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
        ),
        party_is_counted(),
        session_is_handed_over(),
    ]

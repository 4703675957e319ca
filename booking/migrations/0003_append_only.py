"""Transitions are never changed; a headcount is decided once and otherwise never changed."""

from typing import ClassVar

from django.db import migrations

from workshops.triggers import append_only


class Migration(migrations.Migration):
    dependencies: ClassVar = [("booking", "0002_initial")]

    operations: ClassVar = [
        append_only("booking_transition"),
        append_only(
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
        ),
    ]

"""Transitions are never changed."""

from typing import ClassVar

from django.db import migrations

from workshops.triggers import append_only


class Migration(migrations.Migration):
    dependencies: ClassVar = [("booking", "0001_initial")]

    operations: ClassVar = [append_only("booking_transition")]

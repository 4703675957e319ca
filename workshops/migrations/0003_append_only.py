"""Marks are never updated; batches are never changed at all."""

from typing import ClassVar

from django.db import migrations

from workshops.triggers import append_only


class Migration(migrations.Migration):
    dependencies: ClassVar = [("workshops", "0002_constraints")]

    operations: ClassVar = [
        append_only("workshops_mark", deletable=True),
        append_only("workshops_batch"),
    ]

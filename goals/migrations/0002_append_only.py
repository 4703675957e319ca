"""Decisions and published reports are never changed."""

from typing import ClassVar

from django.db import migrations

from workshops.triggers import append_only


class Migration(migrations.Migration):
    dependencies: ClassVar = [("goals", "0001_initial")]

    operations: ClassVar = [append_only("goals_decision"), append_only("goals_statusreport")]

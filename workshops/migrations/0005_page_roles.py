"""What the pages added to the three roles."""

from importlib import import_module
from typing import Any, ClassVar

from django.db import migrations

roles = import_module("workshops.migrations.0003_roles")

COORDINATOR = [
    "workshops.edit_catalogue",
    "booking.manage_bookings",
    "notifications.read_letters",
]
ADDED = {"coordinators": COORDINATOR, "managers": COORDINATOR}
APPS = ("workshops", "booking", "goals", "notifications")


def add(apps: Any, _schema_editor: Any) -> None:
    """Give the new permissions to the roles that have them."""
    roles.make_permissions(apps, APPS)
    for role, names in ADDED.items():
        roles.group(apps, role).permissions.add(*roles.permissions(apps, names))


def take_back(apps: Any, _schema_editor: Any) -> None:
    """Take them from the roles again."""
    for role, names in ADDED.items():
        roles.group(apps, role).permissions.remove(*roles.permissions(apps, names))


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("workshops", "0004_pages"),
        ("booking", "0004_pages"),
        ("goals", "0003_append_only"),
        ("notifications", "0002_pages"),
    ]

    operations: ClassVar = [migrations.RunPython(add, take_back)]

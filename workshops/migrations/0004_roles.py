"""The three roles: facilitators, coordinators and managers, with what each may do."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.contrib.auth.management import create_permissions
from django.db import migrations

FACILITATOR = ["attendance.record_headcount"]
COORDINATOR = [
    *FACILITATOR,
    "attendance.approve_headcount",
    "workshops.import_register",
    "goals.import_plan",
    "goals.import_registrations",
    "goals.add_statedtotal",
    "workshops.edit_catalogue",
    "booking.manage_bookings",
    "notifications.read_letters",
]
MANAGER = [
    *COORDINATOR,
    "goals.view_report",
    "goals.approve_statedtotal",
    "goals.publish_report",
    "workshops.manage_staff",
]
APPS = ("workshops", "booking", "attendance", "goals", "notifications")
ROLES = {"facilitators": FACILITATOR, "coordinators": COORDINATOR, "managers": MANAGER}


def make_permissions(apps: Any, labels: Iterable[str]) -> None:
    """Make what is otherwise made only after all migrations have run."""
    for label in labels:
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None


def permissions(apps: Any, names: Iterable[str]) -> list[Any]:
    """Return the permissions of these names, `app.codename`."""
    found = apps.get_model("auth", "Permission").objects
    return [
        found.get(content_type__app_label=app, codename=codename)
        for app, codename in (name.split(".") for name in names)
    ]


def group(apps: Any, role: str) -> Any:
    """Return the group of a role, made where it is missing."""
    return apps.get_model("auth", "Group").objects.get_or_create(name=role)[0]


def seed(apps: Any, _schema_editor: Any) -> None:
    """Make the groups."""
    make_permissions(apps, APPS)
    for role, names in ROLES.items():
        group(apps, role).permissions.set(permissions(apps, names))


def remove(apps: Any, _schema_editor: Any) -> None:
    """Delete the groups."""
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("workshops", "0003_append_only"),
        ("booking", "0002_append_only"),
        ("attendance", "0002_append_only"),
        ("goals", "0002_append_only"),
        ("notifications", "0001_initial"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations: ClassVar = [migrations.RunPython(seed, remove)]

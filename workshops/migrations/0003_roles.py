"""The three roles: facilitators, coordinators and managers, with what each may do."""

from typing import Any, ClassVar

from django.contrib.auth.management import create_permissions
from django.db import migrations

FACILITATOR = ["booking.record_headcount"]
COORDINATOR = [
    *FACILITATOR,
    "booking.approve_headcount",
    "workshops.import_register",
    "goals.import_plan",
    "goals.import_registrations",
    "goals.add_statedtotal",
]
MANAGER = [
    *COORDINATOR,
    "goals.view_report",
    "goals.approve_statedtotal",
    "goals.publish_report",
    "workshops.manage_staff",
]
ROLES = {"facilitators": FACILITATOR, "coordinators": COORDINATOR, "managers": MANAGER}


def seed(apps: Any, _schema_editor: Any) -> None:
    """Make the groups; permissions are otherwise made only after all migrations have run."""
    for label in ("workshops", "booking", "goals"):
        config = apps.get_app_config(label)
        config.models_module = True
        create_permissions(config, apps=apps, verbosity=0)
        config.models_module = None
    permission, group = apps.get_model("auth", "Permission"), apps.get_model("auth", "Group")
    for role, names in ROLES.items():
        made, _new = group.objects.get_or_create(name=role)
        made.permissions.set(
            permission.objects.get(content_type__app_label=app, codename=codename)
            for app, codename in (name.split(".") for name in names)
        )


def remove(apps: Any, _schema_editor: Any) -> None:
    """Delete the groups."""
    apps.get_model("auth", "Group").objects.filter(name__in=ROLES).delete()


class Migration(migrations.Migration):
    dependencies: ClassVar = [
        ("workshops", "0002_append_only"),
        ("booking", "0003_append_only"),
        ("goals", "0003_append_only"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations: ClassVar = [migrations.RunPython(seed, remove)]

"""What `./dev up` does before the site opens: tables up to date, demo data. One process for both.

python -m config.prepare [--empty]
"""

import os
import sys

import django
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = (
    "This database was made by another version, whose migrations are not here ({names})."
    " Name another one in DATABASE_URL."
)


def prepare(*, empty: bool) -> None:
    """Migrate where something is new, say that we start, load the demo data (prints sign-ins).

    Ends with a sentence where the database knows migrations that are not here.
    """
    from workshops.actions import ticks  # noqa: PLC0415 - there are no models before the set-up

    executor = MigrationExecutor(connection)
    if unknown := set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations):
        sys.exit(BEFORE.format(names=", ".join(sorted(f"{app} {name}" for app, name in unknown))))
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0)
    ticks.begin()
    if not empty and settings.ENVIRONMENT == "development" and "demo" in get_commands():
        call_command("demo")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    prepare(empty="--empty" in sys.argv[1:])

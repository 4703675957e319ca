"""The Celery app and the whole beat table."""

import os

from celery import Celery, signals
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
# Celery would run the checks of Django when a worker starts, for which every page, form and reader
# of files is imported: 37 MB that no job asks for. Migrating and `./dev check` run them.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("fremmoede")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Every job here is an idempotent tick: run twice, late or not at all, it harms nothing.
app.conf.beat_schedule = {
    "aggregate-marked": {
        "task": "goals.tasks.aggregate_marked",
        "schedule": 3.0,
        "options": {"expires": 30},
    },
    "aggregate-everything": {
        "task": "goals.tasks.aggregate_everything",
        "schedule": crontab(hour="2", minute="10"),
    },
    "reconcile": {
        "task": "goals.tasks.reconcile",
        "schedule": crontab(hour="3", minute="10"),
    },
    "drop-expired-holds": {
        "task": "booking.tasks.drop_expired_holds",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "drop-expired-uploads": {
        "task": "workshops.tasks.drop_expired_uploads",
        "schedule": 600.0,
        "options": {"expires": 500},
    },
    "expire-due-bookings": {
        "task": "booking.tasks.expire_due_bookings",
        "schedule": 60.0,
        "options": {"expires": 50},
    },
    "drop-expired-drafts": {
        "task": "booking.tasks.drop_expired_drafts",
        "schedule": 600.0,
        "options": {"expires": 500},
    },
    "drop-expired-contacts": {
        "task": "booking.tasks.drop_expired_contacts",
        "schedule": crontab(hour="0", minute="20"),
    },
    "deliver-due": {
        "task": "notifications.tasks.deliver_due",
        "schedule": 30.0,
        "options": {"expires": 25},
    },
    "blank-old-letters": {
        "task": "notifications.tasks.blank_old",
        "schedule": crontab(hour="3", minute="40"),
    },
}


@signals.beat_init.connect
def say_that_the_beat_began(**_: object) -> None:
    """Tell /readyz at once that there is a beat; its first job takes some seconds."""
    from workshops.actions import ticks  # noqa: PLC0415 - there are no models before now

    ticks.begin()

"""Load the demo: all of it in one transaction, once."""

import datetime
from dataclasses import dataclass
from random import Random

from django.db import transaction
from django.utils import timezone

from demo import bookings, future, past, plans, sources, stage, timetable
from demo.rows import TownRows
from goals.actions import aggregation
from workshops.actions.ticks import ticking
from workshops.models import Batch

_SEED = 20_240_131


@dataclass(frozen=True)
class SignIn:
    """How to sign in as one role."""

    role: str
    email: str
    password: str


def is_loaded() -> bool:
    """Say whether the demo stands in this database already."""
    return Batch.objects.filter(file_name=stage.REGISTER_FILE).exists()


def load(*, now: datetime.datetime) -> None:
    """Write the demo as it looks at *now*, and what it adds up to.

    In one transaction: people, places, schools and the catalogue; the sessions of the past with
    their counts and those to come with their bookings; a few bookings placed now, whose letters go
    into the outbox; the plan's two versions; then the aggregation, so that no mark waits.
    """
    chance = Random(_SEED)  # noqa: S311 - invented data, not a secret
    with ticking("aggregate_everything") as run, transaction.atomic():
        scene = stage.build(now)
        slots = list(timetable.slots(scene.catalogue, today=timezone.localdate(now)))
        rows = TownRows(scene, chance)
        past.play(rows, [slot for slot in slots if slot.starts <= now])
        future.play(rows, [slot for slot in slots if slot.starts > now])
        rows.save()
        bookings.play(scene, chance)
        plans.play(scene)
        run.said = str(aggregation.aggregate_everything(now=now))


def sign_ins() -> list[SignIn]:
    """Return how to sign in as each role, in the order of the file."""
    people = sources.read("people")
    return [
        SignIn(person["name"], person["email"], people["password"]) for person in people["staff"]
    ]

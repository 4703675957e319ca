"""A town with years behind it: the demo's past over and over, by one INSERT for each table.

It names no table but those it begins with: whatever hangs on a session is found by its keys, so
that a new table is copied too.
"""

from __future__ import annotations

from django.db import connection, transaction

from notifications.models import Notice
from notifications.tasks import deliver_due
from tests.benching.inside.copies import copying, hanging_on, restart
from tests.benching.inside.counted import cookie
from workshops.models import Session, User

YEARS, TIMES, LETTERS = 7, 45, 80_000
PEOPLE = {"facilitator": "facilitator@", "coordinator": "koordinator@", "manager": "leder@"}
OVER = "id IN (SELECT session_id FROM {register} WHERE state = 'approved')"


def letters() -> int:
    """Send what waits; returns how many have left."""
    for _run in range(20):
        deliver_due()
        if not Notice.objects.filter(state__in=["queued", "sending"]).exists():
            break
    return Notice.objects.filter(state="sent").count()


def years() -> dict[str, int]:
    """Copy every session whose counts are approved, and the letters; some 20,300 sessions."""
    register = Session._meta.get_field("register").related_model._meta.db_table
    tables = hanging_on(Session, OVER.format(register=register))
    sent = letters()
    with transaction.atomic(), connection.cursor() as cursor:
        for model, condition in tables.items():
            cursor.execute(copying(model, condition, inside=tables, times=TIMES, years=YEARS))
        cursor.execute(copying(Notice, "state = 'sent'", times=LETTERS // sent, years=YEARS))
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for model in [*tables, Notice]:
            restart(cursor, model)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {model._meta.label: model._base_manager.count() for model in [*tables, Notice]}


def cookies() -> dict[str, str]:
    """The cookie of one signed-in person of each role."""
    found = {}
    for role, begins in PEOPLE.items():
        found[role] = cookie(User.objects.get(email__startswith=begins))
    return found

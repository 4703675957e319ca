"""What the database is asked when one form is placed, or one class counted: SQL, values filled in.

Beside the one that is seen stand *twins*, rows of the same kind whose keys follow on its own: with
them pgbench does the same over again. Answers are the fields of `pgbench.Seen`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.apps import apps
from django.db import connection
from django.test import Client

from booking.models import Booking, Draft, Party
from tests.benching.inside import counted, rows


@dataclass
class Taken:
    """Statements in their order, and how many rows each of them had to do with."""

    statements: list[str] = field(default_factory=list)
    affected: list[int] = field(default_factory=list)

    def __call__(self, execute: Any, sql: Any, values: Any, many: Any, context: Any) -> Any:
        cursor = psycopg.ClientCursor(context["connection"].connection)
        self.statements.append(cursor.mogrify(sql, values) if values else str(sql))
        answer = execute(sql, values, many, context)
        self.affected.append(context["cursor"].rowcount)
        return answer

    def made(self) -> dict[str, str]:
        """The key of the one new row in each table that gave one back."""
        names = {model._meta.db_table: model for model in apps.get_models()}
        found = {}
        for statement in self.statements:
            insert = re.match(r'INSERT INTO "(\w+)".* RETURNING', statement, re.DOTALL)
            if insert:
                newest = names[insert[1]]._base_manager.latest("pk")
                found[insert[1]] = str(newest.pk)
        return found


def post(path: str, body: str = "", cookie: str = "") -> Taken:
    """One POST, which must lead on. BEGIN and COMMIT are no statements to Django."""
    taken, browser = Taken(), Client(SERVER_NAME="localhost")
    if cookie:
        name, value = cookie.split("=", 1)
        browser.cookies[name] = value
    with connection.execute_wrapper(taken):
        answer = browser.post(
            path,
            body,
            content_type="application/x-www-form-urlencoded",
            secure=True,
            headers={"X-Forwarded-For": "10.255.255.254"},
        )
    assert answer.status_code == 302, answer.status_code
    return taken


def booking(twins: int) -> dict[str, Any]:
    """Place one form. A twin's token is the MD5 of its key, since pgbench cannot derive the real."""
    wide = list(rows.wide().values_list("pk", flat=True))
    forms = rows.forms(1 + twins, "wide")
    first = forms[0]
    draft, hold, token = first.pk, first.hold_id, first.token_key
    assert [form.pk for form in forms] == list(range(draft, draft + 1 + twins))
    assert [form.hold_id for form in forms] == list(range(hold, hold + 1 + twins))
    assert wide == list(range(wide[0], wide[0] + len(wide)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {Draft._meta.db_table} SET token_key = md5('draft' || id) WHERE id > {draft}"
        )
    taken = post(f"/book/{first.token}/check/")
    placed = Booking.objects.latest("pk")
    return {
        "statements": taken.statements,
        "affected": taken.affected,
        "keys": {
            str(draft): f"{draft} + :n",
            str(hold): f"{hold} + :n",
            str(first.session_id): f"{wide[0]} + :n % {len(wide)}",
        },
        "unique": [placed.reference, placed.parties.get().label],
        "texts": {token: f"md5('draft' || {draft} + :n)"},
        "made": taken.made(),
    }


def count(twins: int) -> dict[str, Any]:
    """Count one class."""
    made = counted.counts(1 + twins)
    first = made["rows"][0]
    party = Party.objects.get(pk=first["party"])
    keys = (party.pk, party.session_id, party.booking_id)
    taken = post(first["path"], first["body"], made["cookie"])
    return {
        "statements": taken.statements,
        "affected": taken.affected,
        "keys": {str(key): f"{key} + :n" for key in keys},
        "unique": [],
        "made": taken.made(),
    }

"""The list of letters after years: it looks at little more than it shows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.utils import timezone

from notifications.models import Notice
from tests.history import Looking
from tests.notifications.letters import subjects
from tests.random_files import undone

pytestmark = pytest.mark.django_db
LIST = "/manage/letters/"
MANY, FEW = 3000, 160


@pytest.fixture(scope="module")
def years(django_db_setup, django_db_blocker):
    """Thousands of letters that have left; the oldest ones are those that are searched for."""
    with django_db_blocker.unblock(), undone():
        write_years()
        yield


def write_years() -> None:
    now = timezone.now()
    wanted = [
        {"recipient": "Mette.Holm@example.org"},
        {"key": "booking:RSTUVWXYZ2:placed"},
        {"kind": "lost"},
        {"state": "failed", "sent_at": None},
        {"state": "queued", "sent_at": None},
    ]
    Notice.objects.bulk_create(
        Notice(
            **{
                "key": f"booking:K{place}:moved",
                "kind": "moved",
                "recipient": f"guest{place}@example.org",
                "message_id": f"{place}@example.org",
                "rendered_at": now,
                "state": "sent",
                "sent_at": now,
            }
            | (wanted[place] if place < len(wanted) else {})
        )
        for place in range(MANY)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", 50),
        ("?after=0", 50),
        ("?page=9999", 50),
        ("?state=sent", 50),
        ("?state=sent&after=0", 50),
        ("?state=failed", 1),
        ("?state=waiting", 1),
        ("?q=mette.h", 1),
        ("?q=rstuvw", 1),
        ("?q=asked+for+again", 1),
        ("?state=sent&q=mette", 1),
        ("?q=nobody", 0),
    ],
)
def test_page_looks_at_little_more_than_it_shows(coordinator, years, query, shown):
    coordinator.get(LIST)

    with Looking() as looked:
        answer = coordinator.get(LIST + query)

    assert len(subjects(answer)) == shown
    assert looked.rows < FEW


@pytest.mark.databases
@pytest.mark.parametrize("query", ["?q=mette.h", "?q=rstuvw"])
def test_search_names_an_index_on_every_database(coordinator, years, query):
    with Looking() as looked:
        coordinator.get(LIST + query)

    (search,) = [each["sql"] for each in looked.captured_queries if "LIMIT 51" in each["sql"]]
    plan = planned(search)
    assert "notice_by_address" in plan
    assert "seq scan on" not in plan
    assert "scan notifications_notice\n" not in plan


def planned(statement: str) -> str:
    """The plan, in lower case; see `Looking` for why PostgreSQL must not read the whole table."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET enable_seqscan = off")
            cursor.execute(f"EXPLAIN {statement}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        lines = [str(row[-1]) for row in cursor.fetchall()]
        if connection.vendor == "postgresql":
            cursor.execute("RESET enable_seqscan")
    return "\n".join([*lines, ""]).lower()

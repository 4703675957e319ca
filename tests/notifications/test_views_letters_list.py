"""The list of letters: its pages, what is found in it, and that nothing else is looked at."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.utils import timezone

from notifications.models import Notice
from tests import cast, factories
from tests.history import Looking
from tests.notifications.letters import failed, subjects, write

pytestmark = pytest.mark.django_db
LIST = "/manage/letters/"
MANY, FEW = 3000, 160
NEXT = re.compile(r'<a rel="(prev|next)" href="([^"]+)"')


@pytest.fixture
def coordinator():
    browser = cast.seat(factories.create_user(role="coordinator"))
    browser.cookies["django_language"] = "en"
    return browser


def ways(response) -> dict[str, str]:
    """The links to the pages beside this one."""
    links = NEXT.findall(response.content.decode())
    return {name: LIST + link.replace("&amp;", "&") for name, link in links}


def numbered(*places: int) -> list[str]:
    return [f"Letter {place}" for place in places]


@pytest.mark.parametrize("number", [1, 30])
def test_list_asks_the_database_the_same_however_long(
    coordinator, django_assert_num_queries, number
):
    for place in range(number):
        write(f"k{place}")
    coordinator.get(LIST)

    with django_assert_num_queries(5):  # session, user, permissions, failed, rows
        coordinator.get(LIST)


# --- pages ---------------------------------------------------------------------------------------


def test_pages_hold_every_letter_once_the_latest_first(coordinator):
    for place in range(120):
        write(f"k{place}", subject=f"Letter {place}")

    first = coordinator.get(LIST)
    second = coordinator.get(ways(first)["next"])
    third = coordinator.get(ways(second)["next"])

    assert subjects(first) == numbered(*range(119, 69, -1))
    assert subjects(second) == numbered(*range(69, 19, -1))
    assert subjects(third) == numbered(*range(19, -1, -1))
    assert [sorted(ways(page)) for page in (first, second, third)] == [
        ["next"],
        ["next", "prev"],
        ["prev"],
    ]
    assert subjects(coordinator.get(ways(third)["prev"])) == subjects(second)
    assert subjects(coordinator.get(ways(second)["prev"])) == subjects(first)


@pytest.mark.parametrize("number", [1, 50])
def test_letters_that_fill_one_page_lead_nowhere(coordinator, number):
    for place in range(number):
        write(f"k{place}")

    assert ways(coordinator.get(LIST)) == {}


def test_page_after_a_letter_goes_on_both_ways(coordinator):
    rows = [write(f"k{place}", subject=f"Letter {place}") for place in range(101)]

    oldest = coordinator.get(f"{LIST}?after=0")
    middle = coordinator.get(f"{LIST}?after={rows[9].pk}")

    assert subjects(oldest) == numbered(*range(49, -1, -1))
    assert sorted(ways(oldest)) == ["prev"]
    assert subjects(middle) == numbered(*range(59, 9, -1))
    assert sorted(ways(middle)) == ["next", "prev"]


def test_other_pages_keep_what_is_searched_for(coordinator):
    for place in range(51):
        write(f"k{place}", to="anna@example.org", subject=f"Letter {place}")
        write(f"b{place}", to="bo@example.org", subject="Another")

    second = coordinator.get(ways(coordinator.get(f"{LIST}?state=waiting&q=anna"))["next"])

    assert subjects(second) == ["Letter 0"]
    assert (second.context["words"], second.context["tab"]) == ("anna", "waiting")


@pytest.mark.parametrize(
    "query",
    ["before=x", "before=-1", "before=0", "after=", f"after={'9' * 40}", "page=9999", "before=%00"],
)
def test_what_is_no_place_in_the_list_shows_the_latest(coordinator, query):
    write("a", subject="A")

    assert subjects(coordinator.get(f"{LIST}?{query}")) == ["A"]


# --- what is found -------------------------------------------------------------------------------


@pytest.mark.databases
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["C", "B", "A"]),
        ("?q=anna", ["A"]),
        ("?q=ANNA%40Example.org", ["A"]),
        ("?q=BO%40", ["B"]),
        ("?q=ann_", []),
        ("?q=%25", []),
        ("?q=example.org", []),
        ("?q=rstuv", ["B"]),
        ("?q=RST+UVW+XYZ2", ["B"]),
        ("?q=uvwxyz2", []),
        ("?q=xyz", []),
        ("?state=failed", ["C"]),
        ("?state=waiting", ["B", "A"]),
        ("?state=sent", []),
        ("?state=nonsense", ["C", "B", "A"]),
        ("?state=waiting&q=bo", ["B"]),
        ("?state=failed&q=bo", []),
    ],
)
def test_list_is_narrowed_by_state_and_words(coordinator, query, found):
    write("a", to="Anna@example.org", subject="A")
    write("booking:RSTUVWXYZ2:placed", to="bo@example.org", subject="B")
    failed("c", to="cecilie@example.org", subject="C")

    assert subjects(coordinator.get(LIST + query)) == found


def test_letter_is_found_by_its_kind_whether_it_has_a_subject_or_not(coordinator):
    write("a")
    write("b", subject="Invitation")
    write("c", kind="lost")

    assert subjects(coordinator.get(LIST)) == [
        "Links to bookings, asked for again",
        "Invitation",
        "Invitation to a member of the staff",
    ]
    assert subjects(coordinator.get(f"{LIST}?q=asked")) == ["Links to bookings, asked for again"]
    assert subjects(coordinator.get(f"{LIST}?q=Member+of")) == [
        "Invitation",
        "Invitation to a member of the staff",
    ]


# --- what is looked at ---------------------------------------------------------------------------


@pytest.fixture
def years():
    """Thousands of letters that have left; the oldest ones are those that are searched for."""
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

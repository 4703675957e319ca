"""The list of letters: its pages, and what is found in it."""

from __future__ import annotations

import re

import pytest

from tests.notifications.letters import failed, subjects, write

pytestmark = pytest.mark.django_db
LIST = "/manage/letters/"
NEXT = re.compile(r'<a rel="(prev|next)" href="([^"]+)"')


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

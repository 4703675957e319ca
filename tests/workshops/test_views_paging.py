"""A page is found by its keys: the same rows, in the same order, as a slice of the whole list."""

from __future__ import annotations

import pytest

from tests.factories import create_session, create_workshop
from workshops.models import Session
from workshops.views.paging import Pages

pytestmark = pytest.mark.django_db


def sessions(number):
    workshop = create_workshop()
    return [create_session(workshop=workshop, capacity=seats) for seats in range(1, number + 1)]


def pages(a_page, **known):
    """The largest first; the workshop is joined."""
    found = Session.objects.filter(capacity__gt=1).order_by("-capacity", "pk")
    return Pages(found, a_page, rows=Session.objects.select_related("workshop"), **known)


@pytest.mark.parametrize(("number", "places"), [(1, [6, 5]), (2, [4, 3]), (3, [2]), (9, [2])])
def test_page_holds_its_rows_in_order(number, places):
    made = sessions(6)

    page = pages(2).get_page(number)

    assert list(page) == [made[place - 1] for place in places]
    assert (page.paginator.count, page.paginator.num_pages) == (5, 3)


def test_page_of_nothing_is_empty():
    sessions(1)

    assert list(pages(2).get_page(1)) == []


def test_page_is_one_query_with_what_is_joined(django_assert_num_queries):
    sessions(6)

    with django_assert_num_queries(2):  # how many, and the page
        titles = [row.workshop.title for row in pages(2).get_page(2)]
    with django_assert_num_queries(1):
        list(pages(2, count=5).get_page(2))

    assert len(titles) == 2

"""How many statements a count takes, and that it is one transaction."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.models import Headcount
from tests.attendance.counted import begun, browser, count_page, parties, submit_page, typed

pytestmark = pytest.mark.usefixtures("own_database")


def statements(leader, address, data):
    with CaptureQueriesContext(connection) as seen:
        answer = leader.post(address, data)
    assert answer.status_code == 302
    return [row["sql"].split(" ")[0] for row in seen.captured_queries]


def test_class_is_counted_in_8_statements_and_one_transaction():
    anna = browser("facilitator", name="Anna")
    session = begun(anna.user)

    sql = statements(anna, count_page(session), typed(parties(session)[0], present=20))

    assert len(sql) == 10
    assert (sql.count("BEGIN") or 1, sql.count("COMMIT") or 1) == (1, 1)
    assert "SAVEPOINT" not in sql
    assert Headcount.objects.get().present == 20


def test_each_further_class_costs_its_two_rows():
    anna = browser("facilitator", name="Anna")
    session = begun(anna.user, booked=(24, 20, 22))
    rows = {
        key: value for party in parties(session) for key, value in typed(party, present=20).items()
    }

    assert len(statements(anna, count_page(session), rows)) == 10 + 2 * 2


def test_handing_over_takes_four_more():
    anna = browser("facilitator", name="Anna")
    session = begun(anna.user)
    typing = typed(parties(session)[0], present=20) | {"held": "yes"}

    assert len(statements(anna, submit_page(session), typing)) == 10 + 4

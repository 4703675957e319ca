"""How many statements a booking takes, and that it is one transaction."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Booking, Hold
from notifications.models import Notice
from tests import factories
from tests.booking.filling import at, begun, filled, know, soon, teacher
from workshops.models import Audience

pytestmark = pytest.mark.usefixtures("own_database")


def statements(client, address, data=None):
    with CaptureQueriesContext(connection) as seen:
        answer = client.post(address, data)
    assert answer.status_code == 302
    return [row["sql"].split(" ")[0] for row in seen.captured_queries]


def booked(session, **changes):
    client, token = filled(session, **changes)
    return statements(client, at("booking-check", token))


def test_class_is_booked_in_14_statements_and_one_transaction():
    sql = booked(factories.create_session())

    assert len(sql) == 14
    assert (sql.count("BEGIN") or 1, sql.count("COMMIT") or 1) == (1, 1)
    assert (Booking.objects.count(), Notice.objects.count()) == (1, 1)


def test_four_classes_take_no_more_statements_than_one():
    session = factories.create_session(capacity=100)
    know("lone@example.org")
    classes = {"rows": "4"}
    for row in range(1, 5):
        classes |= {f"label_{row}": f"7.{row}", f"pupils_{row}": "20"}
    client, token = begun(session, 80)
    client.post(at("booking-details", token), teacher(factories.create_school(), **classes))

    assert len(statements(client, at("booking-check", token))) == 14
    assert Booking.objects.get().parties.count() == 4


def test_unknown_mailbox_takes_no_more():
    assert len(booked(factories.create_session(), known=False)) <= 14


def test_parent_signs_up_in_12_statements():
    assert len(booked(factories.create_session(audience=Audience.PARENTS), seats=2)) == 12


def test_each_professional_takes_the_same_again():
    pair = booked(factories.create_session(audience=Audience.PROFESSIONALS), seats=2)
    one = booked(
        factories.create_session(audience=Audience.PROFESSIONALS),
        seats=1,
        known=False,
        name_2="",
        email_2="",
    )

    assert len(pair) - len(one) == 9
    assert len(pair) == 23


def test_pick_and_details_take_few_statements():
    session, school = factories.create_session(), factories.create_school()
    client, token = begun(session)

    details = at("booking-details", token)
    with CaptureQueriesContext(connection) as looking:
        assert client.get(details).status_code == 200
    saving = statements(client, details, teacher(school))
    with CaptureQueriesContext(connection) as checking:
        assert client.get(at("booking-check", token)).status_code == 200

    assert (len(looking), len(saving), len(checking)) == (1, 6, 1)


def test_refusal_takes_3_statements():
    """The form, whether there is doubt, and the seats left with the nearest dates."""
    session = factories.create_session(capacity=24)
    for days in (15, 16, 17):
        factories.create_session(workshop=session.workshop, starts=soon(days))
    client, token = filled(session)
    Hold.objects.all().delete()

    with CaptureQueriesContext(connection) as asked:
        answer = client.post(at("booking-check", token))

    assert answer.status_code == 409
    assert answer.content.decode().count('name="session"') == 3
    assert len(asked) == 3

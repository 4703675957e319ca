"""What a party and a session say of the ledger: set where it is written, and by nobody else."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from tests import truths
from tests.raw import insert_copy, update

pytestmark = pytest.mark.django_db


def test_party_is_counted_while_a_count_of_it_stands():
    count = truths.make.create_headcount()
    party, other = count.party, truths.make.create_user()
    rejected = {**truths.DECIDED, "verdict": "rejected", "decided_by_id": other.pk}

    def is_counted():
        party.refresh_from_db()
        return party.counted

    assert is_counted()
    update(count, rejected)
    assert not is_counted()
    count = truths.make.create_headcount(party=party)
    assert is_counted()
    update(count, {**truths.DECIDED, "decided_by_id": other.pk})
    assert is_counted()


@pytest.mark.parametrize("said", [True, False])
def test_nobody_else_says_whether_a_party_is_counted(said):
    party = truths.party() if said else truths.make.create_headcount().party

    with pytest.raises(IntegrityError, match="what the ledger says"):
        update(party, {"counted": said})

    party.refresh_from_db()
    assert party.counted != said


@pytest.mark.parametrize("column", ["counted", "unsettled"])
def test_party_is_not_counted_from_the_beginning(column):
    party = truths.party()

    with pytest.raises(IntegrityError, match="what the ledger says"):
        insert_copy(party, {column: True, "folded_label": "other", "label": "other"})


def test_party_is_unsettled_until_the_count_in_force_is_approved():
    party, other = truths.party(), truths.make.create_user()
    approved = {**truths.DECIDED, "decided_by_id": other.pk}
    rejected = {**approved, "verdict": "rejected"}

    def unsettled():
        party.refresh_from_db()
        return party.unsettled

    found = [unsettled()]
    for verdict in (rejected, approved, None, approved, rejected):
        count = truths.make.create_headcount(party=party)
        found.append(unsettled())
        if verdict:
            update(count, verdict)
        found.append(unsettled())

    # Nothing; rejected alone; approved; replaced before it is decided; approved; a correction
    # that is rejected, so that the one before it stands.
    assert found == [False, True, True, True, False, True, True, True, False, True, False]


@pytest.mark.parametrize("said", [True, False])
def test_nobody_else_says_whether_a_party_is_unsettled(said):
    party = truths.party() if said else truths.make.create_headcount().party

    with pytest.raises(IntegrityError, match="what the ledger says"):
        update(party, {"unsettled": said})

    party.refresh_from_db()
    assert party.unsettled != said


def test_session_is_handed_over_while_its_register_is():
    register = truths.make.create_register()
    session, other = register.session, truths.make.create_session()

    def handed_over():
        return [type(row).objects.get(pk=row.pk).handed_over for row in (session, other)]

    found = [handed_over()]
    for state in ("in_progress", "submitted"):
        update(register, {"state": state})
        found.append(handed_over())
    update(register, {"session_id": other.pk})
    found.append(handed_over())
    register.delete()
    found.append(handed_over())
    truths.make.create_register(session=other, state="in_progress")
    found.append(handed_over())

    none = [False, False]
    assert found == [[True, False], none, [True, False], [False, True], none, none]


@pytest.mark.parametrize("said", [True, False])
def test_nobody_else_says_whether_a_session_is_handed_over(said):
    make = truths.make
    session = make.create_session() if said else make.create_register().session

    with pytest.raises(IntegrityError, match="what its register says"):
        update(session, {"handed_over": said})

    session.refresh_from_db()
    assert session.handed_over != said


def test_session_is_not_handed_over_from_the_beginning():
    session = truths.make.create_session()

    with pytest.raises(IntegrityError, match="what its register says"):
        insert_copy(session, {"handed_over": True, "reference": "other"})


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, False),
        ({"seats_taken": 1}, True),
        ({"seats_taken": 1, "state": "closed"}, True),
        ({"seats_taken": 1, "state": "draft"}, False),
        ({"seats_taken": 1, "state": "cancelled", "over_at": truths.NOW}, False),
        ({"audience": "forældre"}, True),
    ],
)
def test_session_that_takes_place_is_to_be_counted_until_it_is_handed_over(changes, expected):
    session = truths.make.create_session()
    if changes:
        update(session, changes)
    before = type(session).objects.get(pk=session.pk).to_count

    truths.make.create_register(session=session)

    assert (before, type(session).objects.get(pk=session.pk).to_count) == (expected, False)


def test_counted_party_stays_in_its_session():
    party = truths.make.create_headcount().party
    elsewhere = truths.make.create_session()

    with pytest.raises(IntegrityError, match="stays in its session"):
        update(party, {"session_id": elsewhere.pk})

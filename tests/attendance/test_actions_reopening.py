"""An approved register is opened again: by whom, when, and what stays."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError

from attendance.actions import approvals, registers, reopening
from attendance.models import Headcount, Register
from tests.attendance.counted import begun, browser, parties, words
from tests.attendance.counting_pages import handed_over, page_of
from tests.factories import create_batch, create_register, create_user
from workshops.models import Mark

pytestmark = pytest.mark.django_db


@pytest.fixture
def karen():
    return create_user(role="coordinator", name="Karen")


@pytest.fixture
def bo():
    return create_user(role="coordinator", name="Bo")


@pytest.fixture
def anna():
    return create_user(role="facilitator", name="Anna")


def approved(anna, karen, *, held=False):
    session = handed_over(anna, held=held)
    approvals.approve(session, by=karen)
    return session


def test_wrong_word_is_taken_back_and_said_and_approved_anew(anna, karen, bo):
    session = approved(anna, karen)
    Mark.objects.all().delete()

    reopening.reopen(session, by=karen, why="Den blev holdt.")

    register = Register.objects.get()
    assert (register.state, register.held, register.approved_by) == ("in_progress", None, None)
    assert Headcount.objects.get().verdict == "approved"
    assert [mark.session for mark in Mark.objects.all()] == [session]
    assert LogEntry.objects.get(user=karen).change_message == "reopened: Den blev holdt."
    registers.submit(session, held=True, by=karen)
    with pytest.raises(ValidationError) as own:
        approvals.approve(session, by=karen)
    assert own.value.code == "own_register"
    approvals.approve(session, by=bo)
    register.refresh_from_db()
    assert (register.state, register.held, register.approved_by) == ("approved", True, bo)


@pytest.mark.parametrize(
    ("who", "why", "code"),
    [("leader", "Nej.", "may_not_approve"), ("coordinator", " ", "value_missing")],
)
def test_reopening_is_refused(anna, karen, who, why, code):
    session = approved(anna, karen)

    with pytest.raises(ValidationError) as refusal:
        reopening.reopen(session, by={"leader": anna, "coordinator": karen}[who], why=why)

    assert refusal.value.code == code
    assert Register.objects.get().state == "approved"


def test_only_an_approved_register_is_opened(anna, karen):
    for session in (handed_over(anna), begun(anna)):
        with pytest.raises(ValidationError) as refusal:
            reopening.reopen(session, by=karen, why="Nej.")
        assert refusal.value.code == "register_not_approved"


def test_imported_register_is_corrected_by_its_file(anna, karen):
    session = begun(anna)
    register = create_register(session=session, state="approved", batch=create_batch())

    with pytest.raises(ValidationError) as refusal:
        reopening.reopen(session, by=karen, why="Nej.")

    assert refusal.value.code == "register_imported"
    assert "Change whether" not in words(browser("coordinator").get(page_of(session)))
    register.refresh_from_db()
    assert register.state == "approved"


def test_coordinator_opens_it_by_the_page_of_the_session(anna, karen):
    session, bo = approved(anna, karen), browser("coordinator", name="Bo")
    address = f"{page_of(session)}reopen/"

    assert address in words(bo.get(page_of(session)))
    empty = bo.post(address, {"why": ""})
    done = bo.post(address, {"why": "Den blev holdt."})
    again = bo.post(address, {"why": "Den blev holdt."})

    assert (empty.status_code, done.status_code, again.status_code) == (422, 302, 422)
    assert done.url == f"{page_of(session)}count/"
    assert parties(session)[0].headcounts.get().present == 24
    assert "Was the session held?" in words(bo.get(done.url))

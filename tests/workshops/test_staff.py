"""Inviting, giving roles and ending access: what changes, what is recorded, what is refused."""

from __future__ import annotations

import datetime
import logging

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError

from notifications.models import Notice
from tests.cast import create_superuser
from tests.factories import create_deliverer, create_user, local
from tests.notifications.letters import in_words
from workshops.actions import staff
from workshops.actions.staff import Role
from workshops.models import User

pytestmark = pytest.mark.django_db
TODAY, TOMORROW = datetime.date(2026, 3, 2), datetime.date(2026, 3, 3)
NOW = local(2026, 3, 2, 12)


@pytest.fixture
def manager():
    return create_user(role="manager", name="Mette")


def roles_of(user) -> list[str]:
    return sorted(user.groups.values_list("name", flat=True))


def history() -> list[tuple[int, str, str]]:
    """By whom, about whom, what."""
    rows = LogEntry.objects.order_by("pk")
    return list(rows.values_list("user_id", "object_id", "change_message"))


# --- invite ------------------------------------------------------------------------------------


def test_invited_person_gets_roles_a_letter_and_a_line_in_the_history(manager, settings):
    settings.SITE_URL = "https://book.example"

    anna = staff.invite(
        " Anna@Example.org ",
        name=" Anna Holm ",
        roles=[Role.FACILITATOR, Role.COORDINATOR],
        by=manager,
        now=NOW,
    )

    assert (anna.email, anna.name, anna.access_ends) == ("anna@example.org", "Anna Holm", None)
    assert anna.has_usable_password() is False
    assert (anna.is_staff, anna.is_superuser) == (False, False)
    assert roles_of(anna) == ["coordinators", "facilitators"]
    assert history() == [(manager.pk, str(anna.pk), "invited as coordinators, facilitators")]
    letter = Notice.objects.get()
    assert (letter.recipient, letter.kind, letter.language) == ("anna@example.org", "invited", "da")
    words = in_words(letter)
    for part in (words.text, words.html):
        lines = ["Anna Holm", "Mette", "https://book.example/accounts/login/code/"]
        assert [line in part for line in [*lines, "anna@example.org"]] == [True] * 4


def test_letter_names_the_last_day(manager):
    staff.invite(
        "anna@example.org", name="Anna", roles=[], access_ends=TOMORROW, by=manager, now=NOW
    )

    letter = in_words(Notice.objects.get())
    assert "3. marts 2026" in letter.text  # spell: danish
    assert "3. marts 2026" in letter.html  # spell: danish


def test_name_cannot_bring_markup_into_the_letter(manager):
    staff.invite("anna@example.org", name="<b>Anna</b>", roles=[], by=manager, now=NOW)

    letter = in_words(Notice.objects.get())
    assert "&lt;b&gt;Anna&lt;/b&gt;" in letter.html
    assert "<b>Anna</b>" in letter.text


@pytest.mark.parametrize("email", ["anna@example.org", " ANNA@example.org"])
def test_address_that_somebody_has_is_not_invited_twice(manager, email):
    create_user(email="anna@example.org")

    with pytest.raises(ValidationError) as refusal:
        staff.invite(email, name="Anna", roles=[], by=manager)

    assert refusal.value.code == "already_invited"
    assert (User.objects.filter(email="anna@example.org").count(), Notice.objects.count()) == (1, 0)


def test_address_taken_in_the_same_moment_is_refused_alike(manager, monkeypatch):
    create_user(email="anna@example.org")
    monkeypatch.setattr("django.db.models.query.QuerySet.exists", lambda _queryset: False)

    with pytest.raises(ValidationError) as refusal:
        staff.invite("anna@example.org", name="Anna", roles=[], by=manager)

    assert refusal.value.code == "already_invited"
    assert Notice.objects.count() == 0


def test_external_deliverer_without_last_day_is_refused(manager):
    with pytest.raises(ValidationError) as refusal:
        staff.invite(
            "anna@example.org", name="Anna", roles=[], deliverer=create_deliverer(), by=manager
        )

    assert refusal.value.code == "end_date_missing"
    assert User.objects.filter(email="anna@example.org").exists() is False


@pytest.mark.parametrize(
    ("now", "refused"),
    [(local(2026, 3, 2, 23, 59), False), (local(2026, 3, 3, 0), True)],
)
def test_last_day_is_judged_by_the_clock_of_copenhagen(manager, now, refused):
    try:
        staff.invite("a@example.org", name="A", roles=[], access_ends=TODAY, by=manager, now=now)
    except ValidationError as refusal:
        code = refusal.code
    else:
        code = ""

    assert code == ("end_date_passed" if refused else "")


def test_invitation_is_sent_again_but_once_a_minute(manager):
    anna = staff.invite("a@example.org", name="A", roles=[], by=manager, now=NOW)

    for seconds in (20, 50, 70):
        staff.invite_again(anna, by=manager, now=NOW + datetime.timedelta(seconds=seconds))

    assert Notice.objects.count() == 2
    assert len(set(Notice.objects.values_list("key", flat=True))) == 2


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"access_ends": TODAY - datetime.timedelta(days=1)}]
)
def test_invitation_to_somebody_without_access_is_refused(manager, change):
    anna = create_user()
    for name, value in change.items():
        setattr(anna, name, value)

    with pytest.raises(ValidationError) as refusal:
        staff.invite_again(anna, by=manager, now=NOW)

    assert refusal.value.code == "no_access"
    assert Notice.objects.count() == 0


# --- roles -------------------------------------------------------------------------------------


def test_roles_are_replaced_and_other_groups_stay(manager, django_user_model):
    from django.contrib.auth.models import Group

    anna = create_user(role="facilitator")
    anna.groups.add(Group.objects.create(name="press"))

    staff.set_roles(anna, [Role.COORDINATOR, Role.MANAGER], by=manager)

    assert roles_of(anna) == ["coordinators", "managers", "press"]
    assert history() == [(manager.pk, str(anna.pk), "roles: coordinators, managers")]


def test_same_roles_again_leave_no_trace(manager):
    anna = create_user(role="facilitator")

    staff.set_roles(anna, [Role.FACILITATOR], by=manager)

    assert history() == []


def test_all_roles_can_be_taken(manager):
    anna = create_user(role="facilitator")

    staff.set_roles(anna, [], by=manager)

    assert roles_of(anna) == []
    assert history() == [(manager.pk, str(anna.pk), "roles: none")]


# --- the end of access -------------------------------------------------------------------------


def test_last_day_is_set_and_taken_away(manager):
    anna = create_user(role="facilitator")

    staff.end_access_on(anna, TOMORROW, by=manager, now=NOW)
    ended = User.objects.get(pk=anna.pk).access_ends
    staff.end_access_on(anna, None, by=manager, now=NOW)
    staff.end_access_on(anna, None, by=manager, now=NOW)

    assert ended == TOMORROW
    assert User.objects.get(pk=anna.pk).access_ends is None
    assert [row[2] for row in history()] == [
        "last day with access: 2026-03-03",
        "last day with access: none",
    ]


def test_deliverer_keeps_a_last_day(manager):
    anna = create_user(deliverer=create_deliverer())
    anna.access_ends = TOMORROW
    anna.save()

    with pytest.raises(ValidationError) as refusal:
        staff.end_access_on(anna, None, by=manager, now=NOW)

    assert refusal.value.code == "end_date_missing"
    assert User.objects.get(pk=anna.pk).access_ends == TOMORROW


def test_last_day_cannot_be_in_the_past(manager):
    anna = create_user()

    with pytest.raises(ValidationError) as refusal:
        staff.end_access_on(anna, TODAY - datetime.timedelta(days=1), by=manager, now=NOW)

    assert refusal.value.code == "end_date_passed"


def test_roles_and_last_day_change_together_or_not_at_all(manager):
    anna = create_user(role="facilitator")

    with pytest.raises(ValidationError):
        staff.update(
            anna, roles=[Role.MANAGER], access_ends=datetime.date(2020, 1, 1), by=manager, now=NOW
        )

    assert roles_of(anna) == ["facilitators"]
    assert history() == []


def test_disabled_person_has_no_access_and_no_password(manager):
    anna = create_user()
    anna.set_password("x" * 14)
    anna.save()

    staff.disable(anna, by=manager)
    disabled = User.objects.get(pk=anna.pk)
    staff.enable(anna, by=manager)
    enabled = User.objects.get(pk=anna.pk)

    assert (disabled.is_active, disabled.has_usable_password()) == (False, False)
    assert (enabled.is_active, enabled.has_usable_password()) == (True, False)
    assert [row[2] for row in history()] == ["disabled", "enabled"]


# --- nobody locks themselves out, nobody rises above themselves ----------------------------------

VERBS = {
    "set_roles": lambda user, by: staff.set_roles(user, [Role.FACILITATOR], by=by),
    "end_access_on": lambda user, by: staff.end_access_on(user, TOMORROW, by=by, now=NOW),
    "disable": lambda user, by: staff.disable(user, by=by),
    "enable": lambda user, by: staff.enable(user, by=by),
}


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_nobody_changes_their_own_access(manager, verb):
    with pytest.raises(ValidationError) as refusal:
        VERBS[verb](manager, manager)

    manager.refresh_from_db()
    assert refusal.value.code == "own_access"
    assert (manager.is_active, manager.access_ends) == (True, None)
    assert roles_of(manager) == ["managers"]


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_only_an_administrator_changes_an_administrator(manager, verb):
    root, other = create_superuser(), create_superuser(email="other@example.org")

    with pytest.raises(ValidationError) as refusal:
        VERBS[verb](root, manager)
    VERBS[verb](root, other)

    assert refusal.value.code == "administrator"
    assert len(history()) == 1


@pytest.mark.parametrize("verb", sorted(VERBS))
def test_system_may_change_anybody_and_the_log_says_so(manager, verb, caplog):
    with caplog.at_level(logging.INFO, logger="workshops.actions.staff"):
        VERBS[verb](manager, None)

    assert f"User {manager.pk} by the system" in caplog.text
    assert manager.email not in caplog.text
    assert history() == []


# --- the first administrator -------------------------------------------------------------------


def test_administrator_is_made_of_nobody_and_of_somebody():
    anna = create_user(role="facilitator", email="anna@example.org", name="Anna")
    staff.disable(anna, by=None)

    new = staff.make_administrator("NEW@example.org", name="New")
    known = staff.make_administrator("anna@example.org")

    for user in (new, known):
        assert (user.is_staff, user.is_superuser, user.is_active) == (True, True, True)
    assert (new.email, new.name, new.has_usable_password()) == ("new@example.org", "New", False)
    assert (known.pk, known.name) == (anna.pk, "Anna")


def test_administrator_past_the_last_day_is_let_in_again():
    anna = create_user(email="anna@example.org")
    anna.access_ends = datetime.date(2020, 1, 1)
    anna.save()

    staff.make_administrator("anna@example.org", password="y" * 14)

    anna.refresh_from_db()
    assert anna.access_ends is None
    assert anna.check_password("y" * 14) is True


def test_question_and_row_agree_on_who_has_access():
    """UserQuerySet.with_access and User.has_access are twins."""
    ends = [None, TODAY - datetime.timedelta(days=1), TODAY, TOMORROW]
    for active in (True, False):
        for day in ends:
            user = create_user()
            user.is_active, user.access_ends = active, day
            user.save()

    with time_machine.travel(NOW):
        by_row = {user.pk for user in User.objects.all() if user.has_access(TODAY)}
        by_question = set(User.objects.with_access(TODAY).values_list("pk", flat=True))

    assert by_row == by_question
    assert len(by_row) == 3

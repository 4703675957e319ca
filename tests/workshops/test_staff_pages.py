"""The pages about the staff, for each of the cast."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from notifications.models import Notice
from tests.cast import create_superuser, in_english, seat
from tests.factories import create_deliverer, create_user
from workshops import moments
from workshops.actions import staff
from workshops.models import User

LIST, INVITE = "/manage/staff/", "/manage/staff/invite/"
POSTS = ("staff-disable", "staff-enable", "staff-invite-again")
NEXT_YEAR = datetime.date.today().replace(day=1) + datetime.timedelta(days=366)  # noqa: DTZ011 - any later day


def page_of(user, name="staff-edit") -> str:
    return reverse(f"manage:{name}", args=[user.pk])


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


@pytest.fixture
def mette(db):
    """A manager at a browser in English."""
    browser = seat(create_user(role="manager", name="Mette"))
    return in_english(browser)


# --- who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", POSTS)
def test_looking_at_a_button_changes_nothing(mette, name):
    anna = create_user()

    answer = mette.get(page_of(anna, name))

    anna.refresh_from_db()
    assert (answer.status_code, anna.is_active) == (405, True)


@pytest.mark.parametrize("name", ["staff-edit", *POSTS])
def test_person_who_does_not_exist_is_not_found(mette, name):
    address = reverse(f"manage:{name}", args=[10**9])

    answer = mette.get(address) if name == "staff-edit" else mette.post(address)

    assert answer.status_code == 404


# --- the list ----------------------------------------------------------------------------------


def test_list_shows_everybody_with_roles_and_access(mette):
    org = create_deliverer(title="Ungdommens Stemme")  # spell: danish
    create_user(role="facilitator", name="Amira", email="amira@example.org", deliverer=org)
    User.objects.filter(name="Amira").update(access_ends=datetime.date(2099, 12, 31))
    create_user(role="coordinator", name="Bo", email="bo@example.org")
    User.objects.filter(name="Bo").update(is_active=False)
    create_user(name="Carl", email="carl@example.org")
    User.objects.filter(name="Carl").update(access_ends=datetime.date(2020, 1, 31))
    create_superuser()

    rows = mette.get(LIST).content.decode().split("<tbody>")[1].split("</tr>")[:-1]

    cells = [" ".join(_text(row).split()) for row in rows]
    assert cells == [
        "Amira amira@example.org Facilitator (Ungdommens Stemme) Until and including Thursday 31 December 2099 –",
        "Bo bo@example.org Coordinator Disabled –",
        "Carl carl@example.org Ended with Friday 31 January 2020 –",
        f"Mette {mette.user.email} Manager Without end {_last_login(mette.user)}",
        "Root root@example.org Administrator Without end –",
    ]


def _text(html: str) -> str:
    import re

    return re.sub(r"<[^>]*>", " ", html)


def _last_login(user) -> str:
    user.refresh_from_db()
    return moments.local(user.last_login).strftime("%a %-d %b %Y")


@pytest.mark.parametrize("people", [1, 30])
def test_list_costs_the_same_for_one_and_for_thirty(mette, people, django_assert_num_queries):
    for _person in range(people):
        create_user(role="facilitator", deliverer=create_deliverer())

    with django_assert_num_queries(5):
        answer = mette.get(LIST)

    assert len(answer.context["rows"]) == people + 1


# --- inviting ----------------------------------------------------------------------------------


def test_invitation_is_sent_and_said(mette):
    answer = mette.post(
        INVITE,
        {"email": "Anna@example.org", "name": "Anna", "roles": ["facilitators", "managers"]},
    )

    anna = User.objects.get(email="anna@example.org")
    assert (answer.status_code, answer.url) == (302, LIST)
    assert said(answer) == ["The invitation to anna@example.org is on its way."]
    assert sorted(anna.groups.values_list("name", flat=True)) == ["facilitators", "managers"]
    assert Notice.objects.get().recipient == "anna@example.org"
    assert Notice.objects.get().facts["invited_by"] == "Mette"


def test_external_deliverer_is_invited_until_a_day(mette):
    org = create_deliverer()

    mette.post(
        INVITE,
        {
            "email": "a@example.org",
            "name": "A",
            "deliverer": org.pk,
            "access_ends": NEXT_YEAR.isoformat(),
        },
    )

    anna = User.objects.get(email="a@example.org")
    assert (anna.deliverer, anna.access_ends) == (org, NEXT_YEAR)


@pytest.mark.parametrize(
    ("typed", "field", "error"),
    [
        ({"email": ""}, "email", "E-mail is missing. Write the person's e-mail address."),
        ({"email": "anna"}, "email", "E-mail is not an address. Write it as name@example.org."),
        ({"name": ""}, "name", "Name is missing. Write the person's name."),
        (
            {"access_ends": "31. feb"},
            "access_ends",
            "Last day with access is not a date. Write it as 2026-12-31.",
        ),
        (
            {"access_ends": "2020-01-01"},
            "access_ends",
            "Last day with access is over. Write today or a later date, or disable the person.",
        ),
        (
            {"email": "known@example.org"},
            "email",
            "known@example.org has been invited already. Open the person in the list instead.",
        ),
    ],
)
def test_form_comes_back_filled_in_and_names_field_fault_and_cure(mette, typed, field, error):
    create_user(email="known@example.org")
    filled = {"email": "a@example.org", "name": "Anna", "roles": ["coordinators"]}

    answer = mette.post(INVITE, filled | typed)

    page = answer.content.decode()
    shown = error.replace("'", "&#x27;")
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == [error]
    assert f'<a href="#id_{field}">{shown}</a>' in page
    assert f'id="id_{field}_error"' in page
    assert f'value="{(filled | typed)["name"]}"' in page or typed.get("name") == ""
    assert 'value="coordinators" class="form-checkbox" id="id_roles_1" checked' in page
    assert Notice.objects.count() == 0


def test_deliverer_without_last_day_is_told_at_the_date(mette):
    answer = mette.post(
        INVITE, {"email": "a@example.org", "name": "A", "deliverer": create_deliverer().pk}
    )

    assert answer.context["form"].errors["access_ends"] == [
        "Last day with access is missing. Write a date: external deliverers need one."
    ]


@pytest.mark.parametrize("smuggled", ["is_superuser", "is_staff", "is_active", "password"])
def test_fields_that_are_not_on_the_form_change_nothing(mette, smuggled):
    mette.post(INVITE, {"email": "a@example.org", "name": "A", smuggled: "on"})

    anna = User.objects.get(email="a@example.org")
    assert (anna.is_superuser, anna.is_staff, anna.is_active) == (False, False, True)
    assert anna.has_usable_password() is False


def test_every_input_has_a_label_and_its_help(mette):
    page = mette.get(INVITE).content.decode()

    for name in ("email", "name", "deliverer", "access_ends"):
        assert f'<label class="form-label" for="id_{name}">' in page
    assert "<legend" in page
    assert 'aria-describedby="id_access_ends_helptext"' in page
    assert 'id="id_access_ends_helptext"' in page


# --- one person --------------------------------------------------------------------------------


def test_access_is_saved(mette):
    anna = create_user(role="facilitator", name="Anna")

    answer = mette.post(
        page_of(anna), {"roles": ["coordinators"], "access_ends": NEXT_YEAR.isoformat()}
    )

    anna.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, LIST)
    assert said(answer) == ["The access of Anna is saved."]
    assert list(anna.groups.values_list("name", flat=True)) == ["coordinators"]
    assert anna.access_ends == NEXT_YEAR


def test_page_shows_what_is_known(mette):
    anna = create_user(role="facilitator", name="Anna", deliverer=create_deliverer(title="Org"))
    User.objects.filter(pk=anna.pk).update(access_ends=NEXT_YEAR)

    page = mette.get(page_of(anna)).content.decode()

    assert 'value="facilitators" class="form-checkbox" id="id_roles_0" checked' in page
    assert f'value="{NEXT_YEAR.isoformat()}"' in page
    assert [part in page for part in (anna.email, "Org", "Disable the access")] == [True] * 3


def test_last_role_can_be_unticked(mette):
    anna = create_user(role="facilitator")

    answer = mette.post(page_of(anna), {})

    assert answer.status_code == 302
    assert list(anna.groups.all()) == []


def test_refused_change_comes_back(mette):
    anna = create_user(role="facilitator")

    answer = mette.post(page_of(anna), {"roles": [], "access_ends": "2020-01-01"})

    assert answer.status_code == 422
    assert list(anna.groups.values_list("name", flat=True)) == ["facilitators"]


@pytest.mark.parametrize(
    ("active", "name", "message", "active_after"),
    [
        (True, "staff-disable", "Anna can no longer sign in.", False),
        (False, "staff-enable", "Anna can sign in again, by a code sent by e-mail.", True),
        (True, "staff-invite-again", "The invitation to anna@example.org is on its way.", True),
        (
            False,
            "staff-invite-again",
            "Anna may not sign in. Give access first, then send the invitation.",
            False,
        ),
    ],
)
def test_buttons_do_what_they_say(mette, active, name, message, active_after):
    anna = create_user(role="facilitator", name="Anna", email="anna@example.org")
    User.objects.filter(pk=anna.pk).update(is_active=active)

    answer = mette.post(page_of(anna, name))

    anna.refresh_from_db()
    assert (answer.status_code, answer.url) == (302, page_of(anna))
    assert said(answer) == [message]
    assert anna.is_active is active_after


@pytest.mark.parametrize("active", [True, False])
def test_page_offers_the_button_that_fits(mette, active):
    anna = create_user()
    User.objects.filter(pk=anna.pk).update(is_active=active)

    page = mette.get(page_of(anna)).content.decode()

    assert ("Disable the access" in page) is active
    assert ("Send the invitation again" in page) is active
    assert ("Give the access back" in page) is not active


def test_disabled_person_is_out_at_the_next_request(mette):
    anna = seat(create_user(role="coordinator"))
    before = anna.get("/manage/").status_code

    mette.post(page_of(anna.user, "staff-disable"))

    assert (before, anna.get("/manage/").status_code) == (200, 302)


def test_own_page_offers_nothing_to_press(mette):
    page = mette.get(page_of(mette.user)).content.decode().split("<main")[1].split("</main>")[0]

    assert "You cannot change this access" in page
    assert "<form" not in page


@pytest.mark.parametrize("name", ["staff-disable", "staff-enable"])
def test_own_access_is_not_changed_by_a_forged_form(mette, name):
    answer = mette.post(page_of(mette.user, name))

    mette.user.refresh_from_db()
    assert said(answer) == ["You cannot change your own access. Ask another manager to do it."]
    assert mette.user.is_active is True


def test_own_roles_are_not_changed_by_a_forged_form(mette):
    answer = mette.post(page_of(mette.user), {"roles": ["facilitators"]})

    assert answer.status_code == 422
    assert list(mette.user.groups.values_list("name", flat=True)) == ["managers"]


def test_administrator_is_not_changed_by_a_manager(mette):
    root = create_superuser()

    page = mette.get(page_of(root)).content.decode()
    answer = mette.post(page_of(root, "staff-disable"))

    root.refresh_from_db()
    assert "Disable the access" not in page
    assert said(answer) == [
        "Root is an administrator. Only an administrator can change that access."
    ]
    assert root.is_active is True


def test_views_only_call_the_actions(mette, monkeypatch):
    """A refusal of an action nobody has thought of still reaches the page."""
    from django.core.exceptions import ValidationError

    def refuse(*_given, **_named):
        raise ValidationError("Not now.", code="unheard_of")

    monkeypatch.setattr(staff, "update", refuse)
    anna = create_user()

    answer = mette.post(page_of(anna), {"roles": []})

    assert answer.status_code == 422
    assert answer.context["form"].non_field_errors() == ["Not now."]
    assert "<li>Not now.</li>" in answer.content.decode()

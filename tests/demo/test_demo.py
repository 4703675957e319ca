"""The demo data: whole, true, in every state, once only, and nobody real can be written to."""

from __future__ import annotations

import datetime

import pytest
import time_machine
from django.apps import apps
from django.db import connection, models
from django.urls import reverse
from django.utils import timezone

from attendance.models import Answer, Headcount, Register
from booking.models import Booking, Contact, Errand, Mailbox, Party
from booking.states import BookingState, OverReason
from config import up
from demo import load, sources
from demo.plans import rounded
from goals.models import Decision, PlanVersion, Snapshot, StatedTotal, StatusReport
from goals.reports.annual import annual_report, digest
from notifications.models import Notice
from tests import commands
from tests.factories import local
from tests.house_rules import forbidden_words
from tests.random_files import undone
from workshops import telephones
from workshops.models import Audience, Mark, SchoolVersion, Session, Tick, User, Workshop

NOW = local(2026, 11, 22, 11)
RESERVED = (".example", ".test", ".invalid")


@pytest.fixture(scope="module")
def whole(django_db_setup, django_db_blocker):
    """The demo as it looks on a Sunday in November, loaded once; every test looks at the same."""
    with django_db_blocker.unblock(), undone(), time_machine.travel(NOW, tick=False):
        yield commands.done("demo")


@pytest.fixture
def loaded(whole, db):
    with time_machine.travel(NOW, tick=False):
        yield whole


def version(year):
    return PlanVersion.objects.whole().get(plan__code="trivsel", year=year)


def contents():
    """Every row of every table of ours."""
    ours = [
        model
        for name in ("goals", "attendance", "booking", "workshops", "notifications")
        for model in apps.get_app_config(name).get_models()
    ]
    rows = {model: list(model._default_manager.order_by("pk").values()) for model in ours}
    assert sum(map(len, rows.values())) > 3000
    return rows


# --- once ---------------------------------------------------------------------------------------


def test_demo_prints_a_sign_in_for_each_role_that_works(loaded, client):
    staff = sources.read("people")["staff"]
    assert [person["key"] for person in staff] == [
        "facilitator",
        "external",
        "coordinator",
        "coordinator2",
        "manager",
        "administrator",
    ]
    for row in load.sign_ins():
        assert f"{row.email} " in loaded
        assert row.password in loaded
        assert client.login(email=row.email, password=row.password)
        user = User.objects.get(email=row.email)
        assert user.has_access(timezone.localdate())
    roles = {
        person["key"]: [
            group.name for group in User.objects.get(email=person["email"]).groups.all()
        ]
        for person in staff
    }
    assert roles == {person["key"]: person["roles"] for person in staff}
    assert User.objects.get(is_superuser=True).email == "administrator@fremmoede.example"


def test_sign_in_of_the_demo_works_on_the_page(loaded, client):
    row = load.sign_ins()[4]

    answer = client.post(reverse("account_login"), {"login": row.email, "password": row.password})

    assert (answer.status_code, answer["Location"]) == (302, reverse("manage:start"))


def test_second_run_changes_nothing_and_asks_little(loaded, django_assert_max_num_queries):
    before = commands.tables()

    with django_assert_max_num_queries(10):
        again = commands.done("demo")

    assert commands.tables() == before
    assert load.sign_ins()[0].email in again


# --- true ---------------------------------------------------------------------------------------


def test_every_row_would_pass_its_own_checks(loaded):
    for model in (Session, Booking, Party, Headcount, Register, Contact, Errand, Answer):
        keys = [field.name for field in model._meta.fields if field.is_relation]
        for row in model._default_manager.all():
            row.clean_fields(exclude=["label", "request_digest", *keys])
    connection.check_constraints()  # every key at once


def test_seats_and_states_leave_a_trail(loaded):
    for booking in Booking.objects.prefetch_related("transitions"):
        assert [move.target for move in booking.transitions.all()][-1] == booking.state
        assert booking.transitions.all()[0].origin == ""
    assert not Booking.objects.filter(parties__isnull=True).exists()


def test_nothing_waits_for_the_aggregation_and_the_page_can_say_when(loaded):
    assert Mark.objects.count() == 0
    assert Tick.objects.get().job == "aggregate_everything"
    assert Snapshot.objects.count() == 26


# --- something of everything --------------------------------------------------------------------


def test_every_state_of_a_booking_is_there(loaded):
    assert set(Booking.objects.values_list("state", flat=True)) == set(BookingState.values)
    reasons = set(Booking.objects.exclude(over_reason="").values_list("over_reason", flat=True))
    assert reasons == {
        OverReason.BY_BOOKER,
        OverReason.BY_ORGANISER,
        OverReason.DEADLINE,
        OverReason.DECLINED,
    }


def test_pending_ones_wait_for_a_mailbox_and_for_a_coordinator(loaded):
    pending = Booking.objects.filter(state=BookingState.PENDING)

    assert pending.filter(session__workshop__needs_approval=True).count() >= 1
    assert pending.filter(session__workshop__needs_approval=False).count() == 2
    assert all(booking.expires_at > NOW + datetime.timedelta(days=1) for booking in pending)


def test_every_life_of_a_count_is_there(loaded):
    registers = set(Register.objects.values_list("state", "held"))
    assert registers == {
        ("in_progress", None),
        ("submitted", True),
        ("approved", True),
        ("approved", False),
    }
    verdicts = set(Headcount.objects.values_list("verdict", "outcome"))
    assert verdicts == {
        ("", "came"),
        ("approved", "came"),
        ("approved", "no_show"),
        ("rejected", "came"),
    }
    ended = Session.objects.filter(ends__lt=NOW).exclude(state__in=Session.OVER)
    assert 2 <= ended.filter(register__isnull=True).count() <= 6
    by_party = [
        list(party.headcounts.order_by("pk").values_list("verdict", flat=True))
        for party in Party.objects.annotate(n=models.Count("headcounts")).filter(n=2)
    ]
    assert sorted({tuple(verdicts) for verdicts in by_party}) == [
        ("approved", ""),
        ("approved", "approved"),
        ("rejected", ""),
    ]


def test_the_three_zeros_differ(loaded):
    zeros = Headcount.objects.filter(present=0)

    assert zeros.filter(outcome="no_show", party__session__register__held=False).exists()
    assert zeros.filter(outcome="came", party__session__register__held=True).exists()
    assert Party.objects.filter(session__ends__lt=NOW, headcounts__isnull=True).exists()


def test_catalogue_has_something_for_everybody_in_both_languages(loaded):
    published = Workshop.objects.published()

    assert published.count() == 8
    assert set(published.values_list("audience", flat=True)) == set(Audience.values)
    assert set(Workshop.objects.values_list("state", flat=True)) == {"draft", "paused", "published"}
    for workshop in published:
        for name in ("title", "summary", "description"):
            assert getattr(workshop, name)
            assert getattr(workshop, f"{name}_en")
        assert 3 <= len(workshop.description.split("\n\n")) <= 5
        assert len(workshop.description.split("\n\n")) == len(workshop.description_en.split("\n\n"))
        assert bool(workshop.preparation) == bool(workshop.preparation_en)
        assert bool(workshop.school_provides) == bool(workshop.school_provides_en)


def test_sessions_to_come_are_full_nearly_full_free_drafts_cancelled_and_english(loaded):
    coming = Session.objects.filter(starts__gt=NOW)
    still_open = list(coming.filter(state=Session.State.OPEN))

    assert set(coming.values_list("state", flat=True)) == {"open", "closed", "draft", "cancelled"}
    assert coming.filter(language="en").exclude(state="draft").exists()
    left = [session.seats_left for session in still_open]
    assert left.count(0) >= 3
    assert sum(0 < seats <= 6 for seats in left) >= 3
    assert sum(seats >= 20 for seats in left) >= 10
    assert any(session.venue is None for session in still_open)
    assert coming.last().starts < NOW + datetime.timedelta(days=126)


def test_letters_are_few_and_to_nobody(loaded):
    letters = list(Notice.objects.all())

    assert 1 <= len(letters) <= 12
    assert {letter.state for letter in letters} == {"queued"}


def test_errands_come_from_schools_without_a_mailbox(loaded):
    assert Errand.objects.filter(done_at__isnull=True).exists()
    for errand in Errand.objects.all():
        assert errand.school.version_on(NOW.date()).email == ""


def test_contacts_are_only_of_bookings_that_would_still_have_one(loaded):
    assert Contact.objects.exists()
    assert not Contact.objects.filter(expires_on__lt=NOW.date()).exists()
    assert Booking.objects.filter(contact__isnull=True).exists()


# --- goals --------------------------------------------------------------------------------------


def test_one_stated_total_is_approved_and_one_waits(loaded):
    this_year = StatedTotal.objects.filter(date__year=NOW.year)

    assert this_year.exclude(approved_by_key="").exists()
    assert this_year.filter(approved_by_key="").exists()


def test_last_year_is_decided_and_published(loaded):
    report = StatusReport.objects.get()
    frozen = version(2025)

    assert report.version == frozen
    assert Decision.objects.count() == frozen.goals.count() == 7
    content = annual_report(frozen).content
    assert content == report.content
    assert content["level"] == "published"
    assert content["digest"] == digest({k: v for k, v in content.items() if k != "digest"})
    assert all(goal["decided"] for goal in content["goals"].values())


@pytest.mark.parametrize(
    ("value", "up", "target"),
    [
        (0, False, 1),
        (0, True, 1),
        (7.9, False, 7),
        (7.1, True, 8),
        (44, False, 40),
        (44, True, 45),
        (245, False, 240),
        (245, True, 250),
        (2349, False, 2300),
        (2300, True, 2300),
    ],
)
def test_targets_are_round_numbers(value, up, target):
    assert rounded(value, up=up) == target


# --- nobody real --------------------------------------------------------------------------------


def test_no_address_can_be_delivered(loaded):
    addresses = {
        *User.objects.values_list("email", flat=True),
        *Contact.objects.values_list("email", flat=True),
        *Notice.objects.values_list("recipient", flat=True),
        *SchoolVersion.objects.exclude(email="").values_list("email", flat=True),
    }

    assert len(addresses) > 100
    assert [address for address in addresses if not address.endswith(RESERVED)] == []


def test_no_other_column_holds_an_address_or_a_site(loaded):
    """Whatever stands in any text column of ours."""
    for model, rows in contents().items():
        for row in rows:
            for name, value in row.items():
                if isinstance(value, str) and "@" in value and model is not Notice:
                    assert value.endswith(RESERVED), (model, name, value)
    assert set(SchoolVersion.objects.values_list("website", "phone")) == {("", "")}


def test_numbers_of_guests_pass_our_own_form_and_are_nobodys(loaded):
    numbers = set(Contact.objects.exclude(mobile="").values_list("mobile", flat=True))

    assert len(numbers) > 20
    assert {telephones.understood(number, name="") for number in numbers} == numbers
    assert {number[:5] for number in numbers} == {"+4580"}  # costs nothing, and is no one's pocket
    assert telephones.understood(up.DEMO_TOWN["BRAND_PHONE"], name="") == "+4580001234"


def test_schools_are_an_extract_whose_source_is_named():
    lines = sources.SCHOOLS.read_text("utf-8").splitlines()
    provenance = (sources.FOLDER / "PROVENANCE.md").read_text("utf-8")

    assert len(lines) == 70
    assert "INST_LEDER" not in lines[0]
    assert "Kilde" in provenance or "Source: Institutionsregisteret" in provenance
    assert sum(";;" in line[1:] for line in lines) == 6


def test_files_of_the_demo_are_neutral():
    for file in sources.FOLDER.iterdir():
        assert forbidden_words(file.read_text("utf-8")) == [], file


@pytest.mark.parametrize("words", ["bekræftelsen", "confirmation"])
def test_workshops_promise_nothing_with_the_confirmation(words):
    """The letter has the texts of the workshop and nothing else."""
    assert words not in (sources.FOLDER / "catalogue.json").read_text("utf-8")


def test_mailboxes_are_known_of_those_who_have_confirmed(loaded):
    assert Mailbox.objects.count() > 50
    assert {len(key) for key in Mailbox.objects.values_list("key", flat=True)} == {64}

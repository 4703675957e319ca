"""Workshops are written, edited, published, paused and put away by these verbs alone."""

from __future__ import annotations

import datetime

import pytest
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.utils import timezone

from tests.factories import create_session, create_user, create_workshop
from workshops.actions import catalogue, publishing
from workshops.actions.catalogue import Facts, Texts
from workshops.models import Mark, Workshop

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english")]
PUPILS = "elever"


def facts(title="Demokrati", **changed) -> Facts:
    return Facts(title=title, audience=PUPILS, **changed)


def refused(code, verb, *args, **kwargs) -> str:
    """What a refusal with this code says."""
    with pytest.raises(ValidationError) as refusal:
        verb(*args, **kwargs)
    assert refusal.value.code == code
    return " ".join(refusal.value.messages)


def written(title="Demokrati") -> Workshop:
    """A draft that can be published."""
    workshop = catalogue.create(facts(title), by=None)
    texts = Texts(summary="Kort.", description="Lang.")
    return catalogue.update(workshop, texts, revision=0, by=None)


def history(row) -> list[tuple[str, str]]:
    entries = LogEntry.objects.filter(object_id=str(row.pk)).order_by("pk")
    return [(entry.user.name, entry.change_message) for entry in entries]


# --- create ------------------------------------------------------------------------------------


def test_workshop_begins_as_a_draft_and_says_who_wrote_it():
    bo = create_user(name="Bo")

    workshop = catalogue.create(facts(" Demokrati og uenighed "), by=bo)

    workshop.refresh_from_db()
    assert (workshop.title, workshop.state) == ("Demokrati og uenighed", "draft")
    assert (workshop.published_at, workshop.revision) == (None, 0)
    assert history(workshop) == [("Bo", "created")]


def test_the_system_leaves_no_name():
    workshop = catalogue.create(facts(), by=None)

    assert history(workshop) == []


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Demokrati og uenighed", "demokrati-og-uenighed"),
        ("Æbler, øl & åbenhed!", "aebler-oel-aabenhed"),
        ("Café", "cafe"),
        ("我们", "workshop"),
        ("---", "workshop"),
        ("a" * 200, "a" * 70),
        ("new", "new"),
    ],
)
def test_address_is_made_of_the_title(title, slug):
    assert catalogue.create(facts(title), by=None).slug == slug


def test_addresses_never_meet():
    titles = ["Café", "Cafe", "cafe!", "Cafe 2"]

    slugs = [catalogue.create(facts(title), by=None).slug for title in titles]

    assert slugs == ["cafe", "cafe-2", "cafe-3", "cafe-2-2"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"title": " "}, "title_missing"),
        ({"title": "demokrati  OG"}, "title_taken"),
        ({"title": "010190-1234"}, "looks_like_cpr"),
        ({"title_en": "Call 0101901234"}, "looks_like_cpr"),
        ({"grade_from": 11}, "grade_out_of_range"),
        ({"grade_to": -1}, "grade_out_of_range"),
        ({"grade_from": 8, "grade_to": 7}, "grades_out_of_order"),
        ({"minutes": 0}, "minutes_out_of_range"),
        ({"minutes": 601}, "minutes_out_of_range"),
    ],
)
def test_facts_that_no_workshop_has_are_refused(changed, code):
    create_workshop(title="Demokrati og")
    other = catalogue.create(facts("Andet"), by=None)

    said = refused(
        code, catalogue.create, Facts(**({"title": "X", "audience": PUPILS} | changed)), by=None
    )
    refused(
        code,
        catalogue.update,
        other,
        Facts(**({"title": "Andet", "audience": PUPILS} | changed)),
        revision=0,
        by=None,
    )

    assert "0101" not in said
    assert Workshop.objects.count() == 2
    assert Workshop.objects.get(pk=other.pk).revision == 0


# --- update ------------------------------------------------------------------------------------


def test_edit_saves_over_the_revision_it_was_opened_with():
    workshop, bo = catalogue.create(facts(), by=None), create_user(name="Bo")

    saved = catalogue.update(workshop, facts("Nyt", minutes=60), revision=0, by=bo)

    assert (saved.title, saved.minutes, saved.revision) == ("Nyt", 60, 1)
    assert history(workshop) == [("Bo", "edited")]


@pytest.mark.parametrize("revision", [-1, 0, 2, 10**9])
def test_edit_over_another_revision_is_refused(revision):
    workshop = written()

    refused(
        "changed_meanwhile", catalogue.update, workshop, facts("Nyt"), revision=revision, by=None
    )

    workshop.refresh_from_db()
    assert (workshop.title, workshop.revision) == ("Demokrati", 1)


def test_address_follows_the_title_until_it_was_published():
    workshop = written()
    catalogue.update(workshop, facts("Uenighed"), revision=1, by=None)
    assert Workshop.objects.get().slug == "uenighed"

    publishing.publish(workshop, by=None)
    publishing.pause(workshop, by=None)
    catalogue.update(workshop, facts("Noget tredje"), revision=2, by=None)

    assert (Workshop.objects.get().title, Workshop.objects.get().slug) == (
        "Noget tredje",
        "uenighed",
    )


def test_address_stays_when_the_title_does():
    workshop = catalogue.create(facts(), by=None)

    catalogue.update(workshop, facts(minutes=45), revision=0, by=None)

    assert Workshop.objects.get().slug == "demokrati"


def test_new_title_leaves_a_mark_since_measures_name_it():
    workshop = catalogue.create(facts("Demokrati"), by=None)
    catalogue.update(workshop, facts("DEMOKRATI", minutes=45), revision=0, by=None)
    assert not Mark.objects.exists()

    catalogue.update(workshop, facts("Uenighed"), revision=1, by=None)

    assert list(Mark.objects.values_list("session", "reason")) == [(None, "workshop title")]


def test_own_title_is_not_taken():
    workshop = catalogue.create(facts("Demokrati"), by=None)

    assert catalogue.update(workshop, facts("demokrati"), revision=0, by=None).title == "demokrati"


def test_title_taken_in_the_moment_of_saving_is_refused(monkeypatch):
    """The check has seen nothing; the unique index has."""
    create_workshop(title="Uenighed")
    workshop = catalogue.create(facts(), by=None)
    monkeypatch.setattr(catalogue, "_check_title", lambda *_args, **_kwargs: None)

    refused("title_taken", catalogue.update, workshop, facts("Uenighed"), revision=0, by=None)
    refused("title_taken", catalogue.create, facts("uenighed"), by=None)

    assert Workshop.objects.get(pk=workshop.pk).title == "Demokrati"


def test_audience_is_fixed_by_the_first_session():
    workshop = catalogue.create(facts(), by=None)
    parents = Facts(title="Demokrati", audience="forældre")
    catalogue.update(workshop, parents, revision=0, by=None)
    create_session(workshop=workshop, audience="forældre")
    workshop.refresh_from_db()

    refused("audience_fixed", catalogue.update, workshop, facts(), revision=1, by=None)

    catalogue.update(workshop, parents, revision=1, by=None)
    assert Workshop.objects.get().audience == "forældre"


def test_texts_are_stored_in_one_form():
    workshop = catalogue.create(facts(), by=None)

    catalogue.update(workshop, Texts(summary=" A\u030a ben \n"), revision=0, by=None)

    assert Workshop.objects.get().summary == "Å ben"


# --- publish, pause, archive -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "lacking"),
    [
        (Texts(), "summary, description"),
        (Texts(summary="Kort."), "description"),
        (Texts(description="Lang.", summary="  "), "summary"),
        (Texts(summary_en="Short.", description_en="Long."), "summary, description"),
    ],
)
def test_publishing_names_what_lacks(texts, lacking):
    workshop = catalogue.create(facts(), by=None)
    catalogue.update(workshop, texts, revision=0, by=None)

    said = refused("not_ready", publishing.publish, workshop, by=None)

    assert said == f"The workshop cannot be published yet. Write this first: {lacking}."
    assert Workshop.objects.get().state == "draft"


def test_time_of_the_first_publishing_stays():
    workshop, bo = written(), create_user(name="Bo")
    first = timezone.now() - datetime.timedelta(days=9)

    publishing.publish(workshop, by=bo, now=first)
    publishing.pause(workshop, by=bo)
    publishing.publish(workshop, by=bo)
    again = publishing.publish(workshop, by=bo)

    assert (again.state, again.published_at) == ("published", first)
    assert [said for _name, said in history(workshop)] == ["published", "paused", "published"]


def test_publishing_is_no_edit():
    workshop = written()

    assert publishing.publish(workshop, by=None).revision == 1


@pytest.mark.parametrize("state", ["draft", "archived"])
def test_only_a_published_workshop_is_paused(state):
    workshop = create_workshop(state=state)

    refused("not_published", publishing.pause, workshop, by=None)

    assert Workshop.objects.get().state == state


@pytest.mark.parametrize("state", ["draft", "published", "paused", "archived"])
def test_workshop_is_archived_from_every_state_and_comes_back(state):
    workshop = create_workshop(state=state)
    Workshop.objects.update(summary="Kort.", description="Lang.")

    assert publishing.archive(workshop, by=None).state == "archived"
    assert publishing.publish(workshop, by=None).state == "published"


def test_sessions_to_come_keep_a_workshop_from_the_archive():
    workshop = create_workshop()
    for state in ("draft", "open", "closed", "cancelled", "withdrawn"):
        create_session(workshop=workshop, state=state)
    past = timezone.now() - datetime.timedelta(days=3)
    create_session(workshop=workshop, starts=past)

    said = refused("sessions_ahead", publishing.archive, workshop, by=None)

    assert "(3)" in said
    workshop.sessions.filter(starts__gt=timezone.now()).update(
        state="cancelled", over_at=timezone.now()
    )
    assert publishing.archive(workshop, by=None).state == "archived"


def test_missing_lists_everything_in_order():
    assert publishing.missing(Workshop(title="", audience="")) == [
        "title",
        "summary",
        "description",
        "audience",
    ]

"""The pages on which workshops are written, published and put away, for each of the cast."""

from __future__ import annotations

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from tests.factories import create_session, create_topic, create_workshop
from workshops.models import Workshop

NEW = "/manage/workshops/new/"
PAGES = ("workshop-edit", "workshop-texts", "workshop-preview")
POSTS = {
    "workshop-publish": "published",
    "workshop-pause": "paused",
    "workshop-archive": "archived",
}


def page_of(workshop, name="workshop-edit") -> str:
    return reverse(f"manage:{name}", args=[workshop.pk])


def said(answer) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def facts(workshop=None, **changed) -> dict[str, object]:
    """What the form about a workshop sends."""
    sent = {
        "title": workshop.title if workshop else "Demokrati og uenighed",
        "title_en": "",
        "audience": "elever",
        "topic": "",
        "grade_from": "7",
        "grade_to": "9",
        "minutes": "90",
        "revision": workshop.revision if workshop else "",
    }
    return sent | changed


def texts(workshop, **changed) -> dict[str, object]:
    return {"summary": "Kort.", "description": "Lang.", "revision": workshop.revision} | changed


def draft(**texts_of) -> Workshop:
    workshop = create_workshop(state="draft", title="Demokrati")
    for name, text in texts_of.items():
        setattr(workshop, name, text)
    workshop.save()
    return workshop


# --- who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "state"), POSTS.items())
def test_buttons_move_a_workshop_on(bo, name, state):
    workshop = draft(summary="Kort.", description="Lang.")
    if name == "workshop-pause":
        bo.post(page_of(workshop, "workshop-publish"))

    assert bo.post(page_of(workshop, name)).status_code == 302

    workshop.refresh_from_db()
    assert workshop.state == state


@pytest.mark.parametrize("name", POSTS)
def test_looking_at_a_button_changes_nothing(bo, name):
    workshop = draft(summary="Kort.", description="Lang.")

    answer = bo.get(page_of(workshop, name))

    workshop.refresh_from_db()
    assert (answer.status_code, workshop.state) == (405, "draft")


@pytest.mark.parametrize("name", [*PAGES, *POSTS])
def test_workshop_that_does_not_exist_is_not_found(bo, name):
    address = reverse(f"manage:{name}", args=[10**9])

    assert (bo.post if name in POSTS else bo.get)(address).status_code == 404


# --- writing -----------------------------------------------------------------------------------


def test_workshop_is_written_with_an_address_of_its_title(bo):
    topic = create_topic(title="Demokrati")

    answer = bo.post(NEW, facts(topic=topic.pk, title_en="Democracy", needs_approval="on"))

    workshop = Workshop.objects.get()
    assert answer.url == page_of(workshop, "workshop-texts")
    assert said(answer) == ["The workshop is saved as a draft. Now write its texts."]
    assert (workshop.state, workshop.slug) == ("draft", "demokrati-og-uenighed")
    assert (workshop.title, workshop.title_en) == ("Demokrati og uenighed", "Democracy")
    assert (workshop.topic, workshop.minutes, workshop.needs_approval) == (topic, 90, True)
    assert (workshop.grade_from, workshop.grade_to, workshop.audience) == (7, 9, "elever")


def test_form_says_what_to_mend(bo):
    answer = bo.post(NEW, facts(title=" ", audience="", grade_from="syv", minutes="halvanden"))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "title": ["Title in Danish is missing. Write what the workshop is called."],
        "audience": ["Who it is for is missing. Choose one."],
        "grade_from": ["A grade is a number. Write it as a number from 0 to 10, for example 7."],
        "minutes": ["Length in minutes is not a number. Write it as for example 90."],
    }
    assert "<title>Error: New workshop" in answer.content.decode()
    assert not Workshop.objects.exists()


def test_refusal_stands_at_the_field_that_cures_it(bo):
    create_workshop(title="Demokrati og uenighed")

    answer = bo.post(NEW, facts(title="demokrati OG  uenighed"))

    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "title": [
            "There is a workshop called demokrati OG  uenighed already. Choose another title."
        ]
    }


def test_texts_are_written_side_by_side(bo):
    workshop = create_workshop(state="draft")

    answer = bo.post(
        page_of(workshop, "workshop-texts"),
        texts(workshop, summary_en="Short.", preparation="Læs.", school_provides_en="A room."),
    )

    workshop.refresh_from_db()
    assert answer.url == page_of(workshop, "workshop-texts")
    assert (workshop.summary, workshop.summary_en) == ("Kort.", "Short.")
    assert (workshop.description, workshop.description_en) == ("Lang.", "")
    assert (workshop.preparation, workshop.school_provides_en) == ("Læs.", "A room.")
    assert workshop.revision == 1
    shown = bo.get(page_of(workshop, "workshop-texts")).content.decode()
    assert shown.index("Summary in Danish") < shown.index("Summary in English")
    assert shown.index("Summary in English") < shown.index("Description in Danish")


@pytest.mark.parametrize(
    "rubbish", ["\x00", "<script>alert(1)</script>", "x" * 301, "’;--", "𝔘" * 9]
)
def test_rubbish_is_refused_or_shown_as_text(bo, rubbish):
    workshop = create_workshop(state="draft")

    answer = bo.post(page_of(workshop, "workshop-texts"), texts(workshop, summary=rubbish))

    assert answer.status_code in {302, 422}
    workshop.refresh_from_db()
    assert workshop.summary in {"", rubbish}
    assert "<script>alert" not in bo.get(page_of(workshop, "workshop-preview")).content.decode()


@pytest.mark.parametrize("revision", ["", "-1", "zero", "9" * 30, "1.5"])
def test_lost_revision_never_saves(bo, revision):
    workshop = create_workshop(title="Før")

    answer = bo.post(page_of(workshop), facts(workshop, title="Efter", revision=revision))

    workshop.refresh_from_db()
    assert answer.status_code in {409, 422}
    assert workshop.title == "Før"


# --- two at once -------------------------------------------------------------------------------


def test_later_save_shows_both_versions_and_changes_nothing(bo):
    workshop = create_workshop(title="Før")
    bo.post(page_of(workshop), facts(workshop, title="Først", minutes="60"))

    answer = bo.post(page_of(workshop), facts(workshop, title="Sidst", minutes="90"))

    workshop.refresh_from_db()
    assert (answer.status_code, workshop.title, workshop.minutes) == (409, "Først", 60)
    rows = [(row.label, row.theirs, row.mine) for row in answer.context["differences"]]
    assert rows == [("Title in Danish", "Først", "Sidst"), ("Length in minutes", "60", "90")]
    shown = answer.content.decode()
    assert "Save mine over theirs" in shown
    assert 'value="Sidst"' in shown
    assert f'name="revision" value="{workshop.revision}"' in shown


def test_second_click_is_saved_and_nobody_else(bo):
    workshop = create_workshop(title="Før")
    sent = facts(workshop, title="Efter")

    first, second = (bo.post(page_of(workshop), sent) for _click in range(2))

    workshop.refresh_from_db()
    assert (first.status_code, second.status_code, second.url) == (302, 302, page_of(workshop))
    assert (workshop.title, workshop.revision) == ("Efter", 1)


def test_mine_is_saved_over_theirs_knowingly(bo):
    workshop = create_workshop(title="Før")
    bo.post(page_of(workshop), facts(workshop, title="Først"))
    shown = bo.post(page_of(workshop), facts(workshop, title="Sidst"))

    answer = bo.post(page_of(workshop), shown.context["form"].data.dict())

    workshop.refresh_from_db()
    assert (answer.status_code, workshop.title, workshop.revision) == (302, "Sidst", 2)


def test_texts_saved_meanwhile_stop_the_other_page_too(bo):
    workshop = create_workshop()
    bo.post(page_of(workshop, "workshop-texts"), texts(workshop))

    answer = bo.post(page_of(workshop), facts(workshop))

    assert answer.status_code == 409
    assert [row.label for row in answer.context["differences"]] == [
        "From grade",
        "To grade",
        "Length in minutes",
    ]


# --- publishing --------------------------------------------------------------------------------


def test_workshop_is_published_when_nothing_lacks(bo):
    workshop = draft(summary="Kort.", description="Lang.")

    answer = bo.post(page_of(workshop, "workshop-publish"))

    workshop.refresh_from_db()
    assert answer.url == page_of(workshop)
    assert said(answer) == ["The workshop is in the catalogue now."]
    assert workshop.state == "published"
    assert workshop.published_at is not None
    assert f'href="/workshops/{workshop.slug}/"' in bo.get(page_of(workshop)).content.decode()


def test_refusal_to_publish_names_what_lacks(bo):
    workshop = draft()

    answer = bo.post(page_of(workshop, "workshop-publish"))

    workshop.refresh_from_db()
    assert workshop.state == "draft"
    assert said(answer) == [
        "The workshop cannot be published yet. Write this first: summary, description."
    ]
    shown = bo.get(page_of(workshop)).content.decode()
    assert "Before you can publish the workshop, write this: summary, description." in shown


def test_refusal_to_archive_tells_how_many_sessions_are_ahead(bo):
    workshop = create_workshop()
    create_session(workshop=workshop)

    answer = bo.post(page_of(workshop, "workshop-archive"))

    workshop.refresh_from_db()
    assert workshop.state == "published"
    assert said(answer) == [
        "The workshop has sessions to come (1). Hold or cancel them first, then archive it."
    ]


def test_preview_shows_a_draft_in_both_languages(bo):
    workshop = draft(summary="Kort.", summary_en="Short.", description="Et\n\nTo")

    shown = bo.get(page_of(workshop, "workshop-preview")).content.decode()

    assert "<p>Kort.</p>" in shown
    assert "<p>Short.</p>" in shown
    assert "<p>To</p>" in shown


# --- queries -----------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 30])
@pytest.mark.parametrize(("name", "queries"), [("workshop-edit", 5), ("workshop-texts", 4)])
def test_form_asks_as_much_for_30_topics_as_for_one(
    bo, number, name, queries, django_assert_num_queries
):
    workshop = create_workshop()
    for _ in range(number):
        create_topic()
        create_workshop()
    bo.get(page_of(workshop, name))

    with django_assert_num_queries(queries):
        bo.get(page_of(workshop, name))

"""Forms of every app: the look, what points to what, and what an error leads to."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation

from workshops.rendering import BoundField, Renderer


class Every(forms.Form):
    """One field of each kind."""

    use_required_attribute = False

    name = forms.CharField(
        label="Name",
        help_text="As on the door",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Name is missing. Write your name."},
    )
    pupils = forms.IntegerField(
        label="Pupils",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "data-stepper": ""}),
        error_messages={"invalid": "Pupils is not a number. Write 24."},
    )
    grade = forms.ChoiceField(label="Grade", choices=[("", "Choose"), ("7", "7")])
    kind = forms.ChoiceField(
        label="Kind", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, help_text="One"
    )
    needs = forms.MultipleChoiceField(
        label="Needs",
        choices=[("x", "X"), ("y", "Y")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    ready = forms.BooleanField(label="Ready", help_text="All of it")
    note = forms.CharField(label="Note", widget=forms.Textarea, required=False)
    key = forms.CharField(widget=forms.HiddenInput)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


@pytest.fixture
def empty() -> str:
    return str(Every())


@pytest.fixture
def refused() -> str:
    return str(Every({"pupils": "many", "key": "k"}))


def tag(html: str, element: str, name: str) -> str:
    found = re.search(rf'<{element}\b[^>]*name="{name}"[^>]*>', html)
    assert found, name
    return found.group()


def test_renderer_is_the_one_of_every_form():
    assert isinstance(Every().renderer, Renderer)
    assert isinstance(Every()["name"], BoundField)


@pytest.mark.parametrize(
    ("element", "name", "css"),
    [
        ("input", "name", "form-input"),
        ("input", "pupils", "form-input"),
        ("select", "grade", "form-select"),
        ("input", "kind", "form-radio"),
        ("input", "needs", "form-checkbox"),
        ("input", "ready", "form-checkbox"),
        ("textarea", "note", "form-input"),
    ],
)
def test_every_kind_has_the_class_of_the_design_system(empty, element, name, css):
    assert f'class="{css}"' in tag(empty, element, name)


def test_hidden_field_is_bare(empty):
    assert "class" not in tag(empty, "input", "key")
    assert 'for="id_key"' not in empty


def test_class_that_a_form_gives_is_kept_beside_ours():
    class Own(forms.Form):
        short = forms.CharField(widget=forms.TextInput(attrs={"class": "input-char-4"}))

    assert 'class="input-char-4 form-input"' in str(Own())


def test_every_visible_field_is_labelled(empty):
    for name in ("name", "pupils", "grade", "ready", "note"):
        assert f'<label class="form-label" for="id_{name}">' in empty
    assert empty.count("<legend") == 2
    for name, count in (("kind", 2), ("needs", 2)):
        for number in range(count):
            assert f'for="id_{name}_{number}"' in empty


def test_only_what_is_optional_is_marked(empty):
    marked = [
        part.split("<")[0] for part in empty.split("form-label")[1:] if "(optional)" in part[:120]
    ]

    assert empty.count("(optional)") == 2
    assert [text.split(">")[1].strip() for text in marked] == ["Needs", "Note"]
    assert "*" not in re.sub(r"<[^>]+>", "", empty)
    assert " required" not in empty


def test_help_is_tied_to_its_field(empty):
    assert 'aria-describedby="id_name_helptext"' in tag(empty, "input", "name")
    assert 'id="id_name_helptext">As on the door' in empty
    assert re.search(r'<fieldset[^>]*aria-describedby="id_kind_helptext"', empty)
    assert "aria-describedby" not in tag(empty, "input", "kind")


def test_empty_form_shows_no_error(empty):
    assert "alert-error" not in empty
    assert "aria-invalid" not in empty


def test_summary_has_a_link_for_every_error_with_the_words_of_its_field(refused):
    summary = refused.split("</ul>")[0]
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary)

    form = Every({"pupils": "many", "key": "k"})
    errors = [error for field in form.visible_fields() for error in field.errors]
    assert [text for _aim, text in links] == errors
    assert len(links) == 5
    for aim, _text in links:
        assert f'id="{aim}"' in refused.split("</ul>", 1)[1]
    for error in errors:
        assert refused.count(error) == 2 * errors.count(error)


def test_error_of_a_group_leads_to_its_first_choice(refused):
    assert '<a href="#id_kind_0">' in refused
    assert '<a href="#id_ready">' in refused


def test_summary_takes_the_focus(refused):
    opening = re.search(r"<div class=\"alert alert-error[^>]*>", refused).group()

    assert 'tabindex="-1"' in opening
    assert "data-focus" in opening
    assert 'role="alert"' in opening


def test_field_at_fault_says_so_to_everybody(refused):
    field = tag(refused, "input", "name")

    assert 'aria-invalid="true"' in field
    assert 'aria-describedby="id_name_helptext id_name_error"' in field
    assert '<div class="form-error-message" id="id_name_error">' in refused
    assert '<span class="sr-only">Error:</span>' in refused


def test_what_was_typed_stays(refused):
    assert 'value="many"' in tag(refused, "input", "pupils")


def test_stepper_has_named_buttons_that_wait_for_a_script(empty):
    buttons = re.findall(r"<button[^>]*data-step[^>]*>", empty)

    assert [re.search(r'aria-label="([^"]+)"', button).group(1) for button in buttons] == [
        "One fewer: Pupils",
        "One more: Pupils",
    ]
    assert all(" hidden " in button and 'type="button"' in button for button in buttons)


def test_error_of_the_whole_form_and_of_a_hidden_field_is_in_the_summary():
    form = Every({})
    form.add_error(None, "The date is gone.")

    html = str(form)

    assert "<li>The date is gone.</li>" in html
    assert form.errors["key"][0] in html.split("</ul>", maxsplit=1)[0]


# --- the title of the page ---------------------------------------------------------------------

PREFIX = "{% load fremmoede %}[{% error_prefix %}]"


@pytest.mark.parametrize(
    "context",
    [
        {"form": Every({})},
        {"forms": [Every(), Every({})]},
        {"forms": {"a": Every(), "b": Every({})}},
        {
            "formset": forms.formset_factory(Every)(
                {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-name": "x"}
            )
        },
    ],
)
def test_title_begins_with_error_when_a_form_is_at_fault(context):
    assert Template(PREFIX).render(Context(context)) == "[Error: ]"


@pytest.mark.parametrize(
    "context",
    [
        {},
        {"form": None},
        {"form": Every()},
        {"forms": [Every()]},
        {"formset": forms.formset_factory(Every)()},
    ],
)
def test_title_is_plain_when_nothing_is_at_fault(context):
    assert Template(PREFIX).render(Context(context)) == "[]"

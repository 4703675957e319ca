"""Every text has a Danish one, and a missing one is seen."""

import gettext
import importlib.util

import pytest

from tests.services import ROOT

PYTHON = '''"""Texts."""

from django.utils.translation import gettext as _, gettext_lazy, ngettext, pgettext

TITLE = gettext_lazy("Sessions")
def words(count):
    return _("Seats"), ngettext("%(count)s seat", "%(count)s seats", count), pgettext("month", "May")
'''
TEMPLATE = """{% load i18n %}
<h1>{% translate "Welcome" %}</h1>
    <p>It's {{ _("quoted") }}</p>
  {% blocktranslate trimmed with name=user.name %}
    Hello {{ name }},
    how are you?
  {% endblocktranslate %}
{% blocktranslate count n=seats %}one seat{% plural %}{{ n }} seats{% endblocktranslate %}
"""
DANISH = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "Seats"
msgstr "Pladser"

msgid "Sessions"
msgstr "Hold"

#, python-format
msgid "%(count)s seat"
msgid_plural "%(count)s seats"
msgstr[0] "%(count)s plads"
msgstr[1] "%(count)s pladser"

msgctxt "month"
msgid "May"
msgstr "maj"
"""


@pytest.fixture(scope="module")
def messages():
    place = ROOT / "locale" / "messages.py"
    specification = importlib.util.spec_from_file_location("project_messages", place)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


@pytest.fixture
def project(tmp_path):
    """A small project whose texts are all translated."""
    (tmp_path / "booking").mkdir()
    (tmp_path / "booking" / "texts.py").write_text(PYTHON)
    (tmp_path / "templates").mkdir()
    (tmp_path / "locale/da/LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "locale/da/LC_MESSAGES/django.po").write_text(DANISH)
    return tmp_path


def danish_file(project):
    return project / "locale/da/LC_MESSAGES/django.po"


def test_every_text_has_a_danish_one(messages):
    assert messages.gaps(ROOT) == []


def test_translated_project_has_no_gaps(messages, project):
    assert messages.gaps(project) == []


@pytest.mark.parametrize(
    ("before", "after", "gap"),
    [
        ('"Pladser"', '""', "no da text: 'Seats'"),
        ('msgid "Seats"', 'msgid "Seat"', "not in da (run ./dev translate): 'Seats'"),
        ('"%(count)s pladser"', '""', "no da text: ('%(count)s seat', '%(count)s seats')"),
        ('"%(count)s pladser"', '"pladser"', "other placeholders: ('%(count)s seat'"),
        ('"Pladser"', '"Pladser %(n)s"', "other placeholders: 'Seats'"),
        ('msgctxt "month"\n', "", "not in da (run ./dev translate): 'May'"),
        ('msgid "Seats"', '#, fuzzy\nmsgid "Seats"', "no da text: 'Seats'"),
        (
            'msgctxt "month"',
            'msgid "Gone"\nmsgstr "Borte"\n\nmsgctxt "month"',
            "da: no longer used: 'Gone'",
        ),
    ],
)
def test_gap_is_seen(messages, project, before, after, gap):
    text = danish_file(project).read_text()
    assert text.count(before) == 1
    danish_file(project).write_text(text.replace(before, after))

    assert gap in "\n".join(messages.gaps(project))


def test_texts_of_templates_are_found(messages, project):
    (project / "templates" / "page.html").write_text(TEMPLATE)

    gaps = "\n".join(messages.gaps(project))

    for text in (
        "Welcome",
        "quoted",
        "Hello %(name)s, how are you?",
        "('one seat', '%(n)s seats')",
    ):
        assert text in gaps
    assert gaps.count("templates/page.html") == 4


def test_project_without_translations_is_told_what_to_do(messages, project):
    danish_file(project).unlink()

    assert messages.gaps(project) == [
        "There are no translations yet: run ./dev translate and fill them in."
    ]


def test_update_keeps_what_is_translated(messages, project):
    (project / "templates" / "page.html").write_text(TEMPLATE)

    messages.update(project)

    text = danish_file(project).read_text()
    assert 'msgid "Seats"\nmsgstr "Pladser"' in text
    assert 'msgid "Welcome"\nmsgstr ""' in text
    assert len(messages.gaps(project)) == 4
    messages.update(project)
    assert danish_file(project).read_text() == text


def test_update_starts_with_danish(messages, project):
    danish_file(project).unlink()

    messages.update(project)

    assert 'msgid "Seats"\nmsgstr ""' in danish_file(project).read_text()


def test_compiled_texts_are_read_by_python(messages, project):
    messages.compile_all(project)

    danish = gettext.translation("django", project / "locale", ["da"])
    assert danish.gettext("Seats") == "Pladser"
    assert danish.ngettext("%(count)s seat", "%(count)s seats", 2) == "%(count)s pladser"
    assert danish.pgettext("month", "May") == "maj"


def test_wrong_use_ends_with_two(messages, capsys):
    assert messages.main(["fly"]) == 2
    assert "compile | update | check" in capsys.readouterr().err

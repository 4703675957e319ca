"""What the gate calls standing twice."""

from __future__ import annotations

from tests import gate, twice

COPIED = """
    names = {{row.pk: row.name for row in rows if row.name}}
    for row in rows:
        if row.parent in names:
            row.title = f"{{names[row.parent]}}, {{row.name}}"
            row.save(update_fields=["title"])
        elif row.name:
            row.title = row.name.title()
    return sorted(names.values(), key=len, reverse={reverse})
"""
ONE = '"""One."""\n\nimport datetime\n\n\ndef one(rows):' + COPIED.format(reverse=True)
OTHER = '"""Other."""\n\n\ndef other(rows, *, more=None):' + COPIED.format(reverse=False)
PAGE = """
<section>
  <h2>{{% translate "Come" %}}</h2>
  {{% if people %}}
    <p class="lead">{{{{ people }}}}</p>
    <p class="meta">{{% translate "Of these:" %}}</p>
  {{% else %}}
    <p class="none">{{% translate "Nobody" %}}</p>
  {{% endif %}}
  <p>{last}</p>
</section>
"""


def test_a_run_in_two_files_is_found_with_both_places():
    assert twice.twice({"a.py": ONE, "b.py": OTHER}) == ["a.py:7-14 ~ b.py:5-12"]


def test_a_run_that_stands_twice_in_one_file_is_found():
    assert twice.twice({"a.py": ONE + OTHER}) == ["a.py:7-14 ~ a.py:19-26"]


def test_spaces_comments_and_line_breaks_hide_nothing():
    dressed = OTHER.replace("    for row", "    # each\n\n    for row").replace(
        "names)", "names\n)"
    )

    assert twice.twice({"a.py": ONE, "b.py": dressed}) == ["a.py:7-14 ~ b.py:5-14"]


def test_a_page_that_repeats_lines_is_found():
    pages = {"templates/a.html": PAGE.format(last="A"), "templates/b.html": PAGE.format(last="B")}

    assert twice.twice(pages) == ["templates/a.html:3-8 ~ templates/b.html:3-8"]


def test_imports_texts_heads_and_ends_are_no_copies():
    code = f'"""{"A long text of many words. " * 9}"""\n'
    code += "".join(f"from somewhere.far import thing{number}, other\n" for number in range(20))
    parts = ", ".join(f"part{number}: int = 0" for number in range(20))
    code += f"\n\ndef work({parts}) -> None:\n    return None\n"
    ends = "{% load i18n %}\n<p>{{ name }}</p>\n" + "</div>\n{% endif %}\n<tr>\n" * 9

    assert twice.twice({"a.py": code, "b.py": code}) == []
    assert twice.twice({"templates/a.html": ends, "templates/b.html": ends}) == []


def test_a_short_run_and_a_table_are_no_copies():
    short = "\n".join(ONE.splitlines()[:11])
    table = "ROWS = [\n" + '    (1, "a"),\n' * 14 + "]\n"

    assert twice.twice({"a.py": ONE, "b.py": short}) == []
    assert twice.twice({"a.py": table}) == []


def test_a_pair_with_a_reason_may_stand(monkeypatch):
    monkeypatch.setattr(twice, "ALLOWED", {frozenset({"a.py", "b.py"}): "Counts a second way."})

    assert twice.twice({"a.py": ONE, "b.py": OTHER, "c.py": ""}) == []


def test_the_product_is_looked_at_and_nothing_else():
    names = set(twice.product())

    assert {"dev", "booking/states.py", "templates/base.html", "frontend/_forms.scss"} <= names
    assert {"demo/rows.py", "config/settings.py", "frontend/site.js"} <= names
    assert not [name for name in names if name.startswith(("tests/", "locale/"))]
    assert not [name for name in names if "/migrations/" in name]


def test_the_gate_fails_with_both_places(monkeypatch, capsys):
    monkeypatch.setattr(twice, "product", lambda: {"a.py": ONE, "b.py": OTHER})

    assert twice.main() == 1
    assert capsys.readouterr().out == "a.py:7-14 ~ b.py:5-12\n"
    assert "twice" in gate.steps(fix=False)


def test_the_gate_says_nothing_where_nothing_stands_twice(monkeypatch, capsys):
    monkeypatch.setattr(twice, "product", lambda: {"a.py": ONE})

    assert twice.main() == 0
    assert capsys.readouterr().out == ""

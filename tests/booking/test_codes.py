"""The page of refusal codes against the code."""

import ast
import re
from pathlib import Path

import pytest

from attendance.models import Headcount
from booking.models import Booking, Party
from workshops.models import Session

ROOT = Path(__file__).resolve().parents[2]
MODULES = ["bookings", "orders", "moves", "guests", "parties", "seats", "holds"]
MODULES += ["drafts", "filling", "placing", "groups", "throttles", "refusals"]
FILES = [ROOT / "booking" / "actions" / f"{name}.py" for name in MODULES]
COUNTING = ["headcounts", "registers", "approvals", "counting", "sheets", "reopening"]
FILES += [ROOT / "attendance" / "actions" / f"{name}.py" for name in COUNTING]
FILES.append(ROOT / "booking" / "models" / "booking.py")
FILES += [ROOT / "workshops" / f"{name}.py" for name in ("telephones", "texts")]
PLANNING = [
    ROOT / "booking" / "actions" / "sessions.py",
    *(
        ROOT / "workshops" / "actions" / f"{name}.py"
        for name in ("catalogue", "planning", "publishing", "sessions")
    ),
    *(ROOT / "workshops" / "actions" / f"{name}.py" for name in ("trail", "uploads")),
]
FILES += PLANNING


def raised(source: str) -> set[str]:
    """Every literal `code=` of a call."""
    return {
        word.value.value
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg == "code" and isinstance(word.value, ast.Constant)
    }


def of_constraints() -> set[str]:
    return {
        constraint.violation_error_code
        for model in (Session, Booking, Party, Headcount)
        for constraint in model._meta.constraints
        if constraint.violation_error_code
    }


def on_page() -> list[str]:
    page = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    return re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE)


def test_page_lists_every_code_once_and_no_other():
    codes = set().union(*(raised(path.read_text(encoding="utf-8")) for path in FILES))

    assert set(on_page()) == codes | of_constraints()
    assert len(on_page()) == len(set(on_page()))
    assert len(codes) > 40


@pytest.mark.parametrize(
    "line", ['raise ValidationError("No", code="new_code")', 'f(x, code="new_code")']
)
def test_new_code_is_seen(line):
    assert raised(line) == {"new_code"}


def test_docstrings_name_the_codes_of_the_public_verbs():
    """Each code that an action raises stands in a docstring of that module."""
    missing = {}
    for path in [*FILES[:9], *PLANNING]:
        source = path.read_text(encoding="utf-8")
        docs = " ".join(
            ast.get_docstring(node) or ""
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef)
        )
        absent = {code for code in raised(source) if f"``{code}``" not in docs}
        if absent:
            missing[path.name] = absent

    assert missing == {}

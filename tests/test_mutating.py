"""Every fault is put in, one at a time, and the faulty code is what then runs."""

import importlib
import sys

import pytest

from tests import mutants, mutated, mutating

SOURCE = '''"""Seats."""
from django.utils.translation import gettext as _

MOST = 3
HOLDING = frozenset({"a", "b"})


class Session:
    """A session."""

    title = "three" * 3

    def take(self, seats: int = 7) -> bool:
        """Say whether."""
        return self.taken + seats <= MOST


def refuse(loud):
    if not loud and MOST:
        return None
    raise ValueError(_("no %d") % 4)
'''


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ("a == b", ["Eq to NotEq: a == b"]),
        ("a < b <= c", ["Lt to LtE: a < b <= c", "LtE to Lt: a < b <= c"]),
        ("a and not b", ["And to Or: a and (not b)", "without not: not b"]),
        ("a += 1", ["Add to Sub: a += 1", "2: 1"]),
        ("a if b else c", ["the other way: a if b else c"]),
        ("a if b in c else d", ["In to NotIn: b in c"]),
        ("return a", ["returns nothing: return a"]),
        ("return None", []),
        ("say(True)", ["left out: say(True)", "False: True"]),
        ("raise E", ["left out: raise E"]),
        ("a = {1, b}", ["without number 1: {1, b}", "without number 2: {1, b}", "2: 1"]),
        ("a = {b: c, d: e}", ["without key 1: {b: c, d: e}", "without key 2: {b: c, d: e}"]),
        ("'a docstring'", []),
        ("a = _('text %d' % 3)", []),
        ("a: Literal[3] = b", []),
    ],
)
def test_faults_of_a_line(body, faults):
    assert [one.what for one in mutating.mutants(f"def f():\n    {body}\n")] == faults


def test_faults_are_in_functions_and_constants_and_nowhere_else():
    assert [(one.owner, one.what.partition(":")[0]) for one in mutating.mutants(SOURCE)] == [
        ("MOST", "4"),
        ("HOLDING", "without number 1"),
        ("HOLDING", "without number 2"),
        ("Session.take", "returns nothing"),
        ("Session.take", "LtE to Lt"),
        ("Session.take", "Add to Sub"),
        ("refuse", "the other way"),
        ("refuse", "And to Or"),
        ("refuse", "without not"),
        ("refuse", "left out"),
        ("refuse", "5"),
    ]


def test_only_the_functions_that_are_named():
    found = mutating.mutants(SOURCE, only=frozenset({"Session.take"}))

    assert {one.owner for one in found} == {"Session.take"}


@pytest.fixture
def module(tmp_path, monkeypatch):
    """The source as a module, and another that holds its constant and its method."""
    (tmp_path / "fm_mutant_seats.py").write_text(SOURCE)
    (tmp_path / "fm_mutant_user.py").write_text(
        "from fm_mutant_seats import HOLDING, Session\ntake = Session.take\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("fm_mutant_seats"), importlib.import_module("fm_mutant_user")
    sys.modules.pop("fm_mutant_seats")
    sys.modules.pop("fm_mutant_user")


def put(module, what):
    (mutant,) = [one for one in mutating.mutants(SOURCE) if one.what.startswith(what)]
    mutating.put_in(mutant, module)


def test_faulty_method_is_run_by_whoever_holds_it(module):
    seats, user = module
    session = seats.Session()
    session.taken = 2
    assert user.take(session, 1)

    put(seats, "LtE to Lt")

    assert not user.take(session, 1)


def test_faulty_constant_is_seen_by_whoever_has_imported_it(module):
    seats, user = module

    put(seats, "without number 1")

    assert len(seats.HOLDING) == len(user.HOLDING) == 1


# --- the table and the figures -----------------------------------------------------------------


def test_table_names_modules_and_tests_that_are_there():
    for target in mutants.TARGETS:
        source = (mutants.ROOT / target.module).read_text()
        for name in target.tests:
            assert list((mutants.ROOT / "tests").glob(name)), f"{target.module}: {name}"
        assert mutating.mutants(source, only=frozenset(target.only)), target.module


def test_same_seed_draws_the_same():
    target = next(one for one in mutants.TARGETS if one.module.endswith("holds.py"))

    first = mutants.drawn(target, whole=False, seed=1)

    assert len(first) == mutants.SAMPLE
    assert mutants.drawn(target, whole=False, seed=1) == first
    assert mutants.drawn(target, whole=False, seed=2) != first
    assert len(mutants.drawn(target, whole=True, seed=1)) > mutants.SAMPLE


def rows(*ends):
    return [{"number": at, "line": 1, "what": "x", "end": end} for at, end in enumerate(ends)]


def test_what_could_not_be_put_in_does_not_count():
    ends = [mutated.KILLED] * 9 + [mutated.SURVIVED, mutated.BROKEN]

    assert mutants.per_cent(rows(*ends)) == 90


@pytest.mark.parametrize(("survivors", "code"), [(1, 0), (2, 1)])
def test_too_few_killed_is_a_failure(monkeypatch, capsys, survivors, code):
    ended = rows(*[mutated.KILLED] * (10 - survivors), *[mutated.SURVIVED] * survivors)
    monkeypatch.setattr(mutants, "_try", lambda *_, **__: ended)

    assert mutants.main(["--seed", "7", "states"], {}) == code
    assert "seed 7" in capsys.readouterr().out


def test_unknown_module_is_wrong_use(capsys):
    assert mutants.main(["nonsense"], {}) == 2

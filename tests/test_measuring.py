"""The figure of what tests go through is real: lines and branches, of all processes together."""

import os
import subprocess
import sys

import pytest

from tests import house_rules, measuring
from tests.services import ROOT

# A project of one module, and tests that go through one of its two branches each.
MODULE = "def sign(number):\n    if number < 0:\n        return -1\n    return 1\n"
TESTS = "import pytest\nfrom config import sums\n@pytest.mark.parametrize('n', {ns})\ndef test_sign(n): assert sums.sign(n) in (1, -1)\n"


@pytest.fixture
def measured(tmp_path):
    """`measured([1], [-1])`: the folder left by runs of pytest, each with those numbers."""
    folder = tmp_path / "measured"
    folder.mkdir()
    for app in house_rules.APPS:
        (tmp_path / app).mkdir()
    (tmp_path / "config" / "sums.py").write_text(MODULE)
    (tmp_path / "tests").mkdir()
    for name in ("measuring.py", "house_rules.py"):
        (tmp_path / "tests" / name).write_text((ROOT / "tests" / name).read_text())

    def run(*numbers):
        for ns in numbers:
            (tmp_path / "test_sums.py").write_text(TESTS.format(ns=ns))
            options = ["-c", "/dev/null", "-p", "no:django", "-p", "no:cacheprovider"]
            command = [sys.executable, "-m", "pytest", *options, "-p", "tests.measuring", "."]
            env = {**os.environ, "FREMMOEDE_MEASURE": str(folder)}
            done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True)  # noqa: PLW1510
            assert done.returncode == 0, done.stdout + done.stderr
        return folder

    return run


def test_line_and_branch_that_no_test_goes_through_are_missed(measured, capsys):
    folder = measured([1])

    whole = measuring.merged(folder)

    (sums,) = [file for name, file in whole["files"].items() if name.endswith("sums.py")]
    assert (sums["executed_lines"], sums["missing_lines"]) == ([1, 2, 4], [3])
    assert sums["missing_branches"] == [[2, 3]]
    assert measuring.sum_up(folder) == 1
    assert "Lines and branches gone through: 66.7 %" in capsys.readouterr().out


def test_processes_are_added_up(measured, capsys):
    folder = measured([1], [-1])

    assert measuring.sum_up(folder) == 0
    assert "Lines and branches gone through: 100.0 %" in capsys.readouterr().out


def test_nothing_measured_is_a_failure(tmp_path):
    assert measuring.sum_up(tmp_path) == 1

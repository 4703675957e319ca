"""What a Danish spreadsheet reads."""

from __future__ import annotations

import csv
import io

import pytest

from workshops import spreadsheets


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_run_as_a_formula(sign):
    assert spreadsheets.safe(f"{sign}1+1") == f"'{sign}1+1"


@pytest.mark.parametrize("text", ["", "Rundvisning", "7.a", "1=1", " =1"])
def test_other_cells_stand_as_they_are(text):
    assert spreadsheets.safe(text) == text


def test_cells_stand_between_semicolons():
    out = io.StringIO()

    csv.writer(out, spreadsheets.Danish).writerow(["a,b", "c;d", 'e"f', 4])

    assert out.getvalue() == 'a,b;"c;d";"e""f";4\r\n'

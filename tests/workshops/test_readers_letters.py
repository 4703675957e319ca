"""Words whose æ, ø and å were lost on the way."""

from __future__ import annotations

import pytest

from tests.readings import read, reader_of, workbook, written
from workshops.readers import letters

pytestmark = pytest.mark.usefixtures("english")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("SÃ¸ren", ("SÃ¸ren", "Søren")),
        ("Ã…rslev Skole", ("Ã…rslev", "Årslev")),
        ("Skolen pÃ¥ Ã˜en", ("pÃ¥", "på")),
        ("Ã†blehaven", ("Ã†blehaven", "Æblehaven")),
        ("CafÃ© Nord", ("CafÃ©", "Café")),
        ("Sofie\ufffds klasse", ("Sofie\ufffds", "")),
        ("\ufffdrslev Skole", ("\ufffdrslev", "")),
        ("N?rre Skole", ("N?rre", "")),
        ("?rslev", ("?rslev", "")),
        ("N›rre Skole", ("N›rre", "Nørre")),
        ("GrÃ¶n MÃ¼ller", ("GrÃ¶n", "Grön")),
        ("p† B†gø", ("B†gø", "Bågø")),
        ("N¿rre Œby", ("N¿rre", "Nørre")),
        ("S¾rlig", ("S¾rlig", "Særlig")),
    ],
)
def test_broken_word_is_found(text, found):
    assert letters.broken(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "Søren Årslev Ægir",
        "João São Tomé",
        "Hvad nu?",
        "Hvem kommer? Alle.",
        "(?)",
        "?",
        "https://skole.dk/?id=3",
        "www.skole.dk/side?a=b",
        "l’école «Nord»",
        "‘citat’ og ›citat‹",
        "½ time, ¾ liter",
        "7.B",
        "Œuvre",
        "SACRÉ-CŒUR, MANŒUVRE",
        "O‘Brien, Nikolaj‘s, L‘École, Rock‘n’roll, Hawai‘i, G‘ulom",
        "VIL DU VÆRE MED PÅ… NÅ…",
        "“DEN RØDE Å” “HVEM BOR PÅ Ø” „DE SMÅ“ «PÅ SØ» Å’s VESTERÅ´s RØ™",
        "Amager Ø–V, MALMÖ–LUND, CAFÉ’EN, Spaß… Fuß–Weg",
        "IRMÃ, Łukasz, Özgür Şahin, Nguyễn, İstanbul, Ittoqqortoormiit",
        "Hvad?Hvordan",
        "Ã",
        "",
    ],
)
def test_whole_word_is_left_alone(text):
    assert letters.broken(text) is None


def test_text_of_a_cell_is_asked_about_and_taken():
    reader = reader_of("SÃ¸ren")

    assert reader.text("felt", max_length=9) == "SÃ¸ren"
    [doubt] = reader.problems.warnings
    assert (doubt.unlikely, reader.failed) == (True, False)
    assert str(doubt) == (
        "a.csv, row 7, Felt: «SÃ¸ren»: The letters æ, ø and å are broken. It says “SÃ¸ren” where"
        " “Søren” is meant. Write it anew where the file was made, or import it as it stands."
    )


def test_table_without_rows_is_asked_about(tmp_path):
    for path in (written(tmp_path, "nr;navn\n"), workbook(tmp_path, [["nr", "navn"]])):
        table, problems = read(path)

        assert (list(table), problems.errors) == ([], [])
        assert [(one.unlikely, one.row, one.fault) for one in problems.warnings] == [
            (True, 1, "There are no rows below the headings.")
        ]

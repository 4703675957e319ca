"""Answers of participants: one row for each answer (imports.md, *spoergeskema*)."""

from dataclasses import dataclass

from attendance.readers import folded
from workshops.folding import fold_title
from workshops.readers.cells import RowReader
from workshops.readers.layouts import Heading, Layout, Table
from workshops.readers.problems import Problems

LAYOUT = Layout("spoergeskema", tuple(Heading(name) for name in ("session", "spørgsmål", "svar")))


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One row; a blank answer is none, yet its row names the pair of session and question."""

    number: int
    session: str
    question: str
    answer: str


def read_answers(table: Table, problems: Problems) -> list[AnswerRow]:
    """Return every row, blank answers too."""
    rows = []
    for row in table:
        reader = RowReader(table, row, problems)
        answer = AnswerRow(
            number=reader.number,
            session=reader.text("session", max_length=60, required=True),
            question=folded.text(
                reader, "spørgsmål", fold=fold_title, max_length=120, required=True
            ),
            answer=folded.text(reader, "svar", fold=fold_title, max_length=120),
        )
        if not reader.failed:
            rows.append(answer)
    return rows

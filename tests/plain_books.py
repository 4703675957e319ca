"""What the files leave standing for the plain recount: schools, plans, rows, answers and totals."""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Iterable
from zoneinfo import ZoneInfo

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
Row = dict[str, str]


# --- words, dates and numbers ------------------------------------------------------------------


def text(value: object) -> str:
    return unicodedata.normalize("NFC", str(value or "")).strip()


def folded(value: object) -> str:
    return " ".join(text(value).casefold().split())


def label_key(value: str) -> str:
    return re.sub(r"[.\s]", "", text(value).casefold())


def date(value: str) -> datetime.date:
    parts = [int(part) for part in re.split(r"[-/]", value.strip())]
    if parts[0] < 1000:
        parts.reverse()
    return datetime.date(*parts)


def instant(row: Row) -> datetime.datetime:
    hours, minutes = re.split(r"[:.]", row["start"].strip())[:2]
    day = date(row["dato"])
    local = datetime.datetime(
        day.year, day.month, day.day, int(hours), int(minutes), tzinfo=COPENHAGEN
    )
    return local.astimezone(datetime.UTC)


def number(value: str | None) -> int | None:
    return int(value) if text(value) else None


# --- what the files leave standing -------------------------------------------------------------


class Books:
    """Everything known after the files have come in, in their order."""

    def __init__(self) -> None:
        self.schools: dict[str, dict[datetime.date, tuple[str, int]]] = {}
        self.versions: dict[tuple[str, int], dict] = {}
        self.rows: dict[str, Row] = {}
        self.answers: dict[tuple[str, str], list[str]] = {}
        self.totals: dict[tuple[str, str, datetime.date], Row] = {}


def read(events: Iterable[tuple]) -> Books:
    """Events: ("register", date, rows), ("plan", object), ("registrations", {file: rows})."""
    books = Books()
    for kind, *what in events:
        {"register": read_register, "plan": read_plan, "registrations": read_registrations}[kind](
            books, *what
        )
    return books


def read_register(
    books: Books, valid_from: datetime.date, rows: list[Row], complete: bool = False
) -> None:
    """A closed school keeps its last attributes, so that *complete* changes no figure."""
    for row in rows:
        entry = (text(row["INST_TYPE_NR"]), int(row["BEL_KOMMUNE"]))
        books.schools.setdefault(text(row["INST_NR"]), {})[valid_from] = entry


def read_plan(books: Books, plan: dict) -> None:
    plan = json.loads(unicodedata.normalize("NFC", json.dumps(plan, ensure_ascii=False)))
    books.versions[plan["code"], plan["year"]] = plan


def read_registrations(books: Books, files: dict[str, list[Row]]) -> None:
    for row in files.get("registreringer", []):
        keep_row(books, row)
    fresh: dict[tuple[str, str], list[str]] = {}
    for row in files.get("spoergeskema", []):
        said = fresh.setdefault((text(row["session"]), folded(row["spørgsmål"])), [])
        if text(row["svar"]):
            said.append(folded(row["svar"]))
    keep_answers(books, fresh)
    for row in files.get("opgoerelser", []):
        when = date(row["dato"])
        plan = text(row.get("plan")) or plan_of(books, text(row["kode"]), when.year)
        books.totals[plan, text(row["kode"]), when] = row


def keep_row(books: Books, row: Row) -> None:
    """Rule 9: the last row with a number wins whole."""
    books.rows[text(row["nr"])] = row


def keep_answers(books: Books, fresh: dict[tuple[str, str], list[str]]) -> None:
    books.answers.update(fresh)


def plan_of(books: Books, code: str, year: int) -> str:
    """The one plan that knows the code in that year; where no plan has that year, in any."""
    having = [
        key for key, plan in books.versions.items() if code in {m["code"] for m in measures(plan)}
    ]
    exact = {plan for plan, its_year in having if its_year == year}
    candidates = exact or {plan for plan, _ in having}
    assert len(candidates) == 1, (code, year, candidates)
    return candidates.pop()


def measures(plan: dict) -> list[dict]:
    return [measure for goal in goals(plan) for measure in goal["measures"]]


def goals(plan: dict) -> list[dict]:
    return [goal for group in plan["target_groups"] for goal in group["goals"]]

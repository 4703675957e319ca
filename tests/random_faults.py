"""Wrong ways of counting, one for each rule; the comparison on random years must see every one."""

from __future__ import annotations

import datetime
from unittest.mock import patch

from tests import plain_books, plain_recount
from tests.plain_books import Books, Row, folded, instant, number, text

right_people = plain_recount.people
right_inside = plain_recount.is_inside
right_over = plain_recount.over


def unapproved_too(row: Row, level: str) -> int | None:
    return right_people(row, "attended" if level == "approved" else level)


def not_held_too(row: Row, level: str) -> int | None:
    return right_people({**row, "status": "afholdt"}, level)


def adults_too(row: Row, level: str) -> int | None:
    count = right_people(row, level)
    return None if count is None else count + (number(row["voksne"]) or 0)


def utc_day(row: Row) -> datetime.date:
    return instant(row).date()


def latest_attributes(books: Books, row: Row, day: datetime.date) -> tuple[str, int]:
    known = books.schools[text(row["institutionsnummer"])]
    return known[max(known)]


def first_mapping(books: Books, row: Row, plan: dict) -> str | None:
    kind = plain_recount.school_on(books, row, plain_recount.local_day(row))[0]
    found = [m for m in plan["school_categories"] if m["type_code"] == kind]
    return min(found, key=lambda m: m["valid_from"])["category"] if found else None


def last_mapping(books: Books, row: Row, plan: dict) -> str | None:
    kind = plain_recount.school_on(books, row, plain_recount.local_day(row))[0]
    found = [m for m in plan["school_categories"] if m["type_code"] == kind]
    return max(found, key=lambda m: m["valid_from"])["category"] if found else None


def category_first(books: Books, row: Row, plan: dict) -> str:
    category = plain_recount.category(books, row, plan)
    if category is None:
        return plain_recount.UNMAPPED
    return category if right_inside(books, row, plan) else plain_recount.OUTSIDE


def everywhere(books: Books, row: Row, plan: dict) -> bool:
    return True


def no_course(row: Row) -> None:
    return None


def last_visit(visits: list[tuple[Row, int]]) -> tuple[Row, int]:
    last = max(visits, key=lambda visit: (instant(visit[0]), visit[0]["session"]))[0]
    return last, max(count for _, count in visits)


def highest_of_all_years(visits: list[tuple[Row, int]]) -> tuple[Row, int]:
    first = min(visits, key=lambda visit: (instant(visit[0]), visit[0]["session"]))[0]
    return first, max(count for _, count in visits)


def count_of_first_visit(visits: list[tuple[Row, int]]) -> tuple[Row, int]:
    return min(visits, key=lambda visit: (instant(visit[0]), visit[0]["session"]))


def of_any_plan(row: Row, plan: dict) -> bool:
    return True


def superseded_too(books: Books, row: Row) -> None:
    books.rows[f"{row['nr']} {len(books.rows)}"] = row


def first_row_stays(books: Books, row: Row) -> None:
    books.rows.setdefault(row["nr"], row)


def answers_added(books: Books, fresh: dict[tuple[str, str], list[str]]) -> None:
    for pair, said in fresh.items():
        books.answers.setdefault(pair, []).extend(said)


def own_approval_too(row: Row) -> bool:
    return bool(folded(row["godkendt_af"]))


def rounded_down(part: int, whole: int) -> int:
    return 100 * part // whole


def first_total(books: Books, plan: dict, measure: dict) -> tuple[datetime.date, Row] | None:
    rows = [
        (when, row)
        for (plan_code, code, when), row in books.totals.items()
        if (plan_code, code, when.year) == (plan["code"], measure["code"], plan["year"])
        if plain_recount.is_approved_by_another(row)
    ]
    return min(rows, key=lambda pair: pair[0]) if rows else None


def not_over(measure: dict, value: int | None) -> bool:
    return right_over(measure, value) and measure.get("target_min") is None


def met_below_the_top(measure: dict, value: int | None) -> bool | None:
    low, high = measure.get("target_min"), measure.get("target_max")
    if low is None and high is None:
        return None
    return value is not None and (low or 0) <= value <= (high if high is not None else value)


FAULTS: dict[str, tuple[object, str, object]] = {
    "rule 1: the date in UTC": (plain_recount, "local_day", utc_day),
    "rule 2: unapproved counts": (plain_recount, "people", unapproved_too),
    "rule 2: not held": (plain_recount, "people", not_held_too),
    "rule 3: adults": (plain_recount, "people", adults_too),
    "rule 4: today's attributes": (plain_recount, "school_on", latest_attributes),
    "rule 4: the first mapping": (plain_recount, "category", first_mapping),
    "rule 4: the last mapping": (plain_recount, "category", last_mapping),
    "rule 5: after rule 4": (plain_recount, "why_not", category_first),
    "rule 5: everywhere": (plain_recount, "is_inside", everywhere),
    "rule 6: every visit": (plain_recount, "course_class", no_course),
    "rule 6: the last visit": (plain_recount, "counted_visit", last_visit),
    "rule 6: the highest of all years": (plain_recount, "counted_visit", highest_of_all_years),
    "rule 6: the first visit's count": (plain_recount, "counted_visit", count_of_first_visit),
    "rule 6: labels as written": (plain_recount, "label_key", text),
    "rule 7: any plan": (plain_recount, "of_plan", of_any_plan),
    "rule 9: replaced rows": (plain_books, "keep_row", superseded_too),
    "rule 9: the first row": (plain_books, "keep_row", first_row_stays),
    "rule 9: answers added": (plain_books, "keep_answers", answers_added),
    "rule 10: never over": (plain_recount, "over", not_over),
    "rule 10: not met above": (plain_recount, "met", met_below_the_top),
    "rule 11: rounded down": (plain_recount, "half_up", rounded_down),
    "rule 11: few answers": (plain_recount, "FEWEST_ANSWERS", 1),
    "rule 12: approved by oneself": (plain_recount, "is_approved_by_another", own_approval_too),
    "rule 12: the first total": (plain_recount, "stated", first_total),
}


def planted(fault: str) -> object:
    """The recount goes wrong meanwhile."""
    module, name, wrong = FAULTS[fault]
    return patch.object(module, name, wrong)

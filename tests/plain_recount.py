"""A second recount, deliberately plain: from the contents of the files to the report's object.

It shares nothing with the project: no Django, no tables, no functions. Where the sentences of the
specification leave two readings, the most literal one is taken:

- stated_count prints value, met and over always, target_min and target_max only where it has them.
- `over` is true above a target_max, whether or not there is a target_min.
- survey_share compares the rounded percent with its target and prints no targets; the plan, the
  year, the audience and the workshop (where it names them) choose its sessions; `asked` is always
  at level approved and looks at plan, year and audience alone.
- A measure without audience counts all audiences; rules 4 and 5 are for pupils.
- A participations measure without school_category needs rule 5 but not rule 4.
- not_counted holds, beside its two fixed keys, the own name of a category whose pupils pass all
  rules but are in no participations measure (by category or by workshop), when there are any.
- A visit of a course with an approved count of 0 is a visit: it can be the first one.
- sessions_held looks at people row by row: a class outside the municipality is nobody.
- A milestone whose latest approved row says 0 is not done and has no date.
- A file of answers replaces those of every (session, question) pair it holds, also by blanks.
- Only what the latest row with a number says exists; what it replaced is not looked at at all.
"""

from __future__ import annotations

import datetime
import hashlib
import json

from tests.plain_books import (
    Books,
    Row,
    date,
    folded,
    goals,
    instant,
    label_key,
    measures,
    number,
    text,
)

FEWEST_ANSWERS = 5
OUTSIDE, UNMAPPED = "uden for kommunen", "ikke fordelt"


# --- rules about one row -----------------------------------------------------------------------


def is_pupils(row: Row) -> bool:
    return folded(row["målgruppe"]) == "elever"


def is_held(row: Row) -> bool:
    return folded(row["status"]) == "afholdt"


def people(row: Row, level: str) -> int | None:
    """Rules 2 and 3: how many this row has at the level; None where it does not exist for it."""
    if level == "expected":
        over = folded(row["status"]) in {"aflyst", "flyttet"}
        return None if over else number(row["tilmeldt"]) or 0
    if not is_held(row):
        return None
    if level == "approved" and not text(row["godkendt"]):
        return None
    return number(row["fremmødt"])


def local_day(row: Row) -> datetime.date:
    """Rule 1."""
    return date(row["dato"])


def of_plan(row: Row, plan: dict) -> bool:
    """Rule 7."""
    return text(row["plan"]) == plan["code"]


def school_on(books: Books, row: Row, day: datetime.date) -> tuple[str, int]:
    """Type and municipality at the date, else the first known ones."""
    known = books.schools[text(row["institutionsnummer"])]
    in_force = [since for since in known if since <= day]
    return known[max(in_force) if in_force else min(known)]


def is_inside(books: Books, row: Row, plan: dict) -> bool:
    """Rule 5; for pupils alone."""
    return not is_pupils(row) or school_on(books, row, local_day(row))[1] == int(
        plan["municipality_code"]
    )


def category(books: Books, row: Row, plan: dict) -> str | None:
    """Rule 4: by the type at the date, and of its mappings the latest one not after the date."""
    day = local_day(row)
    kind = school_on(books, row, day)[0]
    found = [
        (mapping["valid_from"], mapping["category"])
        for mapping in plan["school_categories"]
        if mapping["type_code"] == kind and date(mapping["valid_from"]) <= day
    ]
    return max(found, key=lambda pair: pair[0])[1] if found else None


def is_named(row: Row, measure: dict) -> bool:
    """The row's audience and workshop are those of the measure, where it names them."""
    audience, workshop = measure.get("audience"), measure.get("workshop")
    return (not audience or folded(row["målgruppe"]) == folded(audience)) and (
        not workshop or folded(row["workshop"]) == folded(workshop)
    )


# --- participations ----------------------------------------------------------------------------


def participations(books: Books, level: str) -> list[tuple[Row, int]]:
    """Rule 6: each row, or each class of a course by its first visit, with its people."""
    present = [(row, people(row, level)) for row in books.rows.values()]
    visits = [(row, count) for row, count in present if count is not None]
    result = [(row, count) for row, count in visits if course_class(row) is None]
    courses: dict[object, list[tuple[Row, int]]] = {}
    for row, count in visits:
        if course_class(row) is not None:
            courses.setdefault(course_class(row), []).append((row, count))
    return result + [counted_visit(of_class) for of_class in courses.values()]


def course_class(row: Row) -> tuple[str, str, str] | None:
    if not text(row["forløb"]) or not is_pupils(row):
        return None
    return text(row["forløb"]), text(row["institutionsnummer"]), label_key(row["klasse"])


def counted_visit(visits: list[tuple[Row, int]]) -> tuple[Row, int]:
    first = min(visits, key=lambda visit: (instant(visit[0]), text(visit[0]["session"])))[0]
    year = local_day(first).year
    return first, max(count for row, count in visits if local_day(row).year == year)


def of_year(books: Books, plan: dict, level: str) -> list[tuple[Row, int]]:
    return [
        (row, count)
        for row, count in participations(books, level)
        if local_day(row).year == plan["year"] and of_plan(row, plan)
    ]


def is_counted(books: Books, row: Row, plan: dict, measure: dict) -> bool:
    wanted = measure.get("school_category")
    return (
        is_named(row, measure)
        and is_inside(books, row, plan)
        and (not wanted or (is_pupils(row) and category(books, row, plan) == text(wanted)))
    )


def people_figure(books: Books, plan: dict, measure: dict, level: str) -> dict:
    mine = [(r, n) for r, n in of_year(books, plan, level) if is_counted(books, r, plan, measure)]
    sessions = {text(row["session"]) for row, count in mine if count > 0}
    return judged(measure, sum(count for _, count in mine), len(sessions))


def sessions_figure(books: Books, plan: dict, measure: dict, level: str) -> dict:
    sessions = {
        text(row["session"])
        for row in books.rows.values()
        if (people(row, level) or 0) > 0
        and local_day(row).year == plan["year"]
        and of_plan(row, plan)
        and is_counted(books, row, plan, measure)
    }
    return judged(measure, len(sessions), len(sessions))


def judged(measure: dict, value: int, sessions: int) -> dict:
    targets = {"target_min": measure.get("target_min"), "target_max": measure.get("target_max")}
    return {
        "value": value,
        **targets,
        "met": met(measure, value),
        "over": over(measure, value),
        "sessions": sessions,
    }


def met(measure: dict, value: int | None) -> bool | None:
    """Rule 10."""
    low, high = measure.get("target_min"), measure.get("target_max")
    if low is None and high is None:
        return None
    if value is None:
        return False
    return value >= low if low is not None else value <= high


def over(measure: dict, value: int | None) -> bool:
    high = measure.get("target_max")
    return high is not None and value is not None and value > high


def not_counted(books: Books, plan: dict, level: str) -> dict[str, int]:
    counting = [measure for measure in measures(plan) if measure["kind"] == "participations"]
    result = {OUTSIDE: 0, UNMAPPED: 0}
    for row, count in of_year(books, plan, level):
        if not is_pupils(row) or any(is_counted(books, row, plan, measure) for measure in counting):
            continue
        name = why_not(books, row, plan)
        if count:
            result[name] = result.get(name, 0) + count
    return result


def why_not(books: Books, row: Row, plan: dict) -> str:
    """Rule 5 before rule 4; else the category itself, which no measure counts."""
    if not is_inside(books, row, plan):
        return OUTSIDE
    return category(books, row, plan) or UNMAPPED


# --- answers, totals and milestones ------------------------------------------------------------


def survey_figure(books: Books, plan: dict, measure: dict, level: str) -> dict:
    """Rule 11."""
    held = {text(row["session"]) for row in books.rows.values() if is_surveyed(row, plan, measure)}
    said = [
        answer
        for (session, question), answers in books.answers.items()
        if session in held and question == folded(measure["question"])
        for answer in answers
    ]
    asked = sum(
        count
        for row, count in of_year(books, plan, "approved")
        if is_named(row, {"audience": measure.get("audience")}) and is_inside(books, row, plan)
    )
    figure: dict = {"numerator": None, "denominator": None, "percent": None, "asked": asked}
    if len(said) >= FEWEST_ANSWERS:
        yes = said.count(folded(measure["answer"]))
        figure.update(numerator=yes, denominator=len(said), percent=half_up(yes, len(said)))
    verdict = met(measure, figure["percent"])
    return figure if verdict is None else {**figure, "met": verdict}


def half_up(part: int, whole: int) -> int:
    return (200 * part + whole) // (2 * whole)


def is_surveyed(row: Row, plan: dict, measure: dict) -> bool:
    return (
        is_held(row)
        and local_day(row).year == plan["year"]
        and of_plan(row, plan)
        and is_named(row, measure)
    )


def stated(books: Books, plan: dict, measure: dict) -> tuple[datetime.date, Row] | None:
    """Rule 12: the year's latest row that somebody else has approved."""
    rows = [
        (when, row)
        for (code_of_plan, code, when), row in books.totals.items()
        if code_of_plan == plan["code"] and code == measure["code"] and when.year == plan["year"]
        if is_approved_by_another(row)
    ]
    return max(rows, key=lambda pair: pair[0]) if rows else None


def is_approved_by_another(row: Row) -> bool:
    return folded(row["godkendt_af"]) not in {"", folded(row["oplyst_af"])}


def count_figure(books: Books, plan: dict, measure: dict, level: str) -> dict:
    found = stated(books, plan, measure)
    value = number(found[1]["værdi"]) if found else None
    targets = {
        key: measure[key] for key in ("target_min", "target_max") if measure.get(key) is not None
    }
    return {"value": value, "met": met(measure, value), "over": over(measure, value), **targets}


def share_figure(books: Books, plan: dict, measure: dict, level: str) -> dict:
    found = stated(books, plan, measure)
    columns = {"progressed": "værdi", "started": "nævner", "pending": "afventer"}
    return {key: number(found[1][column]) if found else None for key, column in columns.items()}


def milestone_figure(books: Books, plan: dict, measure: dict, level: str) -> dict:
    found = stated(books, plan, measure)
    done = bool(found) and number(found[1]["værdi"]) == 1
    return {"done": done, "date": found[0].isoformat() if found and done else None}


def text_figure(books: Books, plan: dict, measure: dict, level: str) -> dict:
    return {"text": text(measure.get("text"))}


FIGURES = {
    "participations": people_figure,
    "sessions_held": sessions_figure,
    "survey_share": survey_figure,
    "stated_count": count_figure,
    "stated_share": share_figure,
    "milestone": milestone_figure,
    "narrative": text_figure,
}


# --- the report --------------------------------------------------------------------------------


def report(books: Books, plan_code: str, year: int, level: str = "approved") -> dict:
    """The object that `annual_report PLAN YEAR --format json --level LEVEL` prints."""
    plan = books.versions[plan_code, year]
    figures = {m["code"]: FIGURES[m["kind"]](books, plan, m, level) for m in measures(plan)}
    whole = {
        "plan": plan_code,
        "year": year,
        "level": level,
        "figures": figures,
        "goals": {
            goal["code"]: {"proposed": proposed(goal, figures), "decided": None}
            for goal in goals(plan)
        },
        "not_counted": not_counted(books, plan, level),
    }
    return {**whole, "digest": digest(whole)}


def proposed(goal: dict, figures: dict[str, dict]) -> str | None:
    if goal["rule"] == "judged":
        return None
    verdicts = [
        figures[measure["code"]]["done"]
        if measure["kind"] == "milestone"
        else figures[measure["code"]].get("met")
        for measure in goal["measures"]
    ]
    verdicts = [verdict for verdict in verdicts if verdict is not None]
    if not verdicts:
        return None
    return "met" if all(verdicts) else "partly" if any(verdicts) else "not_met"


def digest(whole: dict) -> str:
    compact = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(compact.encode()).hexdigest()


def printed(whole: dict) -> str:
    """The report's file."""
    return json.dumps(whole, ensure_ascii=False, sort_keys=True, indent=2) + "\n"

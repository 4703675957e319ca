"""Builds random action plans: every kind of measure, with and without targets, dated mappings."""

from __future__ import annotations

import copy
import datetime
import random
from collections.abc import Iterator

PLANS = ("trivsel", "børn-online", "social-kontrol")
WORKSHOPS = (
    "Kritisk på nettet",
    "KRITISK  på nettet",
    "Demokrati – og uenighed",
    "Åben dør",
    "åben Dør",
)
QUESTIONS = ("brugbar-viden", "anbefaler")
CATEGORIES = ("folkeskole", "fri_privat", "ungdom")
KINDS = (
    *("participations", "participations", "participations", "sessions_held", "sessions_held"),
    *("survey_share", "stated_count", "stated_share", "milestone", "narrative"),
)
STATED = {"stated_count", "stated_share", "milestone"}


def make_plan(
    dice: random.Random,
    code: str,
    year: int,
    days: list[datetime.date],
    *,
    like: dict | None = None,
) -> dict:
    """A version of a plan; *like* an earlier one it keeps the codes and changes what they mean."""
    if like:
        return changed(dice, like, days)
    goals = []
    for place in range(dice.randint(1, 4)):
        name = f"{place + 1}{'æ' if dice.randrange(5) == 0 else 'a'}"
        measures = [make_measure(dice, f"{name}.{n}") for n in range(dice.randint(1, 4))]
        goals.append(
            {
                "code": name,
                "title": f"Mål {name}",
                "text": "",
                "rule": dice.choice(("all", "all", "judged")),
                "measures": measures,
            }
        )
    return {
        "code": code,
        "title": f"Plan {code}",
        "year": year,
        "municipality_code": dice.choice(("101", "101", "101", "147")),
        "school_categories": make_mappings(dice, days),
        "target_groups": [
            {"number": 1, "title": "Unge", "goals": goals[:2]},
            {"number": 2, "title": "Voksne", "goals": goals[2:]},
        ],
        "initiatives_without_target": [{"code": "N1", "level": "Samfund", "title": "Andet"}],
    }


def changed(dice: random.Random, like: dict, days: list[datetime.date]) -> dict:
    plan = copy.deepcopy(like)
    for mapping in plan["school_categories"]:
        mapping["category"] = dice.choice((*CATEGORIES, None))
    for group in plan["target_groups"]:
        for goal in group["goals"]:
            goal["rule"] = dice.choice(("all", "judged"))
            goal["measures"] = [
                make_measure(dice, m["code"], kind=m["kind"]) for m in goal["measures"]
            ]
    return plan


def make_mappings(dice: random.Random, days: list[datetime.date]) -> list[dict]:
    """From the beginning or from a day; some types to nothing, some changed on a day."""
    mappings = []
    for kind, category in zip(("1012", "1013", "1015"), CATEGORIES, strict=True):
        if dice.randrange(10) == 0:
            continue
        since = [datetime.date(1900, 1, 1), *(day for day in days if dice.randrange(6) == 0)]
        for place, day in enumerate(since[dice.randrange(8) == 0 :]):
            name = category if place == 0 else dice.choice((*CATEGORIES, None))
            mappings.append({"type_code": kind, "category": name, "valid_from": day.isoformat()})
    dice.shuffle(mappings)
    return mappings


def make_measure(dice: random.Random, code: str, *, kind: str | None = None) -> dict:
    kind = kind or dice.choice(KINDS)
    measure = {"code": code, "kind": kind}
    if kind in {"participations", "sessions_held"}:
        measure |= {
            **make_filters(dice),
            **make_targets(dice, 90 if kind == "participations" else 6),
        }
    elif kind == "survey_share":
        audience = {"audience": dice.choice(("elever", "forældre"))} if dice.randrange(3) else {}
        asked = {
            "question": dice.choice(QUESTIONS),
            "answer": dice.choice(("ja", "Ja", "ved ikke")),
        }
        if dice.randrange(4) == 0:
            asked["workshop"] = dice.choice(WORKSHOPS)
        measure |= {**audience, **asked, **make_targets(dice, 70)}
    elif kind == "stated_count":
        measure |= make_targets(dice, 4)
    elif kind == "narrative":
        measure |= {"text": dice.choice(("", "Året gik godt på alle skoler."))}
    return measure


def make_filters(dice: random.Random) -> dict:
    audience = dice.choice(("elever", "elever", "elever", "forældre", "fagpersoner", None))
    filters = {"audience": audience} if audience else {}
    if audience == "elever" and dice.randrange(4):
        filters["school_category"] = dice.choice(CATEGORIES)
    if dice.randrange(4) == 0:
        filters["workshop"] = dice.choice(WORKSHOPS)
    return filters


def make_targets(dice: random.Random, scale: int) -> dict:
    """None, a floor, a ceiling or a range, near what the year adds up to."""
    low = dice.randint(0, scale)
    high = low + dice.randint(0, scale // 3)
    return dice.choice(
        ({}, {"target_min": low}, {"target_max": high}, {"target_min": low, "target_max": high})
    )


def stated_measures(plans: dict[tuple[str, int], dict]) -> Iterator[tuple[tuple[str, int], dict]]:
    """Those whose figure is typed in, of every version known."""
    for key, plan in plans.items():
        for group in plan["target_groups"]:
            for goal in group["goals"]:
                yield from (
                    (key, measure) for measure in goal["measures"] if measure["kind"] in STATED
                )

"""A second way to every figure, for reconcile: whole tables, plain loops, nothing of the first way.

It shares no code with goals/progress.py and goals/measures/ on purpose; a fault in one of the two
shows as a difference. Slow and simple wins here.
"""

import datetime
from collections import defaultdict
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from attendance.models import Answer, Headcount
from booking.models import Party
from goals.models import PlanVersion, StatedTotal
from workshops.folding import fold_title
from workshops.models import SchoolVersion

Counted = dict[str, Any]


class Recount:
    """Every approved count of the database, read once; `figures` recounts one plan and year."""

    def __init__(self) -> None:
        self._zone = ZoneInfo(settings.TIME_ZONE)
        self._schools: dict[int, list[Any]] = defaultdict(list)
        for version in SchoolVersion.objects.order_by("valid_from").values():
            self._schools[version["school_id"]].append(version)
        self._counts = self._read_counts()
        self._by_class: dict[tuple[Any, ...], list[Counted]] = defaultdict(list)
        for count in sorted(self._counts, key=lambda c: c["order"]):
            self._by_class[count["class"]].append(count)

    def _read_counts(self) -> list[Counted]:
        """Return one dict for each party with an approved count in a held session."""
        latest: dict[int, Any] = {}
        for row in Headcount.objects.filter(verdict="approved").order_by("id").values():
            latest[row["party_id"]] = row
        found: list[Counted] = []
        parties = Party.objects.select_related(
            "session__workshop", "session__register", "booking"
        ).filter(pk__in=Headcount.objects.filter(verdict="approved").values("party"))
        for party in parties:
            session, headcount = party.session, latest[party.pk]
            register = getattr(session, "register", None)
            over = session.state in {"cancelled", "withdrawn"}
            dropped = party.booking is not None and party.booking.over_at is not None
            if over or dropped or register is None or not register.held:
                continue
            if headcount["outcome"] == "came":
                found.append(self._counted(party, headcount["present"]))
        return found

    def _counted(self, party: Party, present: int) -> Counted:
        session = party.session
        day = session.starts.astimezone(self._zone).date()
        school = self._school_on(party.school_id, day) if session.audience == "elever" else {}
        return {
            "session": session.pk,
            "order": (session.starts, session.reference),
            "day": day,
            "plan": session.plan_id,
            "workshop": session.workshop.folded_title,
            "audience": session.audience,
            "present": present,
            "class": (party.course_id, party.school_id, party.folded_label),
            "municipality": school.get("municipality_code"),
            "type": school.get("type_code"),
        }

    def _school_on(self, school: int | None, day: datetime.date) -> Counted:
        known = self._schools[school] if school else []
        found = known[0] if known else {}
        for version in known:
            if version["valid_from"] <= day:
                found = version
        return found

    def figures(self, version: PlanVersion) -> dict[str, dict[str, Any]]:
        """Return code → what the measure should print, and `not_counted`, at level approved."""
        of_year = [
            c
            for c in self._counts
            if c["plan"] == version.plan_id and c["day"].year == version.year
        ]
        once = self._each_class_once(version, of_year)
        result = {}
        for measure in version.measures.all():
            recount = getattr(self, f"_{measure.kind}")
            result[measure.code] = recount(version, measure, of_year, once)
        result["not_counted"] = self._not_counted(version, once)
        return result

    def _each_class_once(self, version: PlanVersion, of_year: list[Counted]) -> list[Counted]:
        once = []
        for count in of_year:
            if count["audience"] != "elever" or count["class"][0] is None:
                once.append(count)
                continue
            visits = self._by_class[count["class"]]
            if visits[0] is count:
                best = max(c["present"] for c in visits if c["day"].year == version.year)
                once.append({**count, "present": best})
        return once

    def _category(self, version: PlanVersion, count: Counted) -> str | None:
        category = None
        for mapping in sorted(version.mappings.all(), key=lambda m: m.valid_from):
            if mapping.type_code == count["type"] and mapping.valid_from <= count["day"]:
                category = mapping.category
        return category

    def _belongs(self, version: PlanVersion, measure: Any, count: Counted) -> bool:
        if measure.audience not in {"", count["audience"]}:
            return False
        if measure.workshop and fold_title(measure.workshop) != count["workshop"]:
            return False
        if count["audience"] != "elever":
            return not measure.school_category
        if count["municipality"] != version.municipality_code:
            return False
        wanted = measure.school_category
        return not wanted or self._category(version, count) == wanted

    def _judged(self, measure: Any, value: int | None) -> tuple[bool | None, bool]:
        low, high = measure.target_min, measure.target_max
        if low is None and high is None:
            return None, False
        if value is None:
            return False, False
        above = high is not None and value > high
        return (value >= low if low is not None else not above), above

    def _number(self, measure: Any, value: int, sessions: int) -> dict[str, Any]:
        met, over = self._judged(measure, value)
        low, high = measure.target_min, measure.target_max
        bounds = {"target_min": low, "target_max": high}
        return {"value": value, **bounds, "met": met, "over": over, "sessions": sessions}

    def _participations(
        self, version: PlanVersion, measure: Any, _year: list[Counted], once: list[Counted]
    ) -> dict[str, Any]:
        mine = [c for c in once if c["present"] > 0 and self._belongs(version, measure, c)]
        total = sum(c["present"] for c in mine)
        return self._number(measure, total, len({c["session"] for c in mine}))

    def _sessions_held(
        self, version: PlanVersion, measure: Any, year: list[Counted], _once: list[Counted]
    ) -> dict[str, Any]:
        mine = [c for c in year if c["present"] > 0 and self._belongs(version, measure, c)]
        sessions = len({c["session"] for c in mine})
        return self._number(measure, sessions, sessions)

    def _survey_share(
        self, version: PlanVersion, measure: Any, _year: list[Counted], once: list[Counted]
    ) -> dict[str, Any]:
        given = [
            answer.folded_value
            for answer in Answer.objects.select_related("session__workshop").filter(
                session__plan=version.plan_id,
                session__register__held=True,
                folded_question=fold_title(measure.question),
            )
            if answer.session.starts.astimezone(self._zone).year == version.year
            and answer.session.state not in {"cancelled", "withdrawn"}
            and measure.audience in {"", answer.session.audience}
            and fold_title(measure.workshop) in {"", answer.session.workshop.folded_title}
        ]
        right = given.count(fold_title(measure.answer))
        asked = [
            c["present"]
            for c in once
            if measure.audience in {"", c["audience"]}
            and (c["audience"] != "elever" or c["municipality"] == version.municipality_code)
        ]
        few = len(given) < 5
        share = None if few else int(100 * right / len(given) + 0.5)
        figure = {
            "numerator": None if few else right,
            "denominator": None if few else len(given),
            "percent": share,
            "asked": sum(asked),
        }
        if measure.target_min is not None or measure.target_max is not None:
            figure["met"] = self._judged(measure, share)[0]
        return figure

    def _latest(self, version: PlanVersion, measure: Any) -> StatedTotal | None:
        totals = StatedTotal.objects.filter(
            plan=version.plan_id, code=measure.code, date__year=version.year
        )
        return totals.exclude(approved_by_key="").order_by("-date").first()

    def _stated_count(self, version: PlanVersion, measure: Any, *_counts: Any) -> dict[str, Any]:
        total = self._latest(version, measure)
        met, over = self._judged(measure, total.value if total else None)
        figure = {"value": total.value if total else None, "met": met, "over": over}
        for bound in ("target_min", "target_max"):
            if getattr(measure, bound) is not None:
                figure[bound] = getattr(measure, bound)
        return figure

    def _stated_share(self, version: PlanVersion, measure: Any, *_counts: Any) -> dict[str, Any]:
        total = self._latest(version, measure)
        if total is None:
            return {"progressed": None, "started": None, "pending": None}
        return {"progressed": total.value, "started": total.denominator, "pending": total.pending}

    def _milestone(self, version: PlanVersion, measure: Any, *_counts: Any) -> dict[str, Any]:
        total = self._latest(version, measure)
        if total is None or total.value != 1:
            return {"done": False, "date": None}
        return {"done": True, "date": total.date.isoformat()}

    def _narrative(self, _version: PlanVersion, measure: Any, *_counts: Any) -> dict[str, Any]:
        return {"text": measure.text}

    def _not_counted(self, version: PlanVersion, once: list[Counted]) -> dict[str, int]:
        left = {"ikke fordelt": 0, "uden for kommunen": 0}
        measures = [m for m in version.measures.all() if m.kind == "participations"]
        for count in once:
            if count["audience"] != "elever" or not count["present"]:
                continue
            if any(self._belongs(version, measure, count) for measure in measures):
                continue
            if count["municipality"] != version.municipality_code:
                reason = "uden for kommunen"
            else:
                reason = self._category(version, count) or "ikke fordelt"
            left[reason] = left.get(reason, 0) + count["present"]
        return left

"""The yearly status report: one object, printed as JSON, CSV and on the page."""

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

from goals.models import PlanVersion, StatusReport
from goals.progress import Progress, goals_of, progress
from workshops import spreadsheets

PUBLISHED = "published"


@dataclass(frozen=True)
class AnnualReport:
    """The figures of a plan and year at one level; `content` is the stable object (product.md)."""

    content: dict[str, Any]

    def as_json(self) -> str:
        """Return the object with sorted keys, two spaces of indent and a final newline."""
        return json.dumps(self.content, ensure_ascii=False, sort_keys=True, indent=2) + "\n"

    def as_csv(self) -> str:
        """Return one line for each value, for a Danish spreadsheet (semicolons, a BOM)."""
        out = io.StringIO()
        writer = csv.writer(out, spreadsheets.Danish)
        writer.writerow(["plan", "år", "niveau", "del", "kode", "navn", "værdi"])
        head = [self.content[key] for key in ("plan", "year", "level")]
        for part in ("figures", "goals"):
            for code, values in sorted(self.content[part].items()):
                for name, value in sorted(values.items()):
                    writer.writerow([*map(_cell, [*head, part, code, name, value])])
        for reason, people in sorted(self.content["not_counted"].items()):
            writer.writerow([*map(_cell, [*head, "not_counted", reason, "value", people])])
        writer.writerow([*map(_cell, [*head, "digest", "", "", self.content["digest"]])])
        return spreadsheets.BOM + out.getvalue()


def annual_report(version: PlanVersion, level: str | None = None) -> AnnualReport:
    """Return the published report where there is one and no other *level* is asked for.

    Else asks for every figure now, at *level* (approved unless told otherwise). *version* comes
    from `PlanVersion.objects.whole()`. Raises StatusReport.DoesNotExist when *level* is
    "published" and nothing is.
    """
    published = version.reports.order_by("-revision").first()
    if level == PUBLISHED and published is None:
        raise StatusReport.DoesNotExist
    if published is not None and level in {None, PUBLISHED}:
        return AnnualReport(published.content)
    return compose(version, level or "approved")


def compose(version: PlanVersion, level: str) -> AnnualReport:
    """Ask for every figure of *version* now and put the report together."""
    found = progress(version, level)
    content: dict[str, Any] = {
        "plan": version.plan.code,
        "year": version.year,
        "level": level,
        "figures": {code: figure.printed for code, figure in found.figures.items()},
        "goals": _goals(version, found),
        "not_counted": {reason: sum(by.values()) for reason, by in found.uncounted.items()},
    }
    return AnnualReport({**content, "digest": digest(content)})


def digest(content: dict[str, Any]) -> str:
    """Return sha256 over *content* as compact JSON with sorted keys, UTF-8, non-ASCII as is."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _goals(version: PlanVersion, found: Progress) -> dict[str, dict[str, str | None]]:
    """Return goal → what the software proposes and what a manager last decided."""
    return {
        goal.code: {
            "proposed": found.proposed[goal.code],
            "decided": next((d.verdict for d in reversed(goal.decisions.all())), None),
        }
        for goal in goals_of(version)
    }


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return spreadsheets.safe(str(value))

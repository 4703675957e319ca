"""The yearly status report: one object, printed as JSON, CSV and on the page."""

import csv
import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

from goals.models import PlanVersion, StatusReport
from goals.progress import APPROVED
from goals.reports.standing import PUBLISHED, Standing, counted
from workshops import spreadsheets


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
    published = version.published
    if level == PUBLISHED and published is None:
        raise StatusReport.DoesNotExist
    if published and level in {None, PUBLISHED}:
        return AnnualReport(published.content)
    return report_of(version, counted(version, level or APPROVED))


def report_of(version: PlanVersion, found: Standing) -> AnnualReport:
    """Put figures of *version* together as they are printed; a published report stays as it is."""
    if found.report:
        return AnnualReport(found.report.content)
    content: dict[str, Any] = {
        "plan": version.plan.code,
        "year": version.year,
        "level": found.level,
        "figures": dict(found.figures),
        "goals": {
            code: {"proposed": proposed, "decided": found.decided[code]}
            for code, proposed in found.proposed.items()
        },
        "not_counted": dict(found.uncounted),
    }
    return AnnualReport({**content, "digest": digest(content)})


def digest(content: dict[str, Any]) -> str:
    """Return sha256 over *content* as compact JSON with sorted keys, UTF-8, non-ASCII as is."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return spreadsheets.safe(str(value))

"""What an import did, or would do: alike for a register, a plan and registrations."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from workshops.readers.problems import Problem, Problems


class WrongUse(Exception):  # noqa: N818 - reads as the sentence it is
    """The path is not what an import takes; says why."""


@dataclass(frozen=True, slots=True)
class Section:
    """Changes of one kind, a line each; *kind* is new, changed, renamed and so on."""

    kind: str
    lines: tuple[str, ...]


@dataclass(kw_only=True)
class Outcome:
    """What an import did, or would do, or what stands in its way."""

    problems: Problems = field(default_factory=Problems)
    sections: tuple[Section, ...] = ()
    counts: dict[str, Mapping[str, int]] = field(default_factory=dict)
    """File → word → number, errors among them."""
    refusal: str = ""
    keys: tuple[str, ...] = ()
    """What the changes are put in the place of, where the lines do not say it."""

    def tell(self, sections: Iterable[tuple[str, Iterable[str]]]) -> None:
        """Keep the lines of each kind of change that there is."""
        found = (Section(kind, tuple(lines)) for kind, lines in sections)
        self.sections = tuple(section for section in found if section.lines)

    @property
    def errors(self) -> list[Problem]:
        return self.problems.errors

    @property
    def warnings(self) -> list[Problem]:
        return self.problems.warnings

    @property
    def notes(self) -> list[str]:
        """Where tables were found that do not stand where one looks first."""
        return self.problems.notes

    @property
    def can_apply(self) -> bool:
        """Whether nothing stands in the way."""
        return not self.problems and not self.refusal

    @property
    def fingerprint(self) -> str:
        """Equal for equal outcomes: what somebody confirms is what was shown."""
        said = [[section.kind, *section.lines] for section in self.sections]
        faults = [str(problem) for problem in (*self.errors, *self.warnings)]
        content = [said, self.counts, faults, self.refusal, self.keys]
        text = json.dumps(content, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()

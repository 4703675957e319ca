"""What stands twice: runs of the same code in two places of the product. A step of ./dev check.

Spaces, line breaks, comments, docstrings, imports and the heads of functions do not count, nor do
lines of a page or a style sheet that only open or close something.
"""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
import tokenize
from collections import defaultdict
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
LEAST_TOKENS = 50  # of Python: about six lines
LEAST_LINES = 5  # of templates, styles and scripts
LOOKED_AT = (
    "*.py",
    "dev",
    "templates/*.html",
    "templates/*.txt",
    "frontend/*.scss",
    "frontend/*.js",
)
LEFT_OUT = re.compile(r"tests/|locale/|.*/migrations/")
SILENT = {
    *(tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE),
    *(tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER),
}
# A tag without an attribute, `{% else %}`, `{% endif %}` and the like.
BARE = re.compile(r"</?\w+>|\{% (?:else|empty|plural|end\w+|load|extends)\b[^%]*%\}")
ALLOWED: dict[frozenset[str], str] = {}  # two files: why they repeat each other


class Word(NamedTuple):
    """A token of Python, or a line of another file."""

    line: int
    text: str


class Place(NamedTuple):
    """Where a run of words begins."""

    name: str
    first: int


def is_python(name: str) -> bool:
    """Whether a file is read token by token."""
    return name.endswith(".py") or name == "dev"


def least(name: str) -> int:
    """How many words make a run."""
    return LEAST_TOKENS if is_python(name) else LEAST_LINES


def words(name: str, source: str) -> list[Word]:
    """What a file says, in order, without what does not count."""
    if is_python(name):
        silent = _silent_lines(ast.parse(source))
        return [
            Word(token.start[0], token.string)
            for token in tokenize.generate_tokens(io.StringIO(source).readline)
            if token.type not in SILENT and token.start[0] not in silent
        ]
    folded = enumerate((" ".join(line.split()) for line in source.splitlines()), start=1)
    return [Word(line, text) for line, text in folded if re.search(r"\w", BARE.sub("", text))]


def _silent_lines(tree: ast.Module) -> set[int]:
    silent: set[int] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
                silent.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
            case ast.FunctionDef():
                silent.update(range(node.lineno, node.body[0].lineno))
    return silent


def twice(texts: dict[str, str]) -> list[str]:
    """Every run that stands in two places, the longest first: `a.py:1-9 ~ b.py:4-12`."""
    said = {name: words(name, text) for name, text in texts.items()}
    places = defaultdict(list)
    for name, of_file in said.items():
        each = [word.text for word in of_file]
        for first in range(len(each) - least(name) + 1):
            places[tuple(each[first : first + least(name)])].append(Place(name, first))
    same = {pair for found in places.values() for pair in combinations(found, 2)}
    runs = []
    for one, other in same:
        if _moved(one, other, by=-1) in same or frozenset({one.name, other.name}) in ALLOWED:
            continue  # the middle of a run, or a known one
        more = 0
        while _moved(one, other, by=more + 1) in same:
            more += 1
        length = least(one.name) + more
        if one.name != other.name or one.first + length <= other.first:
            runs.append((-length, f"{_shown(said, one, length)} ~ {_shown(said, other, length)}"))
    return [row for _length, row in sorted(runs)]


def _moved(one: Place, other: Place, *, by: int) -> tuple[Place, Place]:
    return Place(one.name, one.first + by), Place(other.name, other.first + by)


def _shown(said: dict[str, list[Word]], place: Place, length: int) -> str:
    first, last = (said[place.name][at] for at in (place.first, place.first + length - 1))
    return f"{place.name}:{first.line}-{last.line}"


def product() -> dict[str, str]:
    """The text of each file of the product, by its name."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *LOOKED_AT]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    names = sorted({name for name in listed.split("\0") if name and not LEFT_OUT.match(name)})
    return {name: (ROOT / name).read_text("utf-8") for name in names if (ROOT / name).is_file()}


def main() -> int:
    """Print each run; 1 when there is one."""
    rows = twice(product())
    print(*rows, sep="\n", end="\n" if rows else "")
    return 1 if rows else 0


if __name__ == "__main__":
    sys.exit(main())

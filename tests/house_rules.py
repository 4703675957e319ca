"""The rules of the house that no tool checks, each a function from a source to its faults."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

APPS = ("config", "demo", "goals", "attendance", "booking", "workshops", "notifications")
MAX_LINES = 400
MAX_FUNCTION_LINES = 45
# The platform serves any plan; what one municipality's plan is about is data.
FORBIDDEN = re.compile(r"e(?:ks|x)tremis|radicali[sz]|radikaliser", re.IGNORECASE)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def app_sources(root: Path, *, migrations: bool = False) -> list[Path]:
    """The code of the apps."""
    files = (file for app in APPS for file in (root / app).rglob("*.py"))
    return sorted(file for file in files if migrations or "migrations" not in file.parts)


def worded_sources(root: Path) -> list[Path]:
    """Everything that people can read on the site: code, templates, translations."""
    templates = [file for file in (root / "templates").rglob("*") if file.is_file()]
    translations = list((root / "locale").rglob("*.po"))
    return sorted([*app_sources(root, migrations=True), *templates, *translations])


def faults(source: str) -> Iterator[str]:
    """Every rule that a module breaks, with its line."""
    tree = ast.parse(source)
    lines = len(source.splitlines())
    if lines > MAX_LINES:
        yield f"1: {lines} lines, {MAX_LINES} is the most"
    if tree.body and not ast.get_docstring(tree):
        yield "1: no docstring says what the module is for"
    for node in ast.walk(tree):
        if isinstance(node, Function):
            yield from _faults_of_function(node)
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield f"{node.lineno}: relative import"
        elif isinstance(node, ast.Call) and _names(node.func) == "print":
            yield f"{node.lineno}: print"
        elif isinstance(node, ast.JoinedStr) and any(map(_is_translation, ast.walk(node))):
            yield f"{node.lineno}: a translation inside an f-string is never extracted"


def _faults_of_function(node: Function) -> Iterator[str]:
    length = (node.end_lineno or node.lineno) - node.lineno + 1
    if length > MAX_FUNCTION_LINES:
        yield f"{node.lineno}: {node.name} has {length} lines, {MAX_FUNCTION_LINES} is the most"
    for argument in (*node.args.posonlyargs, *node.args.args):
        if _names(argument.annotation) == "bool":
            yield f"{node.lineno}: {node.name}: {argument.arg} is not keyword-only"


def _is_translation(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and _names(node.func) in {"_", "gettext", "ngettext"}


def _names(node: ast.AST | None) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def forbidden_words(text: str) -> list[str]:
    """Words that belong to one municipality's plan."""
    return FORBIDDEN.findall(text)


def same_names(root: Path) -> dict[str, list[str]]:
    """Classes of the apps that share a name, with where they stand: one word is one thing.

    Commands are named by Django; a class within another has the other's name before it.
    """
    found: dict[str, list[str]] = {}
    for file in app_sources(root):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name != "Command":
                found.setdefault(node.name.lstrip("_"), []).append(str(file.relative_to(root)))
    return {name: places for name, places in found.items() if len(places) > 1}

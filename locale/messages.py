"""The translations: extracts, updates, checks and compiles them. Needs Babel, no system gettext.

python locale/messages.py compile | update | check
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PLACEHOLDER = re.compile(r"%\((\w+)\)")
APPS = ("config", "demo", "goals", "attendance", "booking", "workshops", "notifications")
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}


def extracted(root: Path) -> Catalog:
    """Every text marked in code and templates."""
    found = Catalog(project="fremmoede", charset="utf-8")
    for source, text in _sources(root):
        for line, msgid, comments, context in extract("python", io.BytesIO(text), KEYWORDS):
            place = (source.relative_to(root).as_posix(), line)
            found.add(msgid, locations=[place], auto_comments=comments, context=context)
    return found


def _sources(root: Path) -> Iterator[tuple[Path, bytes]]:
    for app in APPS:
        for source in sorted((root / app).rglob("*.py")):
            yield source, source.read_bytes()
    for source in sorted((root / "templates").rglob("*.*")):
        if source.suffix in {".html", ".txt"}:
            yield source, _as_python(source.read_text(encoding="utf-8"))


def _as_python(template: str) -> bytes:
    """Django turns a template into calls of gettext; without indents Babel can read them."""
    lines = templatize(template).splitlines()
    return "\n".join(line.strip() for line in lines).encode()


def catalogues(root: Path) -> list[Path]:
    """The languages we have."""
    return sorted((root / "locale").glob("*/LC_MESSAGES/django.po"))


def read(file: Path) -> Catalog:
    """One language."""
    with file.open("rb") as source:
        return read_po(source, locale=file.parent.parent.name)


def update(root: Path) -> None:
    """Writes new texts into every language, untranslated; drops those no longer used."""
    found = extracted(root)
    for file in catalogues(root) or [root / "locale" / "da" / "LC_MESSAGES" / "django.po"]:
        file.parent.mkdir(parents=True, exist_ok=True)
        old = read(file) if file.exists() else Catalog()
        language = file.parent.parent.name
        new = Catalog(
            locale=language, project="Fremmøde", fuzzy=False, header_comment="# Translations."
        )
        for message in found:
            if message.id:
                known = old.get(message.id, context=message.context)
                new.add(
                    message.id,
                    string=known.string if known else "",
                    locations=[(place, 0) for place, _ in message.locations],
                    context=message.context,
                )
        file.write_bytes(_as_po(new))


def _as_po(catalogue: Catalog) -> bytes:
    """Without dates and line numbers, so that the same texts give the same bytes."""
    text = io.BytesIO()
    write_po(text, catalogue, width=100, sort_output=True, include_lineno=False)
    lines = text.getvalue().decode().splitlines(keepends=True)
    left_out = (
        *('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator'),
        *('"Report-Msgid-Bugs-To', '"Language-Team', '"Project-Id-Version'),
    )
    return "".join(line for line in lines if not line.startswith(left_out)).encode()


def gaps(root: Path) -> list[str]:
    """What is missing, in words; nothing when all is well."""
    found = extracted(root)
    files = catalogues(root)
    if not files and len(found):
        return ["There are no translations yet: run ./dev translate and fill them in."]
    return [gap for file in files for gap in _gaps_in(read(file), found)]


def _gaps_in(catalogue: Catalog, found: Catalog) -> Iterator[str]:
    for message in found:
        if message.id:
            yield from _faults(catalogue, message)
    for message in catalogue:
        if message.id and found.get(message.id, context=message.context) is None:
            yield f"{catalogue.locale}: no longer used: {message.id!r} (run ./dev translate)"


def _faults(catalogue: Catalog, message: Message) -> Iterator[str]:
    place = ", ".join(f"{file}:{line}" for file, line in message.locations[:2])
    known = catalogue.get(message.id, context=message.context)
    if known is None:
        yield f"{place}: not in {catalogue.locale} (run ./dev translate): {message.id!r}"
        return
    texts = known.string if isinstance(known.string, tuple | list) else [known.string]
    if not all(texts) or known.fuzzy:
        yield f"{place}: no {catalogue.locale} text: {message.id!r}"
        return
    ours = message.id[-1] if isinstance(message.id, tuple | list) else message.id
    if set(PLACEHOLDER.findall(ours)) != set(PLACEHOLDER.findall(texts[-1] or "")):
        yield f"{place}: {catalogue.locale}: other placeholders: {message.id!r}"
    for fault in known.check(catalogue):
        yield f"{place}: {catalogue.locale}: {fault}: {message.id!r}"


def compile_all(root: Path) -> None:
    """Writes the binary form beside each language."""
    for file in catalogues(root):
        with file.with_suffix(".mo").open("wb") as target:
            write_mo(target, read(file))


def main(arguments: list[str]) -> int:
    """Does what the first word says."""
    match arguments:
        case ["compile"]:
            compile_all(ROOT)
        case ["update"]:
            update(ROOT)
        case ["check"]:
            found = gaps(ROOT)
            print(*found, sep="\n", end="\n" if found else "")
            return 1 if found else 0
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

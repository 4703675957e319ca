"""Which encoding a table of text is written in, and whether its æ, ø and å have survived."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from workshops.readers import letters
from workshops.readers.problems import CannotRead

_CHUNK = 1 << 20
_BINARY = re.compile(r"[\x00-\x08\x0e-\x1f]")
_WORD = re.compile(rb"[A-Za-z\x80-\xff]{2,60}")
_LETTERS = "a-zà-öø-ÿšžœ"
_CAPITALS = "A-ZÀ-ÖØ-ÞŠŽŒ"
_SPELLED = rf"(?:[{_CAPITALS}]?[{_LETTERS}]*|[{_CAPITALS}]+)"
# What Windows-1252 has before, within and after the words of an honest text: «l’école».
_BEFORE, _WITHIN, _AFTER = "‘‚“„–—…•´`«§·¡¿", "’´`–—·", "’‚”“–—…´`»°·©®™¹²³¼½¾ªº"
_HONEST = re.compile(
    rf"[{_BEFORE}]*(?:{_SPELLED}(?:[{_WITHIN}]{_SPELLED})*)?[{_AFTER}]*|[{_BEFORE}{_AFTER}]*"
)
_DANISH = re.compile("[æøåÆØÅ]")
_DANISH_WORD = re.compile("[A-ZÆØÅÉÖÄÜ]?[a-zæøåéöäü]+|[A-ZÆØÅÉÖÄÜ]+")
# The code pages 850, 865 and 437 write æ and å alike; the first two ø, too.
_OLD = {"DOS": "cp865", "Mac": "mac_roman"}
# æøåÆØÅ in UTF-8, the same taken for Windows-1252 and encoded once more, and the sign for a loss.
_UTF8 = re.compile(rb"\xc3[\xa6\xb8\xa5\x86\x98\x85]")
_TWICE = re.compile(rb"\xc3\x83(?:\xc2[\xa6\xb8\xa5]|\xe2\x80[\xa0\xa6]|\xcb\x9c)")
_LOST = re.compile(rb"[A-Za-z]\xef\xbf\xbd|\xef\xbf\xbd[A-Za-z]")
# A byte that is no UTF-8, as Python keeps it (PEP 383).
_STRAY = re.compile("[\udc80-\udcff]")
_COLUMN, _LINE_END = re.compile(r'[;,\t\r\n"]+'), re.compile(r"\r\n?|\n")
_SUSPECT = re.compile("[Ã\ufffd]")


def encoding_of(path: Path, *, file: str) -> str:
    """Return the name of the encoding, tried in this order: UTF-16-LE, UTF-8, Windows-1252.

    Raises CannotRead for anything else, and where the Danish letters are broken.
    """
    with path.open("rb") as stream:
        start = stream.read(4096)
    candidates = ["utf-8-sig", "cp1252"]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif _is_wide(start):
        candidates = ["utf-16-le"]
    for encoding in candidates:
        if encoding == "cp1252":
            _refuse_stray_byte(path.read_bytes(), file=file)
            _refuse_code_page(path.read_bytes(), file=file)
        if _decodes(path, encoding):
            if encoding == "utf-8-sig":
                _refuse_twice_encoded(path.read_bytes(), file=file)
            return encoding
    raise CannotRead.because(
        file,
        fault=_("The file is not a table of text: it holds signs that no text has."),
        cure=_("Save the table as .xlsx, or as CSV in UTF-8, and use that file."),
    )


def broken(file: str, *, kind: str = "", seen: str, meant: str = "") -> CannotRead:
    """Return the refusal of a file whose æ, ø and å are broken: what is *seen*, what was *meant*.

    *kind* is DOS or Mac where the code page is known.
    """
    faults = {
        "DOS": _("The letters æ, ø and å are broken: the file is in a DOS code page."),
        "Mac": _("The letters æ, ø and å are broken: the file is in an old Mac code page."),
    }
    fault = faults.get(kind) or _("The letters æ, ø and å are broken.")
    cure = _("Open the original where it was made, and save it as .xlsx or as “CSV UTF-8”.")
    return CannotRead.because(file, fault=f"{fault} {letters.example(seen, meant)}", cure=cure)


def _is_wide(start: bytes) -> bool:
    """UTF-16-LE without a mark: nearly every second byte is zero, and no other."""
    high, low = start[1::2], start[0::2]
    return len(start) > 3 and high.count(0) > 0.8 * len(high) and not low.count(0)


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                if _BINARY.search(decoder.decode(chunk)):
                    return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _refuse_stray_byte(content: bytes, *, file: str) -> None:
    """Refuse what is UTF-8 but for a few bytes, and say where the first of them is."""
    text = content.decode("utf-8-sig", "surrogateescape")
    strays = list(_STRAY.finditer(text))
    wide = sum(not sign.isascii() for sign in text) - len(strays)
    is_utf8 = content.startswith(codecs.BOM_UTF8) or len(strays) <= wide
    if not (is_utf8 and strays) or _BINARY.search(text):
        return
    first = strays[0]
    line = len(_LINE_END.findall(text, 0, first.start())) + 1
    seen = next(words for words in _COLUMN.split(text) if first[0] in words)
    example = letters.example(_STRAY.sub("\ufffd", seen), "")
    fault = _("Line {line} has a sign that is not UTF-8, as the rest of the file is.")
    raise CannotRead.because(
        file,
        fault=f"{fault.format(line=line)} {example}",
        cure=_("Write that place anew, or save the original as .xlsx or as “CSV UTF-8”."),
    )


def _refuse_code_page(content: bytes, *, file: str) -> None:
    """Refuse what makes Danish words in an old code page, and fewer of them in Windows-1252."""
    danish = 0
    votes: dict[str, list[tuple[str, str]]] = {kind: [] for kind in _OLD}
    for word in _words(content):
        honest = word.decode("cp1252", "replace")
        if _HONEST.fullmatch(honest):
            danish += bool(_DANISH.search(honest))
            continue
        for kind, encoding in _OLD.items():
            text = word.decode(encoding)
            if _DANISH_WORD.fullmatch(text) and _DANISH.search(text):
                votes[kind].append((honest, text))
    kind = max(votes, key=lambda name: len(votes[name]))
    if len(votes[kind]) > danish and not _BINARY.search(content.decode("latin-1")):
        seen, meant = votes[kind][0]
        raise broken(file, kind=kind, seen=seen, meant=meant)


def _words(content: bytes) -> Iterator[bytes]:
    """The words that are not plain ASCII."""
    for found in _WORD.finditer(content):
        if not found[0].isascii():
            yield found[0]


def _refuse_twice_encoded(content: bytes, *, file: str) -> None:
    """Refuse UTF-8 in which more Danish letters are broken than whole."""
    whole = len(_UTF8.findall(content))
    for pattern in (_TWICE, _LOST):
        first = pattern.search(content)
        if first and len(pattern.findall(content)) > whole:
            around = content[max(first.start() - 20, 0) : first.end() + 20]
            word = next(
                text
                for text in re.split(r"[^\w\ufffd\u0080-\u2122]+", around.decode(errors="ignore"))
                if _SUSPECT.search(text)
            )
            raise broken(file, seen=word, meant=letters.mended(word))

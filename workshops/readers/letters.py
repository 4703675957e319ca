"""Words whose æ, ø and å were lost on the way: what they say now, and what was meant."""

import re

from django.utils.translation import gettext as _

from workshops.readers.problems import shown

# æ, ø and å of the DOS and Mac code pages, taken for Windows-1252; and what stands for any loss.
# The ‘ of DOS is left out: it is an apostrophe in too many names (O‘Brien, Hawai‘i).
_SIGNS = {"›": "ø", "†": "å", "¾": "æ", "¿": "ø", "Œ": "å"}
_LOSSES = "\ufffd?"
_LETTER, _SMALL = "[^\\W\\d_]", "[a-zæøåéöäü]"
_WITHIN = re.compile(f"(?<={_LETTER})[{''.join(_SIGNS)}{_LOSSES}](?={_SMALL})")
_AT_ENDS = re.compile(f"\ufffd|^\\W*\\?(?={_SMALL})")
_ADDRESS = re.compile("[/=@]")
# What letters of Western Europe begin with in UTF-8, taken for Windows-1252. Others begin with what
# is right before a punctuation mark in Danish: PÅ…, Ø–V, CAFÉ’EN.
_TWICE = "Ã"


def broken(text: str) -> tuple[str, str] | None:
    """Return the first word of *text* whose letters are broken, and what was meant ("": unknown).

    A word taken for Windows-1252 and encoded once more ("SÃ¸ren"), one of an old code page
    ("S›ren"), or with a sign for what was lost ("S?ren"). Words that are written so on purpose, by
    whatever people do with punctuation, are left alone as far as that can be told.
    """
    if text.isascii() and "?" not in text:
        return None
    for word in text.split():
        meant = mended(word)
        if meant and _TWICE in word:
            return word, meant
        if not _ADDRESS.search(word) and (_WITHIN.search(word) or _AT_ENDS.search(word)):
            return word, _replaced(word)
    return None


def mended(word: str) -> str:
    """Return what was meant by a word that was encoded twice; "" for any other."""
    try:
        meant = word.encode("cp1252").decode()
    except UnicodeError:
        return ""
    return "" if meant == word else meant


def doubt(text: str) -> tuple[str, str] | None:
    """Return the fault and the cure of a text of which something seems to be lost, or None."""
    found = broken(text)
    if found is None:
        return None
    fault = _("The letters æ, ø and å are broken.")
    cure = _("Write it anew where the file was made, or import it as it stands.")
    return f"{fault} {example(*found)}", cure


def example(seen: str, meant: str) -> str:
    """Say what stands there, and what was meant where that is known."""
    told = _("It says “{seen}” where “{meant}” is meant.") if meant else _("It says “{seen}”.")
    return told.format(seen=shown(seen), meant=shown(meant))


def _replaced(word: str) -> str:
    if set(_LOSSES) & set(word):
        return ""
    return _WITHIN.sub(lambda found: _SIGNS[found[0]], word)

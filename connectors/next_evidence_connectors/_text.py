"""Bytes to text, and text to what a person said: encodings, stray characters, HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser
from typing import Any

_FORBIDDEN = re.compile("[\x00\ud800-\udfff]")  # no store takes them: NUL and half characters
_BLOCKS = {
    "p",
    "div",
    "br",
    "li",
    "tr",
    "h1",
    "h2",
    "h3",
    "h4",
    "blockquote",
    "pre",
    "ul",
    "ol",
    "table",
}
_TAG = re.compile(
    r"</?(?:p|div|br|span|a|b|i|strong|em|ul|ol|li|blockquote|h\d|pre|table|img)\b[^<>]*>", re.I
)


class TextProblem(ValueError):
    """Bytes that are no text; the message says what to do."""


def decode(data: bytes) -> tuple[str, int]:
    """Return the text of a whole file, and the first line that is not UTF-8 (0: none is).

    UTF-8 with or without a byte-order mark, and UTF-16 with one. Else every byte is a character of
    Windows-1252 (Latin-1 with quotes and dashes), which never fails: the caller says so in its report.

    Raises
    ------
    TextProblem
        The file is binary, or UTF-16 without a mark.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), 0
        except UnicodeDecodeError:
            raise TextProblem(
                "this is no text: a UTF-16 mark, but no UTF-16; save it as UTF-8"
            ) from None
    if b"\x00" in data:
        raise TextProblem("it holds NUL bytes: it is damaged or no text; save it as UTF-8")
    try:
        return data.decode("utf-8-sig"), 0
    except UnicodeDecodeError as error:
        return decode_latin(data), data.count(b"\n", 0, error.start) + 1


def decode_latin(data: bytes) -> str:
    """Text of bytes that are not UTF-8: Windows-1252, with Latin-1 for the five bytes that it lacks."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


READ_AS_LATIN = "not UTF-8 from this line on; read as Latin-1 (Windows-1252), so look for odd letters, or save it as UTF-8"


def clean(text: str) -> str:
    """Text without the characters that no store takes, and without blanks around it."""
    return _FORBIDDEN.sub("", text).strip()


def one_line(text: str) -> str:
    """Text on one line, with single blanks."""
    return " ".join(clean(text).split())


def first_word(row: Mapping[str, Any], *keys: str) -> str:
    """The first of these values that says something, on one line; words and numbers only."""
    for key in keys:
        value = row.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return one_line(str(value))
    return ""


def plain_text(text: str) -> str:
    r"""Text of an HTML fragment, a line per block; text without tags stays as it is.

    >>> plain_text("<p>It&rsquo;s slow.</p><p>Every Monday</p>")
    'It’s slow.\n\nEvery Monday'
    """
    if not _TAG.search(text):
        return clean(text)
    stripper = _Stripper()
    stripper.feed(text)
    stripper.close()
    lines = (" ".join(line.split()) for line in "".join(stripper.parts).split("\n"))
    return clean(re.sub(r"\n{3,}", "\n\n", "\n".join(lines)))


def entities(text: str) -> str:
    """Text with ``&amp;`` and its like turned into characters."""
    return unescape(text) if "&" in text else text


class _Stripper(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "style"):
            self._hidden += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._hidden = max(0, self._hidden - 1)
        elif tag in _BLOCKS - {"br", "li", "tr", "ul", "ol"}:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data.replace("\n", " "))

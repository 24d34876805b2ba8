"""Personal data that has a shape: addresses, numbers, keys and links, as spans with a placeholder.

Every pattern is anchored or bounded so that a hostile text costs time in proportion to its length. Money,
dates, counts and version numbers have none of these shapes and stay: they are evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

PLACEHOLDER = re.compile(r"\[(?:person|email|phone|number|secret|url|address)\]")


class Masked(NamedTuple):
    """A span to be replaced by ``[label]``."""

    start: int
    end: int
    label: str


_URL = re.compile(r"\b[a-zA-Z][a-zA-Z0-9+.\-]{1,20}://[^\s<>\"'\[\]|]+|\bwww\.[^\s<>\"'\[\]|]+")
_EMAIL = re.compile(r"(?<![\w.+'\-])[\w+][\w.+'\-]*@[\w\-]{1,63}(?:\.[\w\-]{2,63}){1,5}")
_EMAIL_IN_WORDS = re.compile(
    r"(?<![\w.])[\w.+\-]{2,40}\s?(?:\(at\)|\[at\]|\sat\s)\s?[\w\-]{2,40}\s?(?:\(dot\)|\[dot\]|\sdot\s)\s?(?:com|org|net|io|co|de|fr|eu|uk|example)\b",
    re.IGNORECASE,
)
_TOKEN_SHAPES = re.compile(
    r"(?<![\w\-])(?:"
    r"xox[abeprs]-[\w\-]{8,}|xapp-[\w\-]{8,}|gh[opsur]_\w{16,}|github_pat_\w{16,}|glpat-[\w\-]{10,}"
    r"|(?:sk|pk|rk)[-_](?:live|test|proj|ant)?[-_]?[\w\-]{16,}|whsec_\w{16,}|shpat_\w{16,}|npm_\w{20,}|pypi-[\w\-]{20,}|hf_\w{20,}|dop_v1_\w{20,}"
    r"|(?:AKIA|ASIA)[0-9A-Z]{12,}|AIza[\w\-]{30,}|ya29\.[\w\-]{16,}|SG\.[\w\-]{10,}\.[\w\-]{10,}"
    r"|eyJ[\w\-]{8,}\.[\w\-]{4,}(?:\.[\w\-]*)?"
    r")"
)
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----")
_BEARER = re.compile(
    r"(?<=\b[Bb]earer )(?!\[)[\w.~+/=\-]{12,}|(?<=\b[Bb]asic )(?!\[)[\w+/]{12,}={0,2}"
)
_NAMED_SECRET = re.compile(
    r"\b(?:pass(?:word|wd|code|phrase)?|pwd|pin(?: code)?|secret|(?:access |auth |api |bearer |refresh )?token|(?:api|access|secret|private|licen[cs]e)[ _\-]?key"
    r"|client[ _\-]secret|otp|credentials?)\b[\"']?\s{0,3}(?P<sign>[:=]|\bis(?: now| set to)?\b|\bwas\b|-)\s{0,3}(?P<open>[\"'`“‘]?)(?P<value>[^\s\"'`“”‘’\[\]]{4,200})",
    re.IGNORECASE,
)
_LONG_RUN = re.compile(r"(?<![\w+/=\-])[A-Za-z0-9_+/=\-]{20,}(?![\w])")
_HEX = re.compile(r"[0-9a-fA-F]{32,}|[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_LETTER_TO_DIGIT = re.compile(r"[A-Za-z][0-9]|[0-9][A-Za-z]")
_DIGITS = re.compile(r"(?<![\w.,+\-])\d(?:[ \-]?\d){12,18}(?![\w])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_SOCIAL_SECURITY = re.compile(r"(?<![\w\-])\d{3}-\d{2}-\d{4}(?![\w\-])")
_PHONE = re.compile(
    r"(?<![\w+.,/#\-])(?:"
    r"(?:\+|00)\d{1,3}[\s.\-/]{0,2}(?:\(0?\d{0,5}\)[\s.\-/]{0,2})?\d(?:[\s.\-/]{0,2}\d){5,13}"
    r"|\(?0\d{2,5}\)?[\s.\-/]{1,2}\d{2,4}(?:[\s.\-]?\d{2,4}){1,3}"
    r"|0\d{9,10}"
    r"|0\d(?:[ .]\d\d){4}"
    r"|(?:1[ .\-])?\(\d{3}\)\s?\d{3}[\s.\-]\d{4}|(?:1[.\-])?\d{3}[.\-]\d{3}[.\-]\d{4}"
    r")(?![\w])"
)
_PHONE_AFTER_WORD = re.compile(
    r"\b(?:call|ring|phone|tel|telephone|mobile|cell|whatsapp|reach|dial|sms|fax)\b"
    r"(?:[\s:.#(]{0,3}(?:me|us|him|her|them|back|on|at|no|number|nr|is|direct|line)\b){0,4}[\s:.#(]{0,3}"
    r"(?P<value>\d(?:[\s.\-]?\d){6,13})(?![\w%])(?!,\d)",
    re.IGNORECASE,
)
_HANDLE = re.compile(
    r"(?<![\w@/.])@(?!(?:here|channel|everyone|all|daily|hourly|weekly|monthly|yearly|reboot|media|param|returns?|property|override)\b)[A-Za-z_][\w.\-]{1,38}\w"
)
_ADDRESS = re.compile(
    r"\b\d{1,5}[A-Za-z]?,?\s(?:[A-Z][\w'’\-]{1,30}\s){1,3}(?:Street|St\b\.?|Road|Rd\b\.?|Avenue|Ave\b\.?|Lane|Boulevard|Blvd\b\.?|Terrace|Crescent|Gardens)(?!\w)"
    r"|\b(?:Unit|Suite|Flat|Apt\.?|Floor)\s\d{1,5}[A-Za-z]?,?\s(?:[A-Z][\w'’\-]{1,30}\s){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Row|Way|Drive|Court|Square|Place|Terrace|Close|Park|Yard)\b"
    r"|\b[A-ZÄÖÜ][a-zäöüß]{2,30}(?:straße|strasse|str\.|gasse|allee)\s\d{1,4}[a-z]?\b"
    r"|\b\d{1,4},?\s(?:rue|avenue|boulevard|place|chemin|quai)\s(?:de\s|du\s|des\s|la\s|l['’]){0,3}[A-ZÀ-Þ][\w'’\-]{1,30}"
)


def find_patterns(text: str) -> list[Masked]:
    """Spans of personal data by shape, in order and without overlap.

    Where two shapes claim the same characters, the one listed first wins: a link with a mail address in
    it is one link.
    """
    if len(text) < 4:
        return []
    found: list[Masked] = [Masked(*found.span(), "kept") for found in PLACEHOLDER.finditer(text)]
    for finder in _FINDERS:
        for span in finder(text):
            if span.start < span.end:
                found.append(span)
    return _without_overlaps(found)


def _without_overlaps(spans: list[Masked]) -> list[Masked]:
    # earlier in the list wins; a sorted sweep keeps this linear in practice
    order = sorted(range(len(spans)), key=lambda i: (spans[i].start, i))
    chosen: list[int] = []
    for index in order:
        while chosen and spans[chosen[-1]].end > spans[index].start and index < chosen[-1]:
            chosen.pop()
        if not chosen or spans[chosen[-1]].end <= spans[index].start:
            chosen.append(index)
    return [spans[index] for index in chosen if spans[index].label != "kept"]


def _urls(text: str) -> Iterator[Masked]:
    if "://" not in text and "www." not in text:
        return
    for found in _URL.finditer(text):
        link = found[0].rstrip(".,;:!?)>]}»”’")
        authority = link.split("://", 1)[-1].split("/", 1)[0]
        if (
            "?" in link
            or "@" in authority
            or "#" in link
            or "hooks." in authority
            or "/invite" in link
        ):
            yield Masked(found.start(), found.start() + len(link), "url")


def _secrets(text: str) -> Iterator[Masked]:
    at = 0
    while begin := _PRIVATE_KEY.search(text, at):
        end = text.find("-----END", begin.end())
        close = text.find("-----", end + 8) + 5 if end >= 0 else len(text)
        at = max(close if close > 5 else len(text), begin.end())
        yield Masked(begin.start(), at, "secret")
    for pattern in (_TOKEN_SHAPES, _BEARER):
        for found in pattern.finditer(text):
            yield Masked(*found.span(), "secret")
    for found in _NAMED_SECRET.finditer(text):
        start, end = found.span("value")
        value = found["value"].rstrip(".,;!?)")
        if _is_secret(
            value, sign=found["sign"], quoted=bool(found["open"]), rest=text[end : end + 2]
        ):
            yield Masked(start, start + len(value), "secret")
    for found in _LONG_RUN.finditer(text):
        run = found[0]
        if _HEX.fullmatch(run) or (
            len(_LETTER_TO_DIGIT.findall(run)) >= 4 and run.lower() != run != run.upper()
        ):
            yield Masked(*found.span(), "secret")


def _is_secret(value: str, *, sign: str, quoted: bool, rest: str) -> bool:
    """Whether what follows "password is" or "token:" is one, rather than a word about it."""
    digit = any(char.isdigit() for char in value)
    letter = any(char.isalpha() for char in value)
    symbol = any(char in "!#$%^&*_+=~|/\\?<>" for char in value)
    if sign in ":=":
        alone = not rest.strip(" ") and (rest[:1] in ("\n", "")) and letter
        return quoted or symbol or (digit and (letter or len(value) >= 4)) or alone
    if sign == "-":
        return digit and letter and len(value) >= 6
    return (
        quoted
        or (digit and letter)
        or (symbol and letter and len(value) >= 6)
        or (digit and value.isdigit())
    )


def _emails(text: str) -> Iterator[Masked]:
    if "@" in text:
        for found in _EMAIL.finditer(text):
            yield Masked(*found.span(), "email")
    if "dot" in text.lower():
        for found in _EMAIL_IN_WORDS.finditer(text):
            yield Masked(*found.span(), "email")


def _numbers(text: str) -> Iterator[Masked]:
    for found in _DIGITS.finditer(text):
        if luhn_holds(found[0]):
            yield Masked(*found.span(), "number")
    for found in _IBAN.finditer(text):
        if iban_holds(found[0]):
            yield Masked(*found.span(), "number")
    for found in _SOCIAL_SECURITY.finditer(text):
        yield Masked(*found.span(), "number")


def _phones(text: str) -> Iterator[Masked]:
    for found in _PHONE.finditer(text):
        if 8 <= sum(char.isdigit() for char in found[0]) <= 15:
            yield Masked(*found.span(), "phone")
    for found in _PHONE_AFTER_WORD.finditer(text):
        if sum(char.isdigit() for char in found["value"]) >= 7:
            yield Masked(*found.span("value"), "phone")


def _handles(text: str) -> Iterator[Masked]:
    if "@" in text:
        for found in _HANDLE.finditer(text):
            yield Masked(*found.span(), "person")


def _addresses(text: str) -> Iterator[Masked]:
    for found in _ADDRESS.finditer(text):
        yield Masked(*found.span(), "address")


_FINDERS: tuple[Callable[[str], Iterator[Masked]], ...] = (
    _urls,
    _secrets,
    _emails,
    _numbers,
    _phones,
    _handles,
    _addresses,
)


def luhn_holds(digits: str) -> bool:
    """Whether the digits are a payment card number by their check digit (ISO/IEC 7812).

    >>> luhn_holds("4111 1111 1111 1111"), luhn_holds("4111 1111 1111 1112")
    (True, False)
    """
    numbers = [int(char) for char in digits if char in "0123456789"]
    if not 13 <= len(numbers) <= 19 or len(set(numbers)) == 1:
        return False
    total = sum(numbers[-1::-2])
    return (total + sum(sum(divmod(2 * number, 10)) for number in numbers[-2::-2])) % 10 == 0


def iban_holds(text: str) -> bool:
    """Whether the text is an IBAN by its check digits (ISO 13616, modulo 97).

    >>> iban_holds("DE89 3704 0044 0532 0130 00"), iban_holds("DE89 3704 0044 0532 0130 01")
    (True, False)
    """
    code = text.replace(" ", "")
    if not 15 <= len(code) <= 34:
        return False
    return int("".join(str(int(char, 36)) for char in code[4:] + code[:4])) % 97 == 1

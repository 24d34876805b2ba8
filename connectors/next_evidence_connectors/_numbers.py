"""Amounts as people and spreadsheets write them."""

from __future__ import annotations

import re

_SYMBOLS = {"US$": "USD", "A$": "AUD", "C$": "CAD", "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY"}
_SPACES = re.compile(r"[\s\u00a0\u202f'\u2019_]")  # what Europeans part thousands with
_CODE = re.compile(r"^[A-Za-z]{3}(?=[\d.,(+-])|(?<=[\d.,)])[A-Za-z]{3}$")


class NumberProblem(ValueError):
    """An amount that cannot be read; the message says what would be right."""


def parse_amount(text: str, *, decimal: str | None = None) -> tuple[float, str]:
    """Read an amount of money; return it with its ISO currency code, empty where the text has none.

    >>> parse_amount("$12,400.00"), parse_amount("12.400,50 €")
    ((12400.0, 'USD'), (12400.5, 'EUR'))

    Parameters
    ----------
    text
        One cell.
    decimal
        ``.`` or ``,``: which mark parts the decimals. Only ``12.400`` needs it: all else tells by itself.

    Raises
    ------
    NumberProblem
        The text is no amount, or it may mean two.
    """
    plain, currency = _without_currency(_SPACES.sub("", text))
    negative = plain.startswith("-") or (plain.startswith("(") and plain.endswith(")"))
    plain = plain.strip("()+-")
    factor = 1.0
    if plain[-1:].casefold() in ("k", "m") and len(plain) > 1:
        factor = 1e3 if plain[-1] in "kK" else 1e6
        plain = plain[:-1]
    if re.fullmatch(r"\d+(\.\d+)?[eE][+-]?\d{1,2}", plain):
        amount = float(plain)
    elif re.fullmatch(r"[\d.,]*\d[\d.,]*", plain) and len(plain) <= 30:
        amount = float(_with_decimal_point(plain, decimal))
    else:
        raise NumberProblem("this is no amount")
    return (-amount if negative else amount) * factor, currency


def _without_currency(text: str) -> tuple[str, str]:
    for symbol, code in _SYMBOLS.items():
        if symbol in text:
            return text.replace(symbol, "", 1), code
    code_found = _CODE.search(text)
    if code_found:
        return _CODE.sub("", text, count=1), code_found[0].upper()
    return text, ""


def _with_decimal_point(digits: str, decimal: str | None) -> str:
    dots, commas = digits.count("."), digits.count(",")
    if decimal is None:
        decimal = _decimal_mark(digits, dots, commas)
    thousands = "," if decimal == "." else "."
    whole, _, fraction = digits.partition(decimal)
    if thousands in fraction or decimal in fraction:
        raise NumberProblem("this is no amount")
    groups = whole.split(thousands)
    if len(groups) > 1 and any(len(group) not in (2, 3) for group in groups[1:]):
        raise NumberProblem("this is no amount")
    return f"{''.join(groups) or '0'}.{fraction or '0'}"


def _decimal_mark(digits: str, dots: int, commas: int) -> str:
    if dots and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    if dots + commas == 0 or dots > 1:
        return "," if dots else "."
    if commas:  # 12,400 is twelve thousand nearly everywhere; 12,5 and 1,25 are not
        return "." if commas > 1 or len(digits) - digits.rfind(",") == 4 else ","
    whole, _, fraction = digits.partition(".")
    if len(fraction) == 3 and 1 <= len(whole) <= 3 and whole != "0":
        raise NumberProblem("12.400 may be twelve or twelve thousand; set decimal to '.' or ','")
    return "."

"""How numbers become words, in one place, the same in every form of a brief."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from next_evidence.brief.model import CycleSpan
from next_evidence.records import Cycle

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_NUMBERS = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]

# Upper bounds of the q-value: the share of shifts called this sure or surer that may be false alarms.
CERTAINTY_BANDS: tuple[tuple[float, str], ...] = (
    (0.01, "very likely real"),
    (0.05, "likely real"),
    (0.10, "probably real"),
)
# sizes of companies and regions that a CRM often holds in small letters
_ACRONYMS = frozenset(
    [
        "smb",
        "sme",
        "b2b",
        "b2c",
        "us",
        "usa",
        "uk",
        "eu",
        "uae",
        "emea",
        "mena",
        "apac",
        "anz",
        "latam",
        "dach",
    ]
)
UNCERTAIN = "uncertain"


def certainty(q_value: float | None) -> str:
    """How sure a shift is, by its q-value; no q-value is uncertain.

    >>> certainty(0.004), certainty(0.05), certainty(0.2)
    ('very likely real', 'likely real', 'uncertain')
    """
    if q_value is None or math.isnan(q_value):
        return UNCERTAIN
    return next((word for bound, word in CERTAINTY_BANDS if q_value <= bound), UNCERTAIN)


def percent(share: float | None) -> str:
    """A share of 0 to 1 as a whole percent; a small share that is not zero stays above it.

    >>> percent(0.444), percent(0.003), percent(0), percent(None)
    ('44%', 'under 1%', '0%', 'unknown')
    """
    if share is None:
        return "unknown"
    if 0 < share < 0.005:
        return "under 1%"
    if 0.995 <= share < 1:
        return "over 99%"
    return f"{_half_up(share * 100)}%"


def interval(low: float | None, high: float | None) -> str:
    """Both ends of a share's interval.

    >>> interval(0.301, 0.519)
    '30–52%'
    """
    if low is None or high is None:
        return "unknown"
    return f"{_half_up(low * 100)}–{_half_up(high * 100)}%"


def points(change: float | None) -> str:
    """A difference of shares in percentage points, with its sign.

    >>> points(0.27), points(-0.04)
    ('+27 points', '−4 points')
    """
    if change is None:
        return "unknown"
    whole = _half_up(abs(change) * 100)
    sign = "" if whole == 0 else "+" if change > 0 else "−"
    return f"{sign}{whole} point{'' if whole == 1 else 's'}"


def points_between(low: float | None, high: float | None) -> str:
    """Both ends of a difference's interval, in points.

    >>> points_between(0.14, 0.39), points_between(-0.2, 0.03)
    ('+14 to +39', '−20 to +3')
    """
    if low is None or high is None:
        return "unknown"
    return f"{points(low).split(' ')[0]} to {points(high).split(' ')[0]}"


def money(amount: float | None) -> str:
    """US dollars a year; K and M from 10,000.

    >>> money(1_234_000), money(840_200), money(9_400), money(999_600), money(None)
    ('$1.2M', '$840K', '$9,400', '$1.0M', 'unknown')
    """
    if amount is None:
        return "unknown"
    if amount >= 999_500:
        tenths = _half_up(amount / 100_000)
        return f"${tenths / 10:.1f}M" if tenths < 1000 else f"${_half_up(amount / 1_000_000):,}M"
    if amount >= 10_000:
        return f"${_half_up(amount / 1000)}K"
    return f"${_half_up(amount):,}"


def day(moment: date | datetime | None) -> str:
    """A date as people write it.

    >>> day(date(2026, 10, 3))
    '3 Oct 2026'
    """
    if moment is None:
        return "unknown"
    return f"{moment.day} {_MONTHS[moment.month - 1][:3]} {moment.year}"


def cycle_name(span: CycleSpan) -> str:
    """A cycle as people say it: October 2026, week 40 of 2026, or the fourth quarter's Q4 2026."""
    if span.cadence == "weekly":
        year, week, _ = span.start.isocalendar()
        return f"week {week} of {year}"
    if span.cadence == "quarterly":
        return f"Q{(span.start.month + 2) // 3} {span.start.year}"
    return f"{_MONTHS[span.start.month - 1]} {span.start.year}"


def cycle_short(span: CycleSpan) -> str:
    """A cycle in a few letters, for an axis: Oct, W40, Q4."""
    if span.cadence == "weekly":
        return f"W{span.start.isocalendar().week}"
    if span.cadence == "quarterly":
        return f"Q{(span.start.month + 2) // 3}"
    return _MONTHS[span.start.month - 1][:3]


def cycle_days(span: CycleSpan) -> str:
    """First and last day of a cycle."""
    return f"{day(span.start)} to {day(span.end - timedelta(days=1))}"


def period(cadence: str, count: int = 1) -> str:
    """The word for one or more cycles: month, week, quarter."""
    word = {"monthly": "month", "weekly": "week", "quarterly": "quarter"}[cadence]
    return word if count == 1 else f"{word}s"


def number(count: int) -> str:
    """A count in words up to twelve, in digits beyond.

    >>> number(6), number(48), number(0)
    ('six', '48', 'no')
    """
    return _NUMBERS[count] if 0 <= count < len(_NUMBERS) else f"{count:,}"


def counted(count: int, noun: str, plural: str = "") -> str:
    """A count in digits with its noun.

    >>> counted(1, "account"), counted(21, "account"), counted(2, "reply", "replies")
    ('1 account', '21 accounts', '2 replies')
    """
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def listed(words: Sequence[str]) -> str:
    """Words in a row.

    >>> listed(["a", "b", "c"]), listed(["a"])
    ('a, b and c', 'a')
    """
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def ordinal(rank: int | None) -> str:
    """A rank in words up to tenth, then 11th.

    >>> ordinal(1), ordinal(12)
    ('first', '12th')
    """
    if rank is None:
        return "unranked"
    names = [
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "sixth",
        "seventh",
        "eighth",
        "ninth",
        "tenth",
    ]
    if rank <= len(names):
        return names[rank - 1]
    ending = (
        "th" if rank % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(rank % 10, "th")
    )
    return f"{rank}{ending}"


def sentence(text: str) -> str:
    """First letter in upper case, a full stop, and percent signs as everywhere else.

    >>> sentence("about 13 % are false alarms")
    'About 13% are false alarms.'
    """
    text = re.sub(r"(?<=\d) %", "%", text.strip())
    stop = "" if text.endswith((".", "!", "?", "…", ".”", ".'", '."')) else "."
    return f"{text[:1].upper()}{text[1:]}{stop}" if text else ""


def first_sentence(text: str) -> str:
    """The first sentence of a longer text.

    >>> first_sentence("One record, one total. See how each was matched.")
    'One record, one total.'
    """
    found = re.match(r".+?[.!?](?=\s)", text.strip())
    return found[0] if found else text.strip()


def kind_name(kind: str) -> str:
    """What customers call a kind of conversation.

    >>> kind_name("onboarding_note")
    'onboarding note'
    """
    return kind.replace("_", " ")


def segment_name(segment: str) -> str:
    """A segment as its CRM writes it; usual acronyms in capitals.

    >>> segment_name("smb"), segment_name("mid-market"), segment_name("mac"), segment_name("")
    ('SMB', 'mid-market', 'mac', 'no segment in the CRM')
    """
    if not segment:
        return "no segment in the CRM"
    return segment.upper() if segment.lower() in _ACRONYMS else segment


def span_of(cycle: Cycle) -> CycleSpan:
    """A cycle as readers see it."""
    return CycleSpan(cycle.name, cycle.cadence, cycle.start, cycle.end)


def _half_up(value: float) -> int:
    # not banker's rounding: 0.125 and 0.135 should go the same way for a reader with a calculator
    return math.floor(value + 0.5 + 1e-9)

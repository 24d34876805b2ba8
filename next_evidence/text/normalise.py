"""Text as it is stored, and text for comparing.

`plain_text` makes what is stored; `comparable` is for telling whether two texts are the same and is never stored.
"""

from __future__ import annotations

import html
import re
import unicodedata

Span = tuple[int, int]


def word_set(words: str) -> frozenset[str]:
    """A set of words from a text that lists them; long lists stay readable."""
    return frozenset(words.split())


# Only tags that mail clients and help desks write: "<name>" or "<!channel>" in a text stay what they are.
_TAGS = "|".join(
    [
        "a",
        "abbr",
        "b",
        "blockquote",
        "body",
        "br",
        "center",
        "code",
        "div",
        "em",
        "font",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "head",
        "header",
        "hr",
        "html",
        "i",
        "img",
        "li",
        "meta",
        "o:p",
        "ol",
        "p",
        "pre",
        "s",
        "section",
        "small",
        "span",
        "strong",
        "strike",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "title",
        "tr",
        "tt",
        "u",
        "ul",
    ]
)
_TAG = re.compile(rf"<(/?)({_TAGS})(?:\s[^<>]{{0,4000}})?/?>", re.IGNORECASE)
_BREAKING = word_set(
    "blockquote br div footer h1 h2 h3 h4 h5 h6 header hr li ol p pre section table tr ul"
)
_HIDDEN = re.compile(r"<(script|style|head|title)\b[^<>]{0,4000}>|<!--", re.IGNORECASE)
_ENTITY = re.compile(
    r"&(?:amp|lt|gt|quot|apos|nbsp|[lr][sd]quo|hellip|[mn]dash|euro|pound|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});"
)
_QUOTE_TAG = re.compile(r"<(/?)blockquote\b[^<>]{0,4000}>", re.IGNORECASE)
# Control characters and lone surrogates cannot be stored everywhere (Parquet, Postgres, JSON).
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LINE_END = re.compile("\r\n?|[\x85\u2028\u2029]")


def storable(text: str) -> str:
    r"""Replace what a database or a file cannot hold; the length stays.

    >>> storable("a\x00b")
    'a b'
    """
    return _UNSTORABLE.sub(" ", text)


def plain_text(raw: str) -> str:
    """Text without markup, as it is stored: tags gone, entities read, line ends made one.

    Words, letter case, punctuation and typing errors stay as they are. What mail clients put in
    ``<blockquote>`` is somebody else's words and goes.
    """
    text = storable(_LINE_END.sub("\n", raw))
    if "<" in text:
        text = _without_blockquotes(_without_hidden(text))
        text = _TAG.sub(lambda tag: "\n" if tag[2].lower() in _BREAKING else "", text)
    if "&" in text:
        text = _ENTITY.sub(lambda entity: storable(html.unescape(entity[0])), text)
    return text


def _without_hidden(text: str) -> str:
    lower, kept, at = text.lower(), [], 0
    if len(lower) != len(
        text
    ):  # a few letters have longer lower-case forms; offsets would not hold
        lower = text
    unclosed: set[str] = (
        set()
    )  # looked for once each, so that many openings without an end stay linear
    for opening in _HIDDEN.finditer(text):
        end = f"</{opening[1].lower()}>" if opening[1] else "-->"
        if opening.start() < at or end in unclosed:
            continue
        found = lower.find(end, opening.end())
        if found < 0:
            unclosed.add(end)
            continue
        kept.append(text[at : opening.start()])
        at = found + len(end)
    return " ".join([*kept, text[at:]])


def _without_blockquotes(text: str) -> str:
    kept, at, depth = [], 0, 0
    for tag in _QUOTE_TAG.finditer(text):
        if depth == 0:
            kept.append(text[at : tag.start()])
        depth = max(0, depth - 1) if tag[1] else depth + 1
        at = tag.end()
    if depth == 0:
        kept.append(text[at:])
    return "\n".join(kept)


_QUOTES = str.maketrans({"‘": "'", "’": "'", "‚": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"',
                         "–": "-", "—": "-", "‑": "-", "…": "."})  # fmt: skip
_NOT_WORD = re.compile(r"[^\w%$€£]+")


def comparable(text: str) -> str:
    """Lower-case words with single spaces: two texts that a reader calls the same have the same form.

    >>> comparable("It’s  SLOW —  again!")
    'it s slow again'
    """
    folded = unicodedata.normalize("NFKC", text.translate(_QUOTES)).casefold()
    return _NOT_WORD.sub(" ", folded).strip()


def trimmed(text: str, span: Span) -> Span:
    """The span without white space at its ends."""
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end

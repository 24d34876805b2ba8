"""Makes words inert in each form: nothing a customer said may format, link, mention or run."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar
from urllib.parse import quote

Shown = TypeVar("Shown")

# Invisible characters that reorder or hide text: controls, bidi embeddings, overrides and isolates, byte
# order marks. The joiners U+200C and U+200D stay: scripts and emoji need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_SURROGATES = re.compile("[\ud800-\udfff]")
_MARKDOWN = re.compile(
    r"([\\`*_{}\[\]~|#^]|(?<![\s(“])\$|\$(?!\d))|(://)|(\bwww\.)|^(\s*)([-+>=]|\d+[.)])",
    re.IGNORECASE,
)
_URL = re.compile(r"https?://[^\s\\]+", re.IGNORECASE)
_MOMENT_WORDS = 8  # of a quote, enough to be found once on a page
_UNSAFE_IN_URL = {c: f"%{ord(c):02X}" for c in "\"'<>()[]{}`|*_~^"}


def visible(text: str) -> str:
    """One line of what a reader should see: white space as single spaces, nothing invisible.

    The stored quote stays as it is; only its display loses characters that could reorder or hide words.
    """
    return " ".join(_SURROGATES.sub("\ufffd", _INVISIBLE.sub("", text)).split())


def displayable(value: Shown) -> Shown:
    """A copy of nested dataclasses in which every word is `visible`; numbers and dates stay."""
    if isinstance(value, str):
        return visible(value)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(displayable(part) for part in value)  # type: ignore[return-value]
    if is_dataclass(value) and not isinstance(value, type):
        changed: dict[str, Any] = {
            f.name: displayable(getattr(value, f.name)) for f in fields(value)
        }
        return replace(value, **changed)
    return value


def every_text(value: Any, change: Callable[[str], str]) -> Any:
    """A copy of nested JSON with every text changed; keys stay."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [every_text(part, change) for part in value]
    if isinstance(value, dict):
        return {key: every_text(part, change) for key, part in value.items()}
    return value


def markdown(text: Any) -> str:
    r"""Words as Markdown that renders as exactly these words.

    >>> markdown("<b>[x](http://y)</b> & 2*3")
    '&lt;b&gt;\\[x\\](http\\://y)&lt;/b&gt; &amp; 2\\*3'
    """
    plain = visible(str(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return _MARKDOWN.sub(_escaped, plain)


def href(url: Any) -> str:
    """A link that only http and https pass through, safe inside HTML attributes and Markdown; else nothing.

    >>> href("javascript:alert(1)"), href("https://x.example/a b"), href("https://x.example/a(1)")
    ('', '', 'https://x.example/a%281%29')
    """
    plain = str(url or "").strip()
    if not _URL.fullmatch(plain) or _INVISIBLE.search(plain):
        return ""
    return "".join(_UNSAFE_IN_URL.get(c, c) for c in plain)


def moment(card: Any) -> str:
    """The address of a quote, in a browser leading to its first words; like `href`, nothing for other schemes.

    A text fragment never leaves the browser. An address that has a fragment of its own keeps that one. Words that
    were masked cannot be found, so the longest stretch between masks is taken.
    """
    address = href(card.quote.url)
    stretch = max(re.split(r"\[[^\]]*\]", visible(card.quote.text)), key=len)
    words = stretch.split()[:_MOMENT_WORDS]
    if not address or "#" in address or len(words) < _MOMENT_WORDS // 2:
        return address
    return f"{address}#:~:text={quote(' '.join(words), safe='').replace('-', '%2D')}"


def mrkdwn(text: Any) -> str:
    """Words for Slack's fallback text: entities escaped, so that nothing mentions or links."""
    return visible(str(text)).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clipped(text: str, limit: int) -> str:
    """At most ``limit`` characters, cut at a word where one is near.

    >>> clipped("one two three", 9)
    'one two…'
    """
    if len(text) <= limit:
        return text
    head = text[: limit - 1]
    cut = head.rfind(" ")
    return (head[:cut] if cut > limit * 0.6 else head).rstrip() + "…"


def _escaped(found: re.Match[str]) -> str:
    special, scheme, www, indent, marker = found.groups()
    if special:
        return "\\" + special
    if scheme:
        return "\\://"
    if www:
        return found[0][:-1] + "\\."
    return f"{indent}{marker[:-1]}\\{marker[-1]}"

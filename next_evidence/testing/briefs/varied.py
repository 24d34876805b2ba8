"""Briefs that nobody thought of: a sample's shape, with any words, any counts, and what may be unknown unknown."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from next_evidence.brief.model import Brief, CycleSpan, PainPoint

# words that rules and templates compare: they come from us
_OURS = frozenset(
    [
        "kind",
        "verdict",
        "state",
        "gate_state",
        "versus",
        "durability",
        "word",
        "direction",
        "stance",
        "certainty",
        "cycle",
        "tracking",
    ]
)
# what a brief may not know, or not have
_OPTIONAL = frozenset(
    [
        "low",
        "high",
        "arr_usd",
        "renewal_date",
        "change_low",
        "change_high",
        "change_mix_adjusted",
        "order_change",
        "share_before_corrected",
        "share_now_corrected",
        "q_value",
        "e_value",
        "detectable_change",
        "accounts_in_crm",
        "last_seen_at",
        "said",
        "consistency",
        "before",
        "since",
        "rank_claimed",
    ]
)
_LISTS = {  # tuples of any length, and the longest
    "quotes": 12,
    "accounts": 60,
    "watch": 8,
    "not_surfaced": 5,
    "suggestions": 6,
    "words": 6,
    "reasons": 10,
    "segments": 8,
    "sources": 8,
    "strength": 8,
    "also_ahead": 3,
}


def varied(brief: Brief, words: Sequence[str], chance: random.Random) -> Brief:
    """The brief with its words drawn from ``words``, lists of other lengths, and some of what may be unknown left out.

    Numbers stay as they were, so that what a template compares stays possible.
    """
    made: Brief = _varied(brief, words, chance, name="")
    ids = (f"u{number}" for number in range(1_000_000))
    quotes = tuple(
        replace(card, quote=replace(card.quote, utterance_id=next(ids))) for card in made.quotes
    )
    return replace(made, quotes=quotes, persona_id="persona")


def _varied(value: Any, words: Sequence[str], chance: random.Random, *, name: str) -> Any:
    if value is not None and name in _OPTIONAL and chance.random() < 0.15:
        return None
    if isinstance(value, str):
        if name == "url":
            return chance.choice(["", "javascript:alert(1)", f"https://x.example/{len(words)}"])
        return value if name in _OURS else chance.choice(words)
    if isinstance(value, tuple):
        parts: tuple[Any, ...] = value
        if parts and name in _LISTS and chance.random() < 0.4:
            parts = tuple(chance.choice(value) for _ in range(chance.randint(0, _LISTS[name])))
        return tuple(_varied(part, words, chance, name=name) for part in parts)
    if isinstance(value, CycleSpan | PainPoint):
        return value
    if is_dataclass(value) and not isinstance(value, type):
        return replace(
            value,
            **{
                f.name: _varied(getattr(value, f.name), words, chance, name=f.name)
                for f in fields(value)
            },
        )
    return value

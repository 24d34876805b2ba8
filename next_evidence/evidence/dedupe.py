"""Repeats collapsed: what one account says twice counts once, what a form says counts never."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from next_evidence.schemas import UTTERANCES, check
from next_evidence.settings import EvidenceSettings
from next_evidence.text.normalise import comparable

BOILERPLATE_WORDS = 10  # shorter texts are what different people really say alike
_GRAM = 3


@dataclass(frozen=True)
class DroppedCounts:
    """Utterances left out, by why."""

    exact: int = 0
    near: int = 0
    boilerplate: int = 0


def collapse(
    utterances: pl.DataFrame, rules: EvidenceSettings
) -> tuple[pl.DataFrame, DroppedCounts]:
    """One cycle's utterances without forms and repeats.

    A text of ten words or more that ``rules.boilerplate_accounts`` accounts send word for word is a form and
    goes altogether. Of what is equal, or nearly so, within one account (without an account: within one
    speaker) the earliest stays. The same words from another account are evidence and stay.

    Parameters
    ----------
    utterances
        ``UTTERANCES`` rows of a single cycle, in any order.

    Returns
    -------
    The rows that stay, sorted by ``spoken_at`` and ``utterance_id``, and what was left out.
    """
    rows = check(utterances, UTTERANCES, table="utterances").sort("spoken_at", "utterance_id")
    words = [comparable(text).split() for text in rows["text"].to_list()]
    accounts = rows["account_id"].to_list()
    keys = [
        f"a\x1f{account}" if account is not None else f"s\x1f{speaker}"
        for account, speaker in zip(accounts, rows["speaker_key"].to_list(), strict=True)
    ]
    forms = _boilerplate(words, accounts, least=rules.boilerplate_accounts)
    keep = [" ".join(text) not in forms for text in words]
    boilerplate = keep.count(False)
    groups: dict[str, list[int]] = defaultdict(list)
    for at, key in enumerate(keys):
        if keep[at]:
            groups[key].append(at)
    exact = near = 0
    for members in groups.values():
        first: dict[str, int] = {}
        for at in members:
            if first.setdefault(" ".join(words[at]), at) != at:
                keep[at] = False
                exact += 1
        distinct = [at for at in members if keep[at]]
        for repeat in _near_repeats([words[at] for at in distinct], rules.near_duplicate):
            keep[distinct[repeat]] = False
            near += 1
    return rows.filter(pl.Series(keep, dtype=pl.Boolean)), DroppedCounts(exact, near, boilerplate)


def _boilerplate(
    words: Sequence[Sequence[str]], accounts: Sequence[str | None], *, least: int
) -> frozenset[str]:
    senders: dict[str, set[str]] = defaultdict(set)
    for text, account in zip(words, accounts, strict=True):
        if account is not None and len(text) >= BOILERPLATE_WORDS:
            senders[" ".join(text)].add(account)
    return frozenset(text for text, who in senders.items() if len(who) >= least)


def _near_repeats(texts: Sequence[Sequence[str]], least: float) -> list[int]:
    """Positions of texts whose word 3-grams overlap an earlier kept text's by a Jaccard of ``least`` or more.

    Prefix filtering [1]_: with grams in one order, rarest first, two sets that similar share a gram among
    their first ``n - ceil(least * n) + 1``; only those are looked up, so common phrases cost nothing.

    .. [1] Chaudhuri, S., Ganti, V. and Kaushik, R. (2006). A primitive operator for similarity joins in data
       cleaning. ICDE.
    """
    if len(texts) < 2:
        return []
    grams = [_grams(text) for text in texts]
    frequency = Counter(gram for found in grams for gram in found)
    index: dict[tuple[str, ...], list[int]] = defaultdict(list)
    repeats = []
    for at, found in enumerate(grams):
        if not found:
            continue
        ordered = sorted(found, key=lambda gram: (frequency[gram], gram))
        prefix = ordered[: len(ordered) - math.ceil(least * len(ordered) - 1e-9) + 1]
        candidates = sorted({other for gram in prefix for other in index[gram]})
        if any(_jaccard(found, grams[other]) >= least - 1e-9 for other in candidates):
            repeats.append(at)
            continue
        for gram in prefix:
            index[gram].append(at)
    return repeats


def _grams(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    if len(words) < _GRAM:
        return frozenset([tuple(words)] if words else [])
    return frozenset(tuple(words[at : at + _GRAM]) for at in range(len(words) - _GRAM + 1))


def _jaccard(left: frozenset[tuple[str, ...]], right: frozenset[tuple[str, ...]]) -> float:
    shared = len(left & right)
    return shared / (len(left) + len(right) - shared)

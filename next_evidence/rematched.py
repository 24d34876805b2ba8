"""Why cycles that were matched before are matched again, in words for the person who ran them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from next_evidence.records import Cycle

_WORDS = {
    "statements": "statements came in late, were erased or changed",
    "verdicts": "verdicts on their own statements were given or taken back",
    "taught": "what people taught was added to, taken back, or does not fit these models",
    "settings": "settings of evidence, matching, review or topics changed",
    "version": "Next Evidence changed",
}


def reasons(before: Mapping[str, Any], now: Mapping[str, Any]) -> tuple[str, ...]:
    """What a cycle's evidence now rests on that it did not; nothing where only an earlier cycle changed, or it is new.

    Parameters
    ----------
    before, now
        What it was and would be worked out from (`next_evidence.rests_on.evidence_rests_on`); an empty ``before``: it never was.
    """
    if not before:
        return ()
    old, new = _models(before), _models(now)
    names = {"encoder": "the encoder", "head": "the matching head"}
    found = [f"{words} changed" for part, words in names.items() if old[part] != new[part]]
    documents = sorted(
        name
        for name in {*old["personas"], *new["personas"]}
        if old["personas"].get(name) != new["personas"].get(name)
    )
    if documents:
        found.append(f"the document of {', '.join(documents)} changed")
    found += [words for key, words in _WORDS.items() if before.get(key) != now.get(key)]
    return tuple(found)


def notices(matched_again: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """One line a reason.

    >>> notices({"2026-09": ["the encoder changed"], "2026-10": ["the encoder changed"]})
    ('2 cycles, 2026-09 to 2026-10, were matched again: the encoder changed; texts seen before are not encoded twice by one encoder',)
    """
    cycles: dict[str, list[Cycle]] = {}
    for name, why in matched_again.items():
        for reason in sorted(why):
            cycles.setdefault(reason, []).append(Cycle.parse(name))
    lines = []
    for reason, found in cycles.items():
        first, last = min(found), max(found)
        which = (
            f"{first} was" if len(found) == 1 else f"{len(found)} cycles, {first} to {last}, were"
        )
        lines.append(
            f"{which} matched again: {reason}; texts seen before are not encoded twice by one encoder"
        )
    return tuple(lines)


def _models(used: Mapping[str, Any]) -> dict[str, Any]:
    models = dict(used.get("models") or {})
    personas = models.get("personas")
    # an earlier release noted one digest of all documents
    named = personas if isinstance(personas, Mapping) else {"the library": personas}
    return {"encoder": models.get("encoder"), "head": models.get("head"), "personas": named}

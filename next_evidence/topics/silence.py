"""When silence about a candidate means that it is gone: only where somebody would have spoken of it."""

from __future__ import annotations

from next_evidence.topics.registry import Entry, Event, evidence
from next_evidence.topics.speech import Speech

# Cycles without a voice after which a candidate has faded, and after which it has died (methods.md, B3).
SILENT_CYCLES = 3
DEAD_CYCLES = 6
# Chance of such a silence, if it were raised as often as before, above which silence says nothing.
BY_CHANCE = 0.05


def faded_or_died(entry: Entry, speech: Speech, *, min_accounts: int) -> Event | None:
    """The event of this cycle, if a candidate's silence comes to mean something in it; None otherwise.

    A silent cycle counts when enough accounts of the persona were heard in it. With ``p`` the share of account-cycles that raised the
    candidate while it lived and ``n`` those heard since, silence has a chance of ``(1 - p) ** n``. Accounts that raise a pain
    tend to raise it again, so that the chance is larger than this; three cycles are asked for besides.
    """
    heard = speech.heard().any(axis=1).sum(axis=0)
    covered = [
        int(count)
        for name, count in zip(speech.cycles, heard, strict=True)
        if name > entry.last_cycle and count >= min_accounts
    ]
    if heard[-1] < min_accounts or not entry.heard:
        return None
    share = entry.raised / entry.heard
    by_chance = (1.0 - share) ** sum(covered)
    if by_chance > BY_CHANCE or len(covered) < SILENT_CYCLES:
        return None
    if entry.status == "faded" and len(covered) != DEAD_CYCLES:
        return None
    event = "died" if entry.status == "faded" else "faded"
    told = (
        f"not heard since {entry.last_cycle}: none of {sum(covered)} account-cycles in {len(covered)} cycles, "
        f"{entry.raised} of {entry.heard} before"
    )
    return Event(
        entry.persona_id,
        entry.pain_id,
        event,
        evidence(speech, entry.centroid, entry.rows),
        told,
    )

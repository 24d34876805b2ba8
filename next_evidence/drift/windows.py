"""Which cycles are compared with which: last cycle, the trailing window, the document's own time."""

from __future__ import annotations

from dataclasses import dataclass

from next_evidence.settings import DriftSettings

MIN_REFERENCE = 3  # cycles; fewer cannot stand for the time the document describes


@dataclass(frozen=True)
class Window:
    """Positions of cycles: those that count as now, and those before that they are compared with."""

    versus: str  # document, last_cycle, trailing
    now: slice
    before: slice


def windows(n_cycles: int, rules: DriftSettings) -> tuple[Window, ...]:
    """The comparisons that a history of this many cycles allows; the last one is this cycle.

    ``document``: a document states no shares, so its level is the one at which evidence first stood: the first
    ``trailing_cycles`` of the history (three at least), and now is the last ``document_cycles`` that lie after it. Pooling
    cycles is what finds a doubling at 40 accounts a cycle; the first window does not move, so a slow drift
    cannot hide in its own trail.

    Examples
    --------
    >>> [(w.versus, w.now.start, w.before.start, w.before.stop) for w in windows(12, DriftSettings())]
    [('last_cycle', 11, 10, 11), ('trailing', 11, 5, 11), ('document', 9, 0, 6)]
    """
    this = slice(n_cycles - 1, n_cycles)
    found = []
    if n_cycles >= 2:
        found.append(Window("last_cycle", this, slice(n_cycles - 2, n_cycles - 1)))
    if n_cycles >= 3:
        start = max(0, n_cycles - 1 - rules.trailing_cycles)
        found.append(Window("trailing", this, slice(start, n_cycles - 1)))
    document = document_window(n_cycles, rules)
    return (*found, document) if document is not None else tuple(found)


def document_window(n_cycles: int, rules: DriftSettings) -> Window | None:
    """The comparison with the document's time, or None while there is too little history."""
    if n_cycles <= MIN_REFERENCE:
        return None
    reference = min(rules.trailing_cycles, max(MIN_REFERENCE, n_cycles - rules.document_cycles))
    reference = min(reference, n_cycles - 1)
    start = max(reference, n_cycles - rules.document_cycles)
    return Window("document", slice(start, n_cycles), slice(0, reference))

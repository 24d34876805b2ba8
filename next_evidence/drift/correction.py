"""How likely a finding of a cycle is a false alarm, when many tests were made and a reader lives through many cycles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from next_evidence.stats.significance import Floats, benjamini_hochberg

# By what a pain's level is compared with, or by kind of shift; all others weigh 1. Against the trailing cycles changes are found early,
# against the document at low volumes; against the last cycle alone little is found and much imagined. A pain's three comparisons have a
# third of what Benjamini and Hochberg allow for three: in most months of a year nothing has changed, and then all that surfaces is
# false. Chosen on simulated years (docs/decisions/0017-a-year-of-looks.md). A new pain has passed a test of its own before, at its birth,
# which none of thirty quiet persona-years passed falsely (benchmarks/topics); so it is asked less.
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"document": 0.4, "trailing": 0.59, "last_cycle": 0.01, "priority": 0.25, "pain_new": 3.0}
)

# A family of fewer tests is corrected as if it had so many. A library of one persona has one top pain: alone it would be told to have
# moved at p = 0.1, twelve times a year.
FEWEST_TESTS = 4


def adjusted_p_values(p_values: Sequence[float], asked: Sequence[str], *, tests: int) -> Floats:
    """Adjusted p-values of the tests of one family in one cycle, shape ``(n,)``.

    Parameters
    ----------
    p_values
        Of the tests that were kept.
    asked
        What each test asks: what a pain's level is compared with (``versus``), or the kind of shift.
    tests
        How many were made, with those that found nothing to report.
    """
    weights = [WEIGHTS.get(name, 1.0) for name in asked]
    return benjamini_hochberg(p_values, tests=max(tests, FEWEST_TESTS), weights=weights)

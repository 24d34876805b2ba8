"""How likely a finding of a cycle is a false alarm, when many tests were made and a reader lives through many cycles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from next_evidence.stats.significance import Floats, benjamini_hochberg

# Of a pain's three comparisons the pooled one finds most of what lasts; those of a single cycle are drawn anew every month, and
# bring most false alarms of a year. All three have half of what Benjamini and Hochberg allow for three: in most months of a year
# nothing has changed, and then all that surfaces is false. Chosen on simulated years (docs/decisions/0017-a-year-of-looks.md).
WEIGHTS: Mapping[str, float] = MappingProxyType(
    {"document": 1.25, "trailing": 0.23, "last_cycle": 0.02}
)


def adjusted_p_values(
    p_values: Sequence[float], versus: Sequence[str | None], *, tests: int
) -> Floats:
    """Adjusted p-values of the tests of one family in one cycle, shape ``(n,)``.

    Parameters
    ----------
    p_values
        Of the tests that were kept.
    versus
        What each compares a pain's level with; None for tests of other kinds, whose weight is 1.
    tests
        How many were made, with those that found nothing to report.
    """
    weights = [1.0 if one is None else WEIGHTS[one] for one in versus]
    return benjamini_hochberg(p_values, tests=tests, weights=weights)

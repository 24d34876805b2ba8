"""The file formats of the benchmark, and how alerts are scored against what was planted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scenarios import CYCLES, USUAL, Planted

from next_evidence.stats.intervals import wilson_interval

FIRST_REPORTED = 4  # position of the first cycle that a system reports on
REPORTED = range(FIRST_REPORTED, CYCLES)
IN_TIME = 3  # cycles from the change within which an alert counts as found


@dataclass(frozen=True, order=True)
class Alert:
    """A system says that a pain goes ``up`` or ``down``, in its report on the cycle at ``position``."""

    position: int
    pain_id: str
    direction: str


@dataclass(frozen=True)
class Score:
    """Of one history. ``delay``: cycles from the change to the first right alert, null where none came in time."""

    delay: int | None
    right: int
    false: int
    false_cycles: int
    false_pains: int


def score(alerts: Iterable[Alert], planted: Sequence[Planted]) -> Score:
    """Count right and false alerts.

    An alert is right if it names a planted pain and its direction at or after the change. Of a planted pain, a fall back from
    a rise is neither right nor false. Everything else is false.
    """
    changes = {change.pain_id: change for change in planted}
    right, false = [], []
    for alert in sorted(set(alerts)):
        change = changes.get(alert.pain_id)
        if change is None or alert.position < change.at:
            false.append(alert)
        elif alert.direction == change.direction:
            right.append(alert)
    delay = min((a.position - changes[a.pain_id].at for a in right), default=None)
    in_time = delay is not None and delay < IN_TIME
    return Score(
        delay=delay if in_time else None,
        right=len(right),
        false=len(false),
        false_cycles=len({alert.position for alert in false}),
        false_pains=len({alert.pain_id for alert in false}),
    )


def summary(scores: Sequence[Score], *, planted: bool) -> dict[str, str]:
    """Rates over histories, for a table; a share of histories has its 95 % Wilson interval."""
    n = len(scores)
    found = [s.delay for s in scores if s.delay is not None]
    alerts = sum(s.right + s.false for s in scores)
    false = sum(s.false for s in scores)
    a_year = 12 / len(REPORTED)
    return {
        "at once": _share(sum(d == 0 for d in found), n) if planted else "",
        "in three": _share(len(found), n) if planted else "",
        "delay": f"{np.mean(found):.1f}" if found and planted else "",
        "false a year": f"{false / n * a_year:.2f}",
        "pains": f"{sum(s.false_pains for s in scores) / n / len(USUAL):.1%}",
        "quiet years": _share(sum(s.false == 0 for s in scores), n),
        "false of all": f"{false / alerts:.2f}" if alerts else "none made",
    }


def _share(k: int, n: int) -> str:
    low, high = wilson_interval(k, n, level=0.95)
    return f"{k / n:.2f} ({float(low):.2f} to {float(high):.2f})"


def write_alerts(alerts: Iterable[Alert], path: Path) -> None:
    """One JSON object a line: ``position``, ``pain_id``, ``direction``."""
    lines = (json.dumps(asdict(alert), sort_keys=True) + "\n" for alert in sorted(set(alerts)))
    path.write_text("".join(lines), encoding="utf-8")


def read_alerts(path: Path) -> list[Alert]:
    """What `write_alerts` writes."""
    return [Alert(**json.loads(line)) for line in path.read_text("utf-8").splitlines()]

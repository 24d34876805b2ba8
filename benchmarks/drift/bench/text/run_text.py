"""PersonaDrift-Bench, text track: real utterances in, alerts and identities out. Prints the tables of its README.

    python benchmarks/drift/bench/text/run_text.py --data FOLDER --cache FOLDER [--material clinc150] [--histories 20]
        [--system NAME ...] [--scenario NAME ...] [--write FOLDER]

``--data`` (or ``NEXT_EVIDENCE_DATA``) holds ``clinc150/clinc150.parquet``; the hand-written vendors need none. Vectors and scores
are kept under ``--cache``: what was scored there is not run again, and the tables are of all that lies there. With ``--write`` every
history, its truth and what every system says are written in the formats that the README describes.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

BENCHMARKS = Path(__file__).resolve().parents[3]
# scripts beside each other, not a package
sys.path += [str(BENCHMARKS / part) for part in ("drift/bench", "matching", "corpus")]

from history import History, compose, write_history  # noqa: E402
from material import VENDORS, Material, clinc150, vendor  # noqa: E402
from planting import SCENARIOS  # noqa: E402
from said import write_said  # noqa: E402
from scoring import judge_alerts, judge_identity  # noqa: E402
from text_systems import SYSTEMS, Models  # noqa: E402
from text_tables import (  # noqa: E402
    Scored,
    detection_table,
    false_alert_table,
    identity_table,
    read_scores,
)

MATERIALS = ("clinc150", *VENDORS)


def read_material(name: str, data: Path | None) -> Material:
    """The utterances of this name."""
    if name != "clinc150":
        return vendor(name)
    if data is None:
        sys.exit("name the folder of data sets by --data or NEXT_EVIDENCE_DATA")
    return clinc150(data)


def run_history(
    history: History, systems: Sequence[str], models: Models, kept: Path, write: Path | None
) -> None:
    """Score systems on a history, and write it with what they say where that is wanted."""
    truth = history.truth
    folder = None
    if write is not None:
        folder = write / truth.material / truth.scenario.replace(" ", "-") / f"{truth.seed:04d}"
        write_history(history, folder)
    for system in systems:
        said, seconds = models.timed(SYSTEMS[system], history)
        alerts, identity = judge_alerts(said, history), judge_identity(said, history)
        Scored(truth.scenario, truth.seed, system, alerts, identity, seconds).append_to(kept)
        if folder is not None:
            write_said(said, folder, system)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("NEXT_EVIDENCE_DATA"))
    parser.add_argument("--cache", type=Path, required=True)
    parser.add_argument("--material", nargs="+", choices=MATERIALS, default=["clinc150"])
    parser.add_argument(
        "--histories", type=int, default=20, help="seeds of each material and scenario"
    )
    parser.add_argument("--system", nargs="*", choices=list(SYSTEMS), default=list(SYSTEMS))
    names = [scenario.name for scenario in SCENARIOS]
    parser.add_argument("--scenario", nargs="+", choices=names, default=names)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    models = Models(given.cache)
    kept = {name: given.cache / f"text-track-{name}.jsonl" for name in given.material}
    if given.system:
        materials = {name: read_material(name, given.data) for name in given.material}
        # seeds outermost: whoever stops a run has as many histories of each material and scenario
        for seed in range(given.histories):
            for name, material in materials.items():
                done = {one.key for one in read_scores(kept[name])}
                for scenario in (s for s in SCENARIOS if s.name in given.scenario):
                    wanted = [s for s in given.system if (scenario.name, seed, s) not in done]
                    if wanted:
                        history = compose(material, scenario, seed)
                        run_history(history, wanted, models, kept[name], given.write)
                print(f"{name}: {seed + 1} of {given.histories}", file=sys.stderr, flush=True)
    scores = [one for path in kept.values() for one in read_scores(path)]
    for table in (detection_table, false_alert_table, identity_table):
        print(f"\n{table(scores)}")


if __name__ == "__main__":
    main()

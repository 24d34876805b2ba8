"""PersonaDrift-Bench, statistics alone: prints the table of its README.

    python benchmarks/drift/bench/run.py [--seeds 200] [--system NAME ...] [--scenario NAME ...] [--write FOLDER]

With ``--write`` every history, its truth and every system's alerts are written in the formats that the README describes.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path

from alerts import Alert, score, summary, write_alerts
from scenarios import SCENARIOS, Played, Scenario, play_scenario
from systems import SYSTEMS


def write_history(played: Played, scenario: Scenario, seed: int, folder: Path) -> None:
    """Tables of who was heard and who raised what, mentions, and the truth."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("heard", "votes", "mentions"):
        getattr(played, name).write_ndjson(folder / f"{name}.jsonl")
    planted = None if scenario.planted is None else asdict(scenario.planted)
    truth = {
        "scenario": scenario.name,
        "seed": seed,
        "cycles": [cycle.name for cycle in played.world.cycles],
        "pains": list(played.world.pains),
        "planted": planted,
    }
    (folder / "truth.json").write_text(json.dumps(truth, indent=1) + "\n", encoding="utf-8")


def alerts_of(
    scenario: Scenario, seeds: int, systems: list[str], to: Path | None
) -> dict[str, list[list[Alert]]]:
    """What each system says of each history of a scenario."""
    found: dict[str, list[list[Alert]]] = {name: [] for name in systems}
    for seed in range(seeds):
        played = play_scenario(scenario, seed)
        folder = None if to is None else to / scenario.name.replace(" ", "-") / f"{seed:04d}"
        if folder is not None:
            write_history(played, scenario, seed, folder)
        for name in systems:
            said = SYSTEMS[name](played)
            found[name].append(said)
            if folder is not None:
                write_alerts(said, folder / f"{name.replace(' ', '-')}.alerts.jsonl")
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=200)
    parser.add_argument("--system", nargs="+", choices=list(SYSTEMS), default=list(SYSTEMS))
    names = [scenario.name for scenario in SCENARIOS]
    parser.add_argument("--scenario", nargs="+", choices=names, default=names)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    start = time.process_time()
    print("| planted | system | found at once | within three cycles | mean delay | false alerts a year | pains falsely told of | years without | false of all alerts | years |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for scenario in SCENARIOS:
        if scenario.name not in given.scenario:
            continue
        for name, histories in alerts_of(scenario, given.seeds, given.system, given.write).items():
            planted = () if scenario.planted is None else (scenario.planted,)
            scores = [score(alerts, planted) for alerts in histories]
            row = summary(scores, planted=bool(planted))
            print(f"| {scenario.name} | {name} | {' | '.join(row.values())} | {given.seeds} |", flush=True)  # fmt: skip
    print(f"\n{time.process_time() - start:.0f} CPU seconds")


if __name__ == "__main__":
    main()

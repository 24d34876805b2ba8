"""Composed years of vendors as MATCHES with the truth beside them, matched by a head that never saw them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

BENCHMARKS = Path(__file__).resolve().parents[1]
# benchmarks are scripts, not a package: the folder must be on the path before its modules are imported
sys.path.insert(0, str(BENCHMARKS / "matching"))

from measure import judge  # noqa: E402
from train_head import folds, head_without  # noqa: E402
from vendors import CORPUS, TRAINING, Kept, default_encoder  # noqa: E402
from year import read_year  # noqa: E402

from next_evidence.matching.profiles import build_profiles  # noqa: E402
from next_evidence.personas.library import PersonaLibrary  # noqa: E402
from next_evidence.settings import MatchingSettings  # noqa: E402
from next_evidence.topics.tables import KNOWN  # noqa: E402

# The encoder's adapter and the head's first fits have seen neither; the head is calibrated on the first five.
TUNED_ON = tuple(folds(TRAINING)[0][:5])
HELD_OUT = tuple(folds(TRAINING)[0][5:])


@dataclass(frozen=True)
class Year:
    """One composed year: MATCHES with ``true_persona`` and ``true_pain``, vectors, known pains, planted ones."""

    name: str
    seed: int
    rows: pl.DataFrame
    vectors: np.ndarray
    contexts: np.ndarray
    known: pl.DataFrame
    planted: dict[tuple[str, str], str]  # (persona, pain) to the cycle it begins in

    @property
    def cycles(self) -> list[str]:
        return sorted(self.rows["cycle"].unique())


def years(
    cache: Path, names: Sequence[str], seeds: Sequence[int], *, quiet: bool = False
) -> Iterator[Year]:
    """Compose, match and keep; the second call reads what the first one kept, with the same encoder and head.

    ``quiet``: years in which nothing changes, so that every birth is a false one.
    """
    maker = _Maker(cache)
    for seed in seeds:
        for name in names:
            folder = maker.folder / f"{name}-{seed}{'-quiet' if quiet else ''}"
            if not (folder / "contexts.npy").exists():
                maker.make(name, seed, folder, quiet=quiet)
            yield Year(
                name,
                seed,
                pl.read_parquet(folder / "matches.parquet"),
                np.load(folder / "vectors.npy"),
                np.load(folder / "contexts.npy"),
                pl.read_parquet(folder / "known.parquet"),
                _planted(folder),
            )


def known_pains(library: PersonaLibrary, encoder: Kept) -> pl.DataFrame:
    """KNOWN rows: one per statement and example."""
    profiles = build_profiles(library, encoder)
    rows = [
        (profiles.pains[pain].persona_id, profiles.pains[pain].pain_id, vector.tolist())
        for pain, vector in zip(profiles.prototype_pain, profiles.prototypes, strict=True)
    ]
    return pl.DataFrame(rows, schema=KNOWN, orient="row")


class _Maker:
    """Makes years with one encoder and the head that these vendors did not enter, in a folder of their own."""

    def __init__(self, cache: Path) -> None:
        self._encoder = default_encoder(cache)
        self._head = head_without(cache, self._encoder, "adapted")
        made_with = f"{self._encoder.fingerprint[:8]}-{self._head.fingerprint[:8]}"
        self.folder = cache / "years" / made_with

    def make(self, name: str, seed: int, folder: Path, *, quiet: bool) -> None:
        """Compose a year, match it, and write what `Year` is read from."""
        encoder, head = self._encoder, self._head
        scenario = CORPUS / ("meridian.yaml" if name == "meridian" else f"train/{name}.yaml")
        command = [sys.executable, CORPUS / "compose.py", scenario, folder, "--seed", str(seed)]
        folder.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([*command, "--quiet"] if quiet else command, check=True)
        year = read_year(folder)
        rows = judge(year, encoder, head, MatchingSettings()).rows.sort("utterance_id")
        rows.write_parquet(folder / "matches.parquet")
        known_pains(year.library, encoder).write_parquet(folder / "known.parquet")
        np.save(folder / "vectors.npy", encoder.encode(rows["text"].to_list()))
        around = dict(year.rows.select("utterance_id", "context").iter_rows())
        np.save(folder / "contexts.npy", encoder.encode([around[i] for i in rows["utterance_id"]]))
        encoder.save()


def _planted(folder: Path) -> dict[tuple[str, str], str]:
    known = set(
        pl.read_parquet(folder / "known.parquet").select("persona_id", "pain_id").iter_rows()
    )
    events = json.loads((folder / "truth" / "events.json").read_text("utf-8"))
    return {
        (event["persona"], pain): event["cycle"]
        for event in events
        if event["type"] == "step"
        for pain in event["weights"]
        if (event["persona"], pain) not in known
    }

"""Composed years of vendors as MATCHES with the truth beside them, matched by a head that never saw them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

BENCHMARKS = Path(__file__).resolve().parents[1]
# benchmarks are scripts, not a package: the folder must be on the path before its modules are imported
sys.path.insert(0, str(BENCHMARKS / "matching"))

from measure import judge  # noqa: E402
from train_head import train  # noqa: E402
from vendors import CORPUS, TRAINING, Kept, default_encoder, load_vendor  # noqa: E402
from year import read_year  # noqa: E402

from next_evidence.matching.head import Head, load_head  # noqa: E402
from next_evidence.matching.profiles import build_profiles  # noqa: E402
from next_evidence.personas.library import PersonaLibrary  # noqa: E402
from next_evidence.settings import MatchingSettings  # noqa: E402
from next_evidence.topics.tables import KNOWN  # noqa: E402

# Every third training vendor: novelty and membership are fitted and measured on these alone.
YEARS = TRAINING[::3]
SEED = 3


@dataclass(frozen=True)
class Year:
    """One composed year: MATCHES with ``true_persona`` and ``true_pain``, vectors, known pains, planted ones."""

    name: str
    rows: pl.DataFrame
    vectors: np.ndarray
    known: pl.DataFrame
    planted: dict[tuple[str, str], str]  # (persona, pain) to the cycle it begins in
    accept_at: float
    review_at: float

    @property
    def cycles(self) -> list[str]:
        return sorted(self.rows["cycle"].unique())


def years(
    cache: Path, names: tuple[str, ...] = (*YEARS, "meridian"), seed: int = SEED
) -> Iterator[Year]:
    """Compose, match and keep; the second call reads what the first one kept."""
    encoder: Kept | None = None
    for name in names:
        folder = cache / "years" / f"{name}-{seed}"
        kept, places = folder / "matches.parquet", folder / "vectors.npy"
        if not kept.exists():
            encoder = encoder or default_encoder(cache)
            _make(name, seed, folder, encoder, _head(cache, encoder))
            encoder.save()
        yield Year(
            name,
            pl.read_parquet(kept),
            np.load(places),
            pl.read_parquet(folder / "known.parquet"),
            _planted(folder),
            _head(cache, encoder).accept_at,
            _head(cache, encoder).review_at,
        )


def known_pains(library: PersonaLibrary, encoder: Kept) -> pl.DataFrame:
    """KNOWN rows: one per statement and example."""
    profiles = build_profiles(library, encoder)
    rows = [
        (profiles.pains[pain].persona_id, profiles.pains[pain].pain_id, vector.tolist())
        for pain, vector in zip(profiles.prototype_pain, profiles.prototypes, strict=True)
    ]
    return pl.DataFrame(rows, schema=KNOWN, orient="row")


def _head(cache: Path, encoder: Kept | None) -> Head:
    """A head fitted on the training vendors that no year is composed of."""
    place = cache / "head_without_years"
    if not (place / "head.npz").exists():
        encoder = encoder or default_encoder(cache)
        from next_evidence.matching.head import dump_head

        vendors = {n: load_vendor(n, encoder) for n in TRAINING if n not in YEARS}
        head, _ = train(vendors, encoder=encoder)
        place.mkdir(parents=True, exist_ok=True)
        arrays, meta = dump_head(head)
        (place / "head.npz").write_bytes(arrays)
        (place / "head.json").write_bytes(meta)
        encoder.save()
    return load_head(place)


def _make(name: str, seed: int, folder: Path, encoder: Kept, head: Head) -> None:
    scenario = CORPUS / ("meridian.yaml" if name == "meridian" else f"train/{name}.yaml")
    command = [sys.executable, CORPUS / "compose.py", scenario, folder]
    subprocess.run(command if name == "meridian" else [*command, "--seed", str(seed)], check=True)
    year = read_year(folder)
    rows = judge(year, encoder, head, _rules(head)).rows.sort("utterance_id")
    rows.write_parquet(folder / "matches.parquet")
    np.save(folder / "vectors.npy", encoder.encode(rows["text"].to_list()))
    known_pains(year.library, encoder).write_parquet(folder / "known.parquet")


def _rules(head: Head) -> MatchingSettings:
    return MatchingSettings(accept_at=head.accept_at, review_at=head.review_at)


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

"""What 200 verdicts change: the review loop as a team would use it, on the sample company, beside the same year without."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import yaml
from figures import figures, guesses_of, likeliest, stance_figures
from vendors import say

from next_evidence.engine import Engine
from next_evidence.workspace.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "examples" / "meridian" / "raw"
TRUTH = ROOT / "benchmarks" / "truth" / "meridian" / "lines.jsonl"
LABELS, A_CYCLE = 200, 50
ARMS = {"plain": "0 labels", "reviewed": f"{LABELS} labels"}


def measure_reviews(cache: Path, model: str | None = None) -> dict[str, object]:
    """Figures of the cycles after the last verdict, on all statements and on those of lines that were never judged.

    ``model``: ``encoder.model`` of the settings; None: the default encoder.
    """
    folder = cache / ("reviews" if model is None else f"reviews-{model}")
    base = _sample_workspace(folder, model)
    for arm in ARMS:
        shutil.rmtree(folder / arm, ignore_errors=True)
        shutil.copytree(base, folder / arm)
    say(f"{LABELS} verdicts, then the cycles after them")
    command = [sys.executable, ROOT / "benchmarks" / "review" / "year.py"]
    command += [folder / "reviewed", folder / "plain", TRUTH]
    options = ["--count", str(A_CYCLE), "--labels", str(LABELS), "--matches", str(folder)]
    subprocess.run([*command, *options], check=True, stdout=subprocess.DEVNULL)
    known = _known_pains(base)
    found: dict[str, dict[str, object]] = {}
    for arm, title in ARMS.items():
        rows = _after(pl.read_parquet(folder / f"{arm}.parquet"), known)
        # both arms on the same lines: those that the reviewer of the other arm never judged
        for name, part in ((title, rows), (f"{title}, lines never judged", rows.filter("new"))):
            found[name] = figures(guesses_of(part)) | stance_figures(part)
    return {"cycles": sorted(rows["cycle"].unique()), "arms": found}


def _sample_workspace(folder: Path, model: str | None) -> Path:
    """The sample company, pulled and encoded; pulled once a cache."""
    base = folder / "sample"
    if not (base / "pulled").exists():
        say("pull the sample company")
        shutil.rmtree(base, ignore_errors=True)
        program = [sys.executable, "-m", "next_evidence"]
        for step in (
            ["init", str(base), "--from", str(SAMPLE)],
            ["pull", "--workspace", str(base)],
        ):
            subprocess.run([*program, *step], check=True, stdout=subprocess.DEVNULL)
        settings = base / "next_evidence.yaml"
        changed = yaml.safe_load(settings.read_text("utf-8")) | {"topics": {"enabled": False}}
        if model is not None:
            changed["encoder"] = {"model": model}
        settings.write_text(yaml.safe_dump(changed), encoding="utf-8")
        (base / "pulled").touch()
    work = Workspace.open(base)
    said = work.store.read("utterances").filter(pl.col("side") == "customer")
    engine = Engine(work, lambda *_: None)
    for column in ("text", "context"):
        engine.encode(said[column], column)
    work.close()
    return base


def _known_pains(base: Path) -> pl.DataFrame:
    work = Workspace.open(base)
    pains = [(persona.id, pain.id) for persona in work.reading.library for pain in persona.pains]
    work.close()
    schema = {"true_persona": pl.String, "true_pain": pl.String}
    return pl.DataFrame(pains, schema=schema, orient="row").with_columns(known=pl.lit(True))


def _after(matches: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The likeliest pain of the statements in cycles that all verdicts came before."""
    later = matches.filter(pl.col("labels") == LABELS)
    beside = later.join(known, on=["true_persona", "true_pain"], how="left")
    return likeliest(
        beside.with_columns(pl.col("known").fill_null(False), vendor=pl.lit("meridian"))
    )

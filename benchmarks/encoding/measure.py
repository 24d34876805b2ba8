"""Speed, start, memory and faithfulness of the default encoder, as a Markdown table.

Run from the repository: ``python benchmarks/encoding/measure.py [N_TEXTS]``. Each row runs in a process
of its own, one after the other. Texts are statements of ``benchmarks/corpus``, so nothing is fetched.
"""

from __future__ import annotations

import json
import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

STARTED = time.perf_counter()
CORPUS = Path(__file__).parents[1] / "corpus"
SHORT_WORDS = 12
TOKENS_PER_BATCH = 512
ROUNDS = 3


def load_texts(n_texts: int) -> list[str]:
    """Distinct statements of the corpus, always the same ones."""
    texts = {
        json.loads(line)["text"]
        for path in sorted(CORPUS.rglob("*.jsonl"))
        for line in path.read_text(encoding="utf-8").splitlines()
    }
    return random.Random(7).sample(sorted(texts), n_texts)


def open_session(model: Path, threads: int) -> Any:
    """An onnxruntime session that splits each operator over ``threads``."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def batched(
    model: Path, *, threads: int | None = None, equal_lengths: bool = False
) -> Callable[[Sequence[str]], Any]:
    """The usual way, for comparison: batches of about 512 tokens, sorted by length."""
    import numpy as np

    from next_evidence.encoding import onnx
    from next_evidence.encoding.packaged import minilm_weights

    session = open_session(model, threads or os.cpu_count() or 1)
    tokenizer = onnx._open_tokenizer(minilm_weights() / "tokenizer.json")

    def encode(texts: Sequence[str]) -> Any:
        ids = [found.ids for found in tokenizer.encode_batch(list(texts))]
        vectors = np.empty((len(ids), 384))
        batches: list[list[int]] = [[]]
        for place in sorted(range(len(ids)), key=lambda place: len(ids[place])):
            full = (len(batches[-1]) + 1) * len(ids[place]) > TOKENS_PER_BATCH
            other = batches[-1] and len(ids[batches[-1][0]]) != len(ids[place])
            if batches[-1] and (full or (equal_lengths and other)):
                batches.append([])
            batches[-1].append(place)
        for batch in filter(None, batches):
            padded = np.zeros((len(batch), len(ids[batch[-1]])), dtype=np.int64)
            for row, place in enumerate(batch):
                padded[row, : len(ids[place])] = ids[place]
            vectors[batch] = onnx._run(session, padded, (padded != 0).astype(np.int64))
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    return encode


def larger_encoder() -> Callable[[Sequence[str]], Any]:
    from next_evidence.encoding.onnx import default_cache_dir, load_onnx_encoder
    from next_evidence.encoding.packaged import MPNET

    return load_onnx_encoder(default_cache_dir(), model=MPNET).encode


def default_encoder() -> Callable[[Sequence[str]], Any]:
    from next_evidence.encoding.onnx import default_cache_dir, load_onnx_encoder

    return load_onnx_encoder(default_cache_dir()).encode


def built_model() -> Path:
    """Where MiniLM's int8 model lies; it is there once the default encoder was loaded."""
    from next_evidence.encoding.onnx import default_cache_dir
    from next_evidence.encoding.packaged import MINILM

    built = default_cache_dir().glob(f"{MINILM.name}-*/model.onnx")
    return max(built, key=lambda path: path.stat().st_mtime)


def original() -> Callable[[Sequence[str]], Any]:
    from next_evidence.encoding.packaged import minilm_weights
    from next_evidence.encoding.sentence_transformer import load_sentence_transformer

    return load_sentence_transformer(str(minilm_weights()), device="cpu").encode


ENGINES: dict[str, Callable[[], Callable[[Sequence[str]], Any]]] = {
    "sentence-transformers, fp32": original,
    "int8, batches of 512 tokens": lambda: batched(built_model()),
    "int8, batches of 512 tokens, one thread": lambda: batched(built_model(), threads=1),
    "int8, batches of equal length": lambda: batched(built_model(), equal_lengths=True),
    "**int8, one text per thread** (`OnnxEncoder`)": default_encoder,
    "all-mpnet-base-v2, int8 in blocks, one text per thread": larger_encoder,
}


def measure(engine: str, n_texts: int, out: Path) -> None:
    """Measure one engine in this process; figures and vectors go to ``out``."""
    import numpy as np

    encode = ENGINES[engine]()
    encode(["one sentence"])
    cold_s = time.perf_counter() - STARTED
    texts = load_texts(n_texts)
    short = [text for text in texts if len(text.split()) <= SHORT_WORDS]
    figures: dict[str, float] = {"cold_s": cold_s}
    for name, sample in (("all", texts), ("short", short)):
        wall, cpu = [], []
        for _ in range(ROUNDS):
            wall_0, cpu_0 = time.perf_counter(), time.process_time()
            vectors = encode(sample)
            wall.append(time.perf_counter() - wall_0)
            cpu.append(time.process_time() - cpu_0)
        figures[f"{name}_per_s"] = len(sample) / min(wall)
        figures[f"{name}_per_cpu_s"] = len(sample) / min(cpu)
        if name == "all":
            np.save(out / "vectors.npy", vectors)
    singles = []
    for text in short[:50]:
        begun = time.perf_counter()
        encode([text])
        singles.append(time.perf_counter() - begun)
    figures["single_ms"] = sorted(singles)[len(singles) // 2] * 1000
    figures["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    # the same texts in twelve calls of other neighbours
    parts = [texts[start::12] for start in range(12)]
    apart = np.empty_like(vectors := np.load(out / "vectors.npy"))
    for start, part in enumerate(parts):
        apart[start::12] = encode(part)
    figures["same_bytes"] = float((apart == vectors).all(axis=1).mean())
    figures["worst_self_cosine"] = float((apart * vectors).sum(axis=1).min())
    (out / "figures.json").write_text(json.dumps(figures), encoding="utf-8")


def main() -> None:
    """Measure every engine and print the tables."""
    import numpy as np

    n_texts = int(sys.argv[1]) if len(sys.argv) > 1 else 600
    default_encoder()
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, ",
        end="",
    )
    packages = ("torch", "onnxruntime", "tokenizers", "sentence-transformers", "numpy")
    print(", ".join(f"{name} {version(name)}" for name in packages), end="\n\n")
    columns = (
        "engine", "texts/s", "texts per CPU s", "short texts/s", "one short text, ms", "cold start, s",
        "peak RSS, MB", "cosine to fp32: mean / p1 / min", "same bytes in other calls", "worst cosine to itself",
    )  # fmt: skip
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    reference: Any = None
    for engine in ENGINES:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, __file__, "--engine", engine, str(n_texts), folder]
            subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
            vectors = np.load(Path(folder) / "vectors.npy")
            found = json.loads((Path(folder) / "figures.json").read_text(encoding="utf-8"))
        reference = vectors if reference is None else reference
        near = ""
        if vectors.shape == reference.shape:  # another model has no cosine with this one
            cosines = (vectors * reference).sum(axis=1)
            least = (cosines.mean(), np.quantile(cosines, 0.01), cosines.min())
            near = " / ".join(f"{cosine:.4f}" for cosine in least)
        print(
            f"| {engine} | {found['all_per_s']:.0f} | {found['all_per_cpu_s']:.0f} "
            f"| {found['short_per_s']:.0f} | {found['single_ms']:.1f} | {found['cold_s']:.2f} "
            f"| {found['rss_mb']:.0f} "
            f"| {near} "
            f"| {found['same_bytes']:.1%} | {found['worst_self_cosine']:.6f} |",
            flush=True,
        )


if __name__ == "__main__":
    if "--engine" in sys.argv:
        measure(sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
    else:
        main()

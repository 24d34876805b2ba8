"""The embedded models, MiniLM by default, as int8 ONNX, exported once from the packaged weights.

Every text runs through the model alone. Dynamic int8 quantisation takes the range of activations from
the whole tensor, so in a batch a text's vector depends on its neighbours: cosine down to 0.966 between
two vectors of one text, as far apart as int8 is from fp32. Alone, a text always has the same bytes; with
one text per thread this costs an eighth more CPU time than batches. ``benchmarks/encoding`` has the figures.
all-mpnet-base-v2 does not survive that (cosine .77 with its original): its weights are scaled in blocks, its activations by row.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from next_evidence.encoding.adapter import Adapter, load_adapter
from next_evidence.encoding.packaged import (
    MINILM,
    PackagedModel,
    sha256_of,
)
from next_evidence.errors import EncoderError

PRECISION = "int8"
BUILDER = "2"  # raise it when graph, quantisation, pooling or MAX_TOKENS change: so do the vectors
MAX_TOKENS = 256
BLOCK = 128  # weights with one scale; blocks of 32 are no closer to the original and a fifth slower
EXACT_COSINE = 0.9999  # the fp32 export against the original; measured 1.0000000
GOLDEN_COSINE = 0.97  # int8 against the original; the lowest of 600 statements measured 0.972
ABANDONED_AFTER_S = 3600  # a build takes 15 seconds; older leftovers come from a killed one

# Short and long, questions and complaints, digits and other scripts: the lengths differ on purpose,
# because a graph that was traced for one length fails on the others.
GOLDEN = (
    "Why?",
    "The export times out again.",
    "We copy every invoice by hand into a second system, which costs us two days a month.",
    "Can I restrict a role to read-only access for just one of our workspaces?",
    "Since the last update 3 of our 12 dashboards show 0 for Q4; support told us to wait.",
    "Honestly the onboarding was great, my whole team was productive after one afternoon.",
    "Wir müssen die Daten jedes Mal neu hochladen. 毎回です。",
    "I looked at the audit log because our compliance people asked who changed the retention rule, and "
    "all it says is that a user changed a setting. Which user, which setting, from what to what? Without "
    "that we cannot pass the review in March, so we keep a spreadsheet beside it, and of course nobody "
    "fills it in when things get busy.",
    " ".join(["Every step of the approval needs another click and another wait."] * 24),
)


def default_cache_dir() -> Path:
    """Where built models lie: ``$NEXT_EVIDENCE_CACHE``, else ``next-evidence`` in the user's cache."""
    if own := os.environ.get("NEXT_EVIDENCE_CACHE"):
        return Path(own)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "next-evidence"


def load_onnx_encoder(
    cache_dir: Path,
    *,
    model: PackagedModel = MINILM,
    on_build: Callable[[], None] | None = None,
    threads: int = 0,
    adapter: Path | None = None,
) -> OnnxEncoder:
    """A packaged encoder; its model is built when ``cache_dir`` lacks it (15 seconds for MiniLM, a minute for mpnet, once).

    The build runs in a process of its own, so torch and a gigabyte of memory go with it.

    Parameters
    ----------
    cache_dir
        Folder for built models, one each by the hash of its weights and the builder's version.
    model
        Which of the packaged models.
    on_build
        Called once before a build, so that a person can be told what takes so long.
    threads
        Texts encoded at a time; 0: one per core.
    adapter
        Folder of an adapter that is merged into the weights; None: the weights as packaged.

    Raises
    ------
    EncoderError
        No weights, nothing to build with, a failed build, or a damaged model in ``cache_dir``.
    """
    made_of = model.find()[:16]
    if adapter is not None:
        made_of = f"{made_of}-{load_adapter(adapter).sha256[:16]}"
    model_dir = cache_dir / f"{model.name}-{PRECISION}-{made_of}-{BUILDER}"
    if not model_dir.is_dir():
        _check_tools(model_dir)
        if on_build is not None:
            on_build()
        _build_apart(model, model_dir, adapter)
    return OnnxEncoder(model_dir, threads=threads)


class OnnxEncoder:
    """Encodes with onnxruntime alone; torch and transformers stay out of the process.

    Vectors do not depend on the other texts of a call, on their order, nor on ``threads``. They are
    the same bytes on every run of one machine; another kind of CPU may differ in the last digits.

    Parameters
    ----------
    model_dir
        What `build_model` wrote.
    threads
        Texts encoded at a time; 0: one per core that this process may use.

    Raises
    ------
    EncoderError
        ``model_dir`` is not a built model, or is damaged.
    """

    def __init__(self, model_dir: Path, *, threads: int = 0) -> None:
        card = _read_card(model_dir)
        self.name = f"{card['name']} ({card['precision']})"
        self.n_dims = int(card["n_dims"])
        self.fingerprint = _fingerprint(card)
        self._threads = threads or _usable_cores()
        self._session = _open_session(model_dir / "model.onnx")
        self._tokenizer = _open_tokenizer(model_dir / "tokenizer.json")

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Unit vectors of ``texts``, in their order, shape ``(n_texts, n_dims)``.

        Only the first 256 tokens of a text (about 180 English words) count.
        """
        vectors = np.empty((len(texts), self.n_dims), dtype=np.float32)

        def fill(place: int) -> None:
            vectors[place] = self._encode_one(texts[place])

        with ThreadPoolExecutor(max(1, min(self._threads, len(texts)))) as pool:
            for _ in pool.map(fill, range(len(texts))):
                pass  # an error in a thread is raised here
        return vectors

    def _encode_one(self, text: str) -> NDArray[np.float64]:
        """Unit vector of one text, shape ``(n_dims,)``."""
        # half a surrogate pair cannot be tokenised; it becomes a question mark
        tokens = self._tokenizer.encode(text.encode("utf-8", "replace").decode("utf-8"))
        ids = np.array([tokens.ids], dtype=np.int64)
        mean = _run(self._session, ids, np.ones_like(ids))[0]
        unit: NDArray[np.float64] = mean / np.sqrt(np.square(mean).sum())
        return unit


def build_model(model: PackagedModel, out: Path, adapter: Path | None = None) -> None:
    """Export a packaged model to int8 ONNX in the folder ``out``, checked against the fp32 original.

    Takes 15 seconds and a gigabyte of memory for MiniLM, and imports torch: `load_onnx_encoder` calls this in a
    process of its own. ``out`` appears whole or not at all; of two processes that build it at the same
    time, the first to finish wins and the other's copy is dropped.

    Parameters
    ----------
    model
        Whose weights are taken from their packages.
    out
        Folder to make, with ``model.onnx``, ``tokenizer.json`` and ``card.json``.
    adapter
        Folder of an adapter to merge into the weights; None: none.

    Raises
    ------
    EncoderError
        torch, transformers, onnx or onnxscript is not installed, or the int8 model strays from the
        original (cosine below 0.97 on a golden sentence); nothing is kept then.
    """
    _check_tools(out)
    out.parent.mkdir(parents=True, exist_ok=True)
    _sweep(out.parent)
    with _scratch(out.parent) as unpacked, _scratch(out.parent) as building:
        weights = model.unpack(unpacked)
        _write_model(model, weights, building, None if adapter is None else load_adapter(adapter))
        building.chmod(0o755)  # mkdtemp hides it from others, who may share the cache
        try:
            building.replace(out)
        except OSError:
            if not (out / "card.json").is_file():
                raise


@contextmanager
def _scratch(parent: Path) -> Iterator[Path]:
    """A folder that is gone afterwards, unless it was moved."""
    folder = Path(tempfile.mkdtemp(prefix=".building-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_model(
    model: PackagedModel, weights: Path, folder: Path, adapter: Adapter | None
) -> None:
    """Fill ``folder`` with a checked model, its tokenizer and its card."""
    shutil.copyfile(weights / "tokenizer.json", folder / "tokenizer.json")
    full, small = folder / "fp32.onnx", folder / "model.onnx"
    ids, mask = _golden_inputs(folder)
    reference = _export(weights, full, ids, mask, adapter)
    # padded, so all lengths at once: a graph that knows only its example's shape fails here
    padded = _run(_open_session(full), ids, mask)
    _check_close(padded, reference, at_least=EXACT_COSINE, form="exported")
    (_quantise_in_blocks if model.in_blocks else _quantise)(full, small)
    full.unlink()
    card = {
        "name": model.name if adapter is None else f"{model.name}+{adapter.name}",
        "adapter_sha256": "" if adapter is None else adapter.sha256,
        "precision": PRECISION,
        "builder": BUILDER,
        "n_dims": reference.shape[1],
        "weights_sha256": model.find(),
        "model_sha256": sha256_of(small),
    }
    (folder / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    alone = OnnxEncoder(folder).encode(GOLDEN).astype(np.float64)
    _check_close(alone, reference, at_least=GOLDEN_COSINE, form=PRECISION)


def _quantise(full: Path, small: Path) -> None:
    """One scale per channel of weights and per tensor of activations."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    # 7-bit weights: CPUs without VNNI add two 8-bit products in 16 bits, which overflow silently.
    # It costs 0.0015 of cosine and gives all CPUs the same integers.
    quantize_dynamic(full, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8)


def _quantise_in_blocks(full: Path, small: Path) -> None:
    """One scale per 128 weights, and per row of activations."""
    import onnx
    from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

    in_blocks = MatMulNBitsQuantizer(
        onnx.load(full), bits=8, block_size=BLOCK, is_symmetric=True, accuracy_level=4
    )
    in_blocks.process()
    in_blocks.model.save_model_to_file(str(small))


def _export(
    weights: Path,
    out: Path,
    ids: NDArray[np.int64],
    mask: NDArray[np.int64],
    adapter: Adapter | None,
) -> NDArray[np.float64]:
    """Write the fp32 graph; return the original's mean vectors of the inputs, ``(n_texts, n_dims)``.

    The original is the packaged model with the adapter merged in, as torch computes it.
    """
    import torch
    from transformers import AutoModel

    class Pooled(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.bert = AutoModel.from_pretrained(
                weights, local_files_only=True, attn_implementation="eager", dtype=torch.float32
            )
            if adapter is not None:
                adapter.merge_into(self.bert)

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            tokens = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            weight = attention_mask.unsqueeze(-1).to(tokens.dtype)
            return (tokens * weight).sum(1) / weight.sum(1)

    model, inputs = Pooled().eval(), (torch.from_numpy(ids), torch.from_numpy(mask))
    axes = {0: torch.export.Dim("batch", max=4096), 1: torch.export.Dim("sequence", max=512)}
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's notes to its own developers
        reference: NDArray[np.float64] = model(*inputs).numpy().astype(np.float64)
        # dynamo=False gives a model that is silently wrong for other lengths and for padding
        exported = torch.onnx.export(
            model,
            inputs,
            dynamo=True,
            input_names=["input_ids", "attention_mask"],
            output_names=["mean"],
            dynamic_shapes={"input_ids": axes, "attention_mask": axes},
            verbose=False,
        )
        exported.save(out)
    return reference


def _golden_inputs(folder: Path) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Ids and mask of `GOLDEN` padded to the longest, shape ``(n_golden, n_tokens)`` each."""
    tokens = [_open_tokenizer(folder / "tokenizer.json").encode(text).ids for text in GOLDEN]
    ids = np.zeros((len(tokens), max(map(len, tokens))), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, found in enumerate(tokens):
        ids[row, : len(found)] = found
        mask[row, : len(found)] = 1
    return ids, mask


def _check_close(
    vectors: NDArray[np.float64], reference: NDArray[np.float64], *, at_least: float, form: str
) -> None:
    """Refuse a model whose vectors of `GOLDEN` stray; both ``(n_golden, n_dims)``, of any length."""
    lengths = np.linalg.norm(vectors, axis=1) * np.linalg.norm(reference, axis=1)
    cosines = (vectors * reference).sum(axis=1) / lengths
    # asked this way round, a NaN fails too
    if wrong := [place for place, cosine in enumerate(cosines) if not cosine >= at_least]:
        raise EncoderError(
            f"the {form} model strays from its original on golden sentences {wrong}: "
            f"lowest cosine {cosines.min():.4f}, needed {at_least}; it was not kept"
        )


def _build_apart(model: PackagedModel, out: Path, adapter: Path | None) -> None:
    """`build_model` in a child process."""
    code = (
        "import sys; from pathlib import Path\n"
        "from next_evidence.encoding.onnx import EncoderError, build_model\n"
        "from next_evidence.encoding.packaged import PACKAGED_MODELS\n"
        "try: build_model(PACKAGED_MODELS[sys.argv[1]], *map(Path, sys.argv[2:]))\n"
        "except EncoderError as error: sys.exit(str(error))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, model.name, *map(str, filter(None, (out, adapter)))],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise EncoderError(f"the model could not be built: {reason}")


def _check_tools(out: Path) -> None:
    """Refuse to begin a build that cannot end."""
    tools = ("torch", "transformers", "onnx", "onnxscript")
    if missing := [tool for tool in tools if find_spec(tool) is None]:
        raise EncoderError(
            f"the model was not built yet, and building it needs {', '.join(missing)}: install "
            f"with pip, or copy the folder {out} from a machine that has built it"
        )


def _sweep(parent: Path) -> None:
    """Remove what killed builds left behind."""
    for left in parent.glob(".building-*"):
        with suppress(FileNotFoundError):  # another build swept it meanwhile
            if time.time() - left.stat().st_mtime > ABANDONED_AFTER_S:
                shutil.rmtree(left, ignore_errors=True)


def _read_card(model_dir: Path) -> dict[str, Any]:
    """Facts about a built model, once its file is known to be whole."""
    try:
        card: dict[str, Any] = json.loads((model_dir / "card.json").read_text(encoding="utf-8"))
        whole = sha256_of(model_dir / "model.onnx") == card["model_sha256"]
    except (OSError, ValueError, KeyError):
        whole = False
    if not whole:
        raise EncoderError(f"the model in {model_dir} is damaged; delete that folder and run again")
    return card


def _fingerprint(card: dict[str, Any]) -> str:
    parts = (
        card["name"],
        card["weights_sha256"],
        card["adapter_sha256"],
        card["precision"],
        card["builder"],
    )
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _open_session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # threads go over texts: faster here, and always the same sums
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # it plans per input shape, and every length is another
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _run(session: Any, ids: NDArray[np.int64], mask: NDArray[np.int64]) -> NDArray[np.float64]:
    """Mean token vectors, shape ``(n_texts, n_dims)``, of ids and mask, ``(n_texts, n_tokens)``."""
    (mean,) = session.run(["mean"], {"input_ids": ids, "attention_mask": mask})
    return np.asarray(mean, dtype=np.float64)


def _open_tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _usable_cores() -> int:
    # a container often gives a process fewer cores than the machine has
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1

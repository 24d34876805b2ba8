import json
import os
import subprocess
import sys
import time

import numpy as np
import pytest

from next_evidence.assets import packaged
from next_evidence.encoding import onnx
from next_evidence.encoding.onnx import (
    GOLDEN,
    OnnxEncoder,
    build_model,
    default_cache_dir,
    load_onnx_encoder,
)
from next_evidence.encoding.packaged import MPNET, PackagedModel
from next_evidence.errors import EncoderError


def test_the_cache_folder_can_be_chosen(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.delenv("NEXT_EVIDENCE_CACHE", raising=False)
    assert default_cache_dir() == tmp_path / "xdg" / "next-evidence"

    monkeypatch.setenv("NEXT_EVIDENCE_CACHE", str(tmp_path / "own"))
    assert default_cache_dir() == tmp_path / "own"


def test_importing_the_module_imports_no_engine():
    code = (
        "import sys, next_evidence.encoding.onnx, next_evidence.encoding.packaged\n"
        "sys.exit(' '.join({'torch', 'transformers', 'onnx', 'onnxruntime'} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert done.stderr.strip() == ""


TINY = PackagedModel("tiny", "", False, find=lambda: "f" * 64, unpack=lambda folder: folder)


def without(*missing):
    return lambda name: None if name in missing else object()


def test_without_torch_a_model_cannot_be_built_and_nothing_is_left(monkeypatch, tmp_path):
    monkeypatch.setattr(onnx, "find_spec", without("torch", "onnxscript"))
    told = []

    with pytest.raises(EncoderError, match="torch, onnxscript"):
        load_onnx_encoder(tmp_path / "cache", model=TINY, on_build=lambda: told.append("build"))

    assert told == []
    assert not (tmp_path / "cache").exists()


def test_a_model_that_fails_its_check_is_removed(monkeypatch, tmp_path):
    def refuse(model, weights, folder, adapter):
        (folder / "model.onnx").write_bytes(b"half")
        raise EncoderError("strays")

    monkeypatch.setattr(onnx, "find_spec", without())
    monkeypatch.setattr(onnx, "_write_model", refuse)

    with pytest.raises(EncoderError, match="strays"):
        build_model(TINY, tmp_path / "cache" / "model")

    assert list((tmp_path / "cache").iterdir()) == []


def test_of_two_builds_the_first_to_finish_stays(monkeypatch, tmp_path):
    out = tmp_path / "cache" / "model"

    def slower(model, weights, folder, adapter):
        (folder / "card.json").write_text("second")
        out.mkdir()
        (out / "card.json").write_text("first")

    monkeypatch.setattr(onnx, "find_spec", without())
    monkeypatch.setattr(onnx, "_write_model", slower)

    build_model(TINY, out)

    assert (out / "card.json").read_text() == "first"
    assert list(out.parent.iterdir()) == [out]


def test_leftovers_of_killed_builds_are_swept_but_not_a_running_one(monkeypatch, tmp_path):
    old, running = tmp_path / ".building-old", tmp_path / ".building-new"
    for folder in (old, running):
        folder.mkdir()
    an_hour_ago = time.time() - onnx.ABANDONED_AFTER_S - 1
    os.utime(old, (an_hour_ago, an_hour_ago))
    monkeypatch.setattr(onnx, "find_spec", without())
    monkeypatch.setattr(onnx, "_write_model", lambda *_: None)

    build_model(TINY, tmp_path / "model")

    assert not old.exists()
    assert running.exists()


@pytest.mark.parametrize("card", [None, "{", "{}", '{"model_sha256": "00"}'])
def test_a_damaged_model_says_so(tmp_path, card):
    (tmp_path / "model.onnx").write_bytes(b"torn")
    if card is not None:
        (tmp_path / "card.json").write_text(card)

    with pytest.raises(EncoderError, match="damaged; delete that folder"):
        OnnxEncoder(tmp_path)


@pytest.mark.parametrize("stray", [0.9, np.nan])
def test_the_golden_check_finds_one_bad_sentence(stray):
    reference = np.eye(3)
    vectors = np.eye(3) * 7
    onnx._check_close(vectors, reference, at_least=0.97, form="int8")
    vectors[1] = [1.0, stray, 0.0]

    with pytest.raises(EncoderError, match=r"golden sentences \[1\]"):
        onnx._check_close(vectors, reference, at_least=0.97, form="int8")


@pytest.fixture(scope="module")
def encoder():
    return load_onnx_encoder(default_cache_dir())


@pytest.mark.model
def test_golden_sentences_have_their_known_cosines(encoder):
    vectors = encoder.encode(GOLDEN)

    assert vectors.shape == (len(GOLDEN), 384)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    related, unrelated = encoder.encode(
        ["Exporting fails with a timeout every time.", "The weather in Lisbon is lovely."]
    )
    assert vectors[1] @ related > 0.7  # fp32: 0.77
    assert vectors[1] @ unrelated < 0.2  # fp32: 0.07


@pytest.mark.model
def test_a_text_has_the_same_bytes_whatever_else_is_in_the_call(encoder):
    together = encoder.encode(GOLDEN)
    one_thread = load_onnx_encoder(default_cache_dir(), threads=1)

    alone = np.concatenate([encoder.encode([text]) for text in GOLDEN])
    backwards = one_thread.encode(GOLDEN[::-1])[::-1]

    assert alone.tobytes() == together.tobytes()
    assert backwards.tobytes() == together.tobytes()


@pytest.mark.model
def test_no_text_is_refused(encoder):
    texts = ["", " ", "half a pair \ud83d", "\x00", "long " * 5000]

    vectors = encoder.encode(texts)

    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.model
@pytest.mark.slow
def test_a_model_is_built_once_from_the_packaged_weights(tmp_path, encoder):
    told = []

    built = load_onnx_encoder(tmp_path, on_build=lambda: told.append("build"))
    load_onnx_encoder(tmp_path, on_build=lambda: told.append("build"))

    assert told == ["build"]
    (folder,) = tmp_path.iterdir()
    assert sorted(path.name for path in folder.iterdir()) == [
        "card.json",
        "model.onnx",
        "tokenizer.json",
    ]
    assert json.loads((folder / "card.json").read_text())["n_dims"] == 384
    assert built.fingerprint == encoder.fingerprint
    assert built.encode(GOLDEN).tobytes() == encoder.encode(GOLDEN).tobytes()


@pytest.fixture(scope="module")
def larger():
    try:
        MPNET.find()
    except EncoderError:
        pytest.skip("the extra mpnet is not installed")
    return load_onnx_encoder(
        default_cache_dir(), model=MPNET, adapter=packaged("encoder_adapter_mpnet")
    )


@pytest.mark.model
@pytest.mark.slow
def test_the_larger_model_reads_meaning_and_repeats_itself(larger):
    together = larger.encode(GOLDEN)
    related, unrelated = larger.encode(
        ["Exporting fails with a timeout every time.", "The weather in Lisbon is lovely."]
    )

    assert (larger.name, larger.n_dims) == ("all-mpnet-base-v2+pains-2 (int8)", 768)
    assert together[1] @ related > 0.7
    assert together[1] @ unrelated < 0.3
    alone = np.concatenate([larger.encode([text]) for text in GOLDEN])
    assert alone.tobytes() == together.tobytes()

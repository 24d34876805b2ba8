"""Which encoder and head a workspace gets."""

import pytest

from next_evidence import engine
from next_evidence.assets import packaged
from next_evidence.cli.main import run
from next_evidence.encoding.packaged import MPNET
from next_evidence.errors import EncoderError
from next_evidence.matching.head import dump_head
from next_evidence.testing.fakes import HashingEncoder
from next_evidence.workspace.workspace import Workspace
from tests.matching.random_head import random_head

PLAIN, ADAPTED = "all-MiniLM-L6-v2 (int8)", "all-MiniLM-L6-v2+pains-3 (int8)"
LARGER = "all-mpnet-base-v2+pains-2 (int8)"


@pytest.fixture
def open_with(tmp_path):
    """Open a new workspace whose settings are these lines."""
    opened = []

    def make(lines=""):
        folder = tmp_path / "ws"
        assert run(["init", str(folder)]) == 0
        (folder / "next_evidence.yaml").write_text(lines)
        opened.append(Workspace.open(folder))
        return opened[-1]

    yield make
    for work in opened:
        work.close()


@pytest.mark.parametrize("merged", [True, False])
def test_the_adapter_is_merged_unless_settings_ask_for_plain_minilm(open_with, monkeypatch, merged):
    asked = []
    monkeypatch.setattr(
        engine,
        "load_onnx_encoder",
        lambda *_, adapter, **__: asked.append(adapter) or HashingEncoder(),
    )

    engine.load_encoder(open_with(f"encoder: {{adapter: {str(merged).lower()}}}"))

    assert [place is not None for place in asked] == [merged]


def test_settings_choose_among_the_packaged_models(open_with, monkeypatch):
    asked = []
    monkeypatch.setattr(
        engine,
        "load_onnx_encoder",
        lambda *_, model, adapter, **__: asked.append((model, adapter)) or HashingEncoder(),
    )

    engine.load_encoder(open_with("encoder: {model: all-mpnet-base-v2}"))

    assert asked == [(MPNET, packaged("encoder_adapter_mpnet"))]


def test_a_model_that_is_not_packaged_is_told_which_kind_it_needs(open_with):
    work = open_with("encoder: {model: bge-small}")

    with pytest.raises(
        EncoderError, match=r"all-MiniLM-L6-v2 and all-mpnet-base-v2; .* sentence-transformers"
    ):
        engine.load_encoder(work)


@pytest.mark.parametrize("encoder", [PLAIN, ADAPTED, LARGER])
def test_each_shipped_encoder_has_a_head_that_takes_its_vectors(open_with, encoder):
    head = engine.load_matching_head(open_with(), encoder)

    head.require_family(encoder)


def test_another_encoder_is_told_which_setting_names_its_head(open_with):
    head = engine.load_matching_head(open_with(), "all-mpnet-base-v2")

    with pytest.raises(EncoderError, match=r"all-mpnet-base-v2: name a head .* in matching\.head"):
        head.require_family("all-mpnet-base-v2")


def test_settings_name_a_head_in_the_workspace(open_with):
    work = open_with("matching: {head: my_head}")
    place = work.paths.root / "my_head"
    place.mkdir()
    arrays, meta = dump_head(random_head(8))
    (place / "head.npz").write_bytes(arrays)
    (place / "head.json").write_bytes(meta)

    assert engine.load_matching_head(work, PLAIN).fingerprint == random_head(8).fingerprint


def test_a_head_that_is_not_where_settings_say_is_an_error_with_a_remedy(open_with):
    with pytest.raises(EncoderError, match=r"correct matching\.head"):
        engine.load_matching_head(open_with("matching: {head: nowhere}"), PLAIN)

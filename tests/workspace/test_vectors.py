import hashlib
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from next_evidence.encoding.cached import CachedEncoder
from next_evidence.errors import WorkspaceError
from next_evidence.workspace.vectors import HEADER_BYTES, VectorFile, _one_process, stored_vectors

RECORD = 16 + 2 * 3 + 4

export, audit, sso = (hashlib.blake2b(name, digest_size=16).digest() for name in (b"e", b"a", b"s"))


def rows(*values):
    return np.array([[value, value / 3, -value] for value in values], dtype=np.float32)


def as_stored(*values):
    return rows(*values).astype(np.float16).astype(np.float32)


def path_of(folder):
    (path,) = folder.glob("*.vectors")
    return path


def test_reads_back_what_was_rounded_when_stored(tmp_path):
    VectorFile(tmp_path, "mini", 3).put([export, audit], rows(0.1, 0.7))

    found, vectors = VectorFile(tmp_path, "mini", 3).get([audit, sso, export])

    assert found.tolist() == [True, False, True]
    assert vectors.dtype == np.float32
    np.testing.assert_array_equal(vectors[[0, 2]], as_stored(0.7, 0.1))
    assert not vectors[1].any()


def test_an_empty_file_knows_nothing(tmp_path):
    vectors = VectorFile(tmp_path / "new", "mini", 3)

    found, none = vectors.get([export])

    assert len(vectors) == 0
    assert not found.any()
    assert none.shape == (1, 3)
    assert vectors.get([])[1].shape == (0, 3)


def test_a_known_key_keeps_its_first_vector(tmp_path):
    vectors = VectorFile(tmp_path, "mini", 3)
    vectors.put([export], rows(0.1))
    size = path_of(tmp_path).stat().st_size

    vectors.put([export, export], rows(0.5, 0.6))
    vectors.put([audit, audit], rows(0.2, 0.3))

    np.testing.assert_array_equal(vectors.get([export, audit])[1], as_stored(0.1, 0.2))
    assert path_of(tmp_path).stat().st_size == size + RECORD


def test_encoders_do_not_share_vectors(tmp_path):
    VectorFile(tmp_path, "mini", 3).put([export], rows(0.1))

    assert not VectorFile(tmp_path, "other", 3).get([export])[0].any()
    with pytest.raises(WorkspaceError, match="4-dimensional"):
        VectorFile(tmp_path, "mini", 4)


@pytest.mark.parametrize("cut", range(1, RECORD + 1))
def test_a_torn_record_is_cut_off_and_the_others_stay(tmp_path, cut):
    VectorFile(tmp_path, "mini", 3).put([export, audit], rows(0.1, 0.7))
    path = path_of(tmp_path)
    path.write_bytes(path.read_bytes()[:-cut])

    after_kill = VectorFile(tmp_path, "mini", 3)
    assert after_kill.get([export, audit])[0].tolist() == [True, False]
    after_kill.put([sso, audit], rows(0.4, 0.7))

    again = VectorFile(tmp_path, "mini", 3)
    np.testing.assert_array_equal(again.get([export, audit, sso])[1], as_stored(0.1, 0.7, 0.4))
    assert path.stat().st_size == HEADER_BYTES + 3 * RECORD


@pytest.mark.parametrize("size", [0, 1, HEADER_BYTES - 1, HEADER_BYTES])
def test_a_kill_while_the_header_was_written_loses_nothing(tmp_path, size):
    VectorFile(tmp_path, "mini", 3).put([export], rows(0.1))
    path = path_of(tmp_path)
    path.write_bytes(path.read_bytes()[:size])

    vectors = VectorFile(tmp_path, "mini", 3)
    vectors.put([audit], rows(0.7))

    assert vectors.get([export, audit])[0].tolist() == [False, True]
    assert path.stat().st_size == HEADER_BYTES + RECORD


def test_a_damaged_record_counts_as_never_written_and_is_replaced(tmp_path):
    VectorFile(tmp_path, "mini", 3).put([export, audit], rows(0.1, 0.7))
    path = path_of(tmp_path)
    data = bytearray(path.read_bytes())
    data[HEADER_BYTES + 18] ^= 1
    path.write_bytes(data)

    vectors = VectorFile(tmp_path, "mini", 3)
    assert vectors.get([export, audit])[0].tolist() == [False, True]
    vectors.put([export], rows(0.1))

    reopened = VectorFile(tmp_path, "mini", 3)
    np.testing.assert_array_equal(reopened.get([export, audit])[1], as_stored(0.1, 0.7))


def test_an_open_reader_sees_what_others_append_and_erase(tmp_path):
    reader, writer = VectorFile(tmp_path, "mini", 3), VectorFile(tmp_path, "mini", 3)

    writer.put([export, audit], rows(0.1, 0.7))
    assert reader.get([export])[0].all()

    writer.forget([export])
    found, vectors = reader.get([export, audit])
    assert found.tolist() == [False, True]
    np.testing.assert_array_equal(vectors[1:], as_stored(0.7))


def test_a_file_that_was_deleted_under_an_open_reader_knows_nothing(tmp_path):
    vectors = VectorFile(tmp_path, "mini", 3)
    vectors.put([export], rows(0.1))
    assert vectors.get([export])[0].all()

    path_of(tmp_path).unlink()

    assert not vectors.get([export])[0].any()
    vectors.put([audit], rows(0.7))
    assert vectors.get([export, audit])[0].tolist() == [False, True]


def test_forget_leaves_nothing_of_the_key_on_disk(tmp_path):
    vectors = VectorFile(tmp_path, "mini", 3)
    vectors.put([export, audit, sso], rows(0.1, 0.7, 0.4))

    assert vectors.forget([export, sso, export, b"unknown-key-16by"]) == 2

    assert len(vectors) == 1
    assert all(export not in path.read_bytes() for path in tmp_path.iterdir())
    assert path_of(tmp_path).stat().st_size == HEADER_BYTES + RECORD
    vectors.put([export], rows(0.9))
    np.testing.assert_array_equal(vectors.get([audit, export])[1], as_stored(0.7, 0.9))


def test_forget_of_unknown_keys_does_not_touch_the_file(tmp_path):
    vectors = VectorFile(tmp_path, "mini", 3)
    assert vectors.forget([export]) == 0

    vectors.put([audit], rows(0.7))
    before = path_of(tmp_path).stat()

    assert vectors.forget([export]) == 0
    assert path_of(tmp_path).stat() == before


def test_stored_vectors_lists_every_encoder(tmp_path):
    VectorFile(tmp_path, "mini", 3).put([export], rows(0.1))
    VectorFile(tmp_path, "large", 3).put([export, audit], rows(0.1, 0.2))

    gone = {file.fingerprint: file.forget([export]) for file in stored_vectors(tmp_path)}

    assert gone == {"mini": 1, "large": 1}
    assert sorted(len(file) for file in stored_vectors(tmp_path)) == [0, 1]


def test_stored_vectors_refuses_a_file_of_another_kind(tmp_path):
    (tmp_path / "notes.vectors").write_bytes(b"x" * 2000)

    with pytest.raises(WorkspaceError, match="not a file of vectors"):
        stored_vectors(tmp_path)


@pytest.mark.parametrize(
    ("keys", "vectors"),
    [
        ([b"short"], rows(0.1)),
        ([export], rows(0.1, 0.2)),
        ([export], np.full((1, 3), np.nan, dtype=np.float32)),
    ],
)
def test_put_refuses_what_could_not_be_read_back(tmp_path, keys, vectors):
    file = VectorFile(tmp_path, "mini", 3)

    with pytest.raises(ValueError, match="key"):
        file.put(keys, vectors)

    assert len(file) == 0


def test_a_second_encoder_instance_returns_the_first_ones_bytes(tmp_path):
    class Mini:
        name, n_dims, fingerprint = "mini", 3, "mini"

        def encode(self, texts):
            raw = np.array([[len(text), 1, 2] for text in texts], dtype=np.float32)
            return raw / np.linalg.norm(raw, axis=1, keepdims=True)

    class Unused(Mini):
        def encode(self, texts):
            raise AssertionError("everything is stored")

    texts = ["export", "audit log", "export", "sso"]
    first = CachedEncoder(Mini(), VectorFile(tmp_path, "mini", 3)).encode(texts)

    second = CachedEncoder(Unused(), VectorFile(tmp_path, "mini", 3)).encode(texts[::-1])

    assert first.tobytes() == np.ascontiguousarray(second[::-1]).tobytes()
    np.testing.assert_allclose(np.linalg.norm(first, axis=1), 1, atol=1e-6)


def test_a_writer_waits_for_another(tmp_path):
    slow, vectors = VectorFile(tmp_path, "mini", 3), VectorFile(tmp_path, "mini", 3)
    slow.put([audit], rows(0.7))
    writer = threading.Thread(target=vectors.put, args=([export], rows(0.1)))

    with _one_process(path_of(tmp_path)):
        writer.start()
        writer.join(timeout=0.2)
        assert writer.is_alive()
        assert not slow.get([export])[0].any()

    writer.join(timeout=10)
    assert slow.get([export, audit])[0].all()


def test_writers_in_two_processes_lose_and_double_nothing(tmp_path):
    code = (
        "import sys, numpy as np; from pathlib import Path\n"
        "from next_evidence.workspace.vectors import VectorFile\n"
        "file = VectorFile(Path(sys.argv[1]), 'mini', 3)\n"
        "for number in range(40):\n"
        "    keys = [number.to_bytes(16, 'big'), (number + 20).to_bytes(16, 'big')]\n"
        "    file.put(keys, np.full((2, 3), 0.5, dtype=np.float32))\n"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], cwd=Path(__file__).parents[2])
        for _ in range(2)
    ]

    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]

    vectors = VectorFile(tmp_path, "mini", 3)
    assert len(vectors) == 60
    assert path_of(tmp_path).stat().st_size == HEADER_BYTES + 60 * RECORD
    assert vectors.get([number.to_bytes(16, "big") for number in range(60)])[0].all()

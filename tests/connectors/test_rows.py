"""Files of rows: what is read again, what is not, and what a damaged file costs."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from next_evidence.errors import SourceRefused
from next_evidence_connectors import _paging, _rows
from next_evidence_connectors.conversations_jsonl import ConversationsConnector
from next_evidence_connectors.surveys_csv import SurveysConnector


def _line(ident: object, text: str = "It is slow.") -> str:
    return (
        json.dumps(
            {"id": ident, "kind": "call", "started_at": "2026-10-02", "turns": [{"text": text}]}
        )
        + "\n"
    )


@pytest.fixture
def file(tmp_path):
    return tmp_path / "c.jsonl"


@pytest.fixture
def read(pull):
    def run(since=None):
        return pull(ConversationsConnector, file="c.jsonl", since=since)

    return run


def _ids(pulled):
    return [row.conversation_id for row in pulled.conversations]


def test_a_file_that_grew_is_read_from_where_it_ended(file, read, monkeypatch):
    file.write_text(_line("a") + "not json\n" + _line("b"))
    first = read()
    with file.open("a") as more:
        more.write(_line("c") + "nor this\n")

    second = read(first.cursor)

    assert _ids(first) == ["a", "b"]
    assert _ids(second) == ["c"]
    assert second.where == [("c.jsonl", 5)]
    assert (first.files, second.files) == (["c.jsonl"], [])
    assert read(second.cursor).pages == []


def test_a_change_in_the_middle_reads_the_file_from_its_beginning(file, read):
    file.write_text(_line("a") + _line("b") * 400 + _line("c"))
    first = read()

    file.write_text(
        _line("a") + _line("b") * 200 + _line("x") + _line("b") * 199 + _line("c") + _line("d")
    )
    second = read(first.cursor)

    assert second.files == ["c.jsonl"]
    assert "x" in _ids(second)
    assert len(second.conversations) == 403


@pytest.mark.parametrize("content", ["", _line("a"), _line("z") * 3])
def test_a_file_that_shrank_or_was_replaced_is_read_from_its_beginning(file, read, content):
    file.write_text(_line("a") + _line("b"))
    first = read()

    file.write_text(content)
    second = read(first.cursor)

    assert second.files == ["c.jsonl"]
    assert len(second.conversations) == content.count("\n")


def test_a_last_line_that_is_still_being_written_is_read_once_it_is_whole(file, read):
    whole = _line("b")
    file.write_text(_line("a") + whole[:20])
    first = read()
    file.write_text(_line("a") + whole)

    second = read(first.cursor)

    assert first.where == [("c.jsonl", 2)]
    assert "cut off" in first.rejected[0].reason
    assert "column" in first.rejected[0].reason
    assert _ids(second) == ["a", "b"]
    assert second.files == ["c.jsonl"]  # so the rejection is forgotten
    assert second.rejected == []


def test_a_file_without_a_last_newline_is_read_whole(file, read):
    file.write_text(_line("a").rstrip())

    pulled = read()

    assert _ids(pulled) == ["a"]
    assert read(pulled.cursor).pages == []


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_newlines_and_encodings_do_not_matter(file, read, newline, encoding):
    text = _line("a", "Größe") + "\n" + _line("b") + "oops\n"
    file.write_bytes(text.replace("\n", newline).encode(encoding))

    pulled = read()

    assert _ids(pulled) == ["a", "b"]
    assert pulled.said[0] == "Größe"
    assert pulled.where == [("c.jsonl", 4)]
    assert read(pulled.cursor).pages == []


def test_latin_1_is_read_and_told_once(file, read):
    line = json.dumps(
        {"id": "a", "kind": "call", "started_at": "2026-10-02", "turns": [{"text": "Größe"}]},
        ensure_ascii=False,
    )
    file.write_bytes(_line("z").encode() + (line + "\n").encode("latin-1") * 3)
    first = read()
    with file.open("ab") as more:
        more.write((line + "\n").encode("latin-1"))

    second = read(first.cursor)

    assert first.said[-1] == "Größe"
    assert first.where == [("c.jsonl", 2)]
    assert second.rejected == []
    assert len(second.conversations) == 1


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("[]", "no object"),
        ("{'a': 1}", "not valid JSON"),
        ('{"a": "b', "cut off (column 9)"),
        ("\x00\x00\x00", "not valid JSON"),
        ("[" * 100_000, "nested"),
        ("1" * 10_000, "too long"),
        ('{"id": "a"}', "kind: field required"),
        ('{"id": "", "kind": "call", "started_at": "2026-10-02", "turns": []}', "id: "),
        (
            '{"id": "a", "kind": "call", "started_at": "03/04/2026", "turns": []}',
            "started_at: day and month",
        ),
        (
            '{"id": "a", "kind": "call", "started_at": "2026-10-02", "turns": [{"at": "x", "text": "y"}]}',
            "turns[0].at",
        ),
        (
            '{"id": "a", "kind": "call", "started_at": "2026-10-02", "turns": [{"text": 7}]}',
            "turns.0.text",
        ),
    ],
)
def test_a_damaged_line_costs_itself_only(file, read, line, reason):
    file.write_text(_line("a") + line + "\n" + _line("b"))

    pulled = read()

    assert _ids(pulled) == ["a", "b"]
    assert pulled.where == [("c.jsonl", 2)]
    assert reason in pulled.rejected[0].reason


def test_a_line_beyond_the_limit_is_passed_over_without_holding_it(file, read, monkeypatch):
    monkeypatch.setattr(_rows, "LONGEST_LINE", 1000)
    file.write_text(_line("a") + _line("long", "x" * 5000) + _line("b") + "y" * 3000)

    pulled = read()

    assert _ids(pulled) == ["a", "b"]
    assert pulled.where == [("c.jsonl", 2), ("c.jsonl", 4)]


def test_characters_that_no_store_takes_are_dropped(file, read):
    file.write_text(_line("a", "one\x00two\ud83d three"))

    assert read().said == ["onetwo three"]


def test_an_empty_file_is_told_once(file, read):
    file.touch()

    pulled = read()

    assert [(row.file, row.line, row.reason) for row in pulled.rejected] == [
        ("c.jsonl", 0, "the file is empty")
    ]
    assert read(pulled.cursor).pages == []


def test_a_missing_file_is_refused(read):
    with pytest.raises(SourceRefused, match=r"^c\.jsonl: "):
        read()


def test_a_cursor_of_another_version_reads_everything_again(file, read):
    file.write_text(_line("a"))

    for cursor in (
        "",
        "not json",
        "[]",
        '{"version": 99, "read": {"c.jsonl": []}}',
        '{"version": 1, "read": {"c.jsonl": [1]}}',
    ):
        assert _ids(read(cursor)) == ["a"]


def test_a_pattern_reads_all_files_that_match(tmp_path, pull):
    for name in ("t-2.jsonl", "t-1.jsonl", "other.jsonl"):
        (tmp_path / name).write_text(_line(name))

    assert _ids(pull(ConversationsConnector, file="t-*.jsonl")) == ["t-1.jsonl", "t-2.jsonl"]
    assert _ids(pull(ConversationsConnector, folder=".")) == [
        "other.jsonl",
        "t-1.jsonl",
        "t-2.jsonl",
    ]


def test_pages_are_bounded(file, read):
    file.write_text("".join(_line(n) for n in range(450)))

    assert [len(page.conversations) for page in read().pages] == [200, 200, 50]


HEADER = "response_id,submitted_at,answer"


@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_resuming_and_growing_lose_nothing_whatever_the_file_holds(data, tmp_path_factory):
    """Rows in any order, good and bad, read in one go or page by page while the file grows."""
    pieces = ["R1,2026-10-02,one\n", "R1,2026-10-02,two\n", 'R2,2026-10-02,"a\nb"\n', "R3,soon,x\n", ",2026-10-02,x\n",
              "\n", 'R4,2026-10-02,"open\n', "R5,2026-10-02,a,b\n", "R6,2026-10-02,\n", "R2,2026-10-02,more\n"]  # fmt: skip
    rows = data.draw(st.lists(st.sampled_from(pieces), max_size=14))
    cut = data.draw(st.integers(0, len(rows)))
    root = tmp_path_factory.mktemp("rows")
    path = root / "s.csv"
    connector = SurveysConnector.from_options({"file": "s.csv"}, root=root)
    size = _paging.CONVERSATIONS_A_PAGE
    _paging.CONVERSATIONS_A_PAGE = 2
    try:
        path.write_text("".join([HEADER + "\n", *rows]))
        whole = list(connector.pull(since=None, until=None))  # type: ignore[arg-type]
        cursor, resumed = None, []
        while page := next(connector.pull(since=cursor, until=None), None):  # type: ignore[arg-type]
            cursor = page.cursor
            resumed.append(page)
        assert resumed == whole

        path.write_text("".join([HEADER + "\n", *rows[:cut]]))
        for page in connector.pull(since=None, until=None):  # type: ignore[arg-type]
            cursor = page.cursor
        kept = {row.conversation_id for page in whole for row in page.conversations}
        first = {
            row.conversation_id
            for page in connector.pull(since=None, until=None)
            for row in page.conversations
        }  # type: ignore[arg-type]
        path.write_text("".join([HEADER + "\n", *rows]))
        grown = {
            row.conversation_id
            for page in connector.pull(since=cursor, until=None)
            for row in page.conversations
        }  # type: ignore[arg-type]
        if '"open' not in "".join(rows):
            assert kept <= first | grown
    finally:
        _paging.CONVERSATIONS_A_PAGE = size

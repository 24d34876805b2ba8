import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from next_evidence.review.sheet import COLUMNS, read_sheet, write_sheet

HEADER = "utterance_id,persona_id,pain_id,verdict,move_to,by\n"


def test_a_sheet_that_nobody_filled_in_holds_no_verdict():
    text = write_sheet([{"utterance_id": "u-1", "persona_id": "p", "pain_id": "x", "pain": "A pain"}])  # fmt: skip

    assert read_sheet(text) == ([], [])
    assert next(csv.reader(io.StringIO(text))) == list(COLUMNS)


def test_every_bad_row_is_named_with_its_line_and_the_others_count():
    text = HEADER + (
        "u-1,p,x,accept,,ann\n"
        'u-2,p,x,maybe,"two\nlines",\n'
        "u-3,p,x,move,,\n"
        "u-4,p,x,reject,y,\n"
        ",p,x,accept,,\n"
        "u-6,p,x,,,\n"
        "u-7,p,x,Move,y,\n"
    )

    rows, rejected = read_sheet(text)

    assert [(row.line, row.utterance_id, row.verdict, row.to_pain_id, row.by) for row in rows] == [
        (2, "u-1", "accepted", None, "ann"),
        (9, "u-7", "moved", "y", ""),
    ]
    assert [(row.line, row.reason) for row in rejected] == [
        (3, "verdict is none of accept, reject, move, skip"),
        (5, "move_to is empty"),
        (6, "move_to is given, but the verdict is not move"),
        (7, "utterance_id is empty"),
    ]


def test_a_sheet_without_its_columns_is_refused_as_a_whole():
    rows, rejected = read_sheet("utterance_id,verdict\nu-1,accept\n")

    assert rows == []
    assert rejected[0].reason == "the header lacks pain_id, persona_id"


def test_semicolons_and_a_byte_order_mark_are_read():
    rows, rejected = read_sheet("\ufeff" + (HEADER + "u-1,p,x,a,,\n").replace(",", ";"))

    assert (len(rows), rejected) == (1, [])


@given(st.text(max_size=20), st.sampled_from("=+-@\t"))
def test_no_cell_is_a_formula(text, sign):
    cells = list(csv.reader(io.StringIO(write_sheet([{"sentence": sign + text}]), newline="")))[1]

    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in cells)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_but_never_raises(text):
    read_sheet(text)
    read_sheet(HEADER + text)

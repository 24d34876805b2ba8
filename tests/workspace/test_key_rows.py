import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.workspace import key_rows
from next_evidence.workspace.key_rows import KeyRows

keys = st.binary(min_size=1, max_size=2).map(lambda end: end.rjust(16, b"k").ljust(16, b"\0"))
lots = st.lists(st.lists(keys, min_size=1, max_size=6), max_size=6)


@pytest.mark.parametrize("sort_at", [1, 4, 1000])
@given(lots=lots, asked=st.lists(keys, max_size=5))
def test_it_knows_what_a_dictionary_knows(sort_at, lots, asked):
    known, told, row = {}, KeyRows(), 0
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(key_rows, "_SORT_AT", sort_at)
        for lot in lots:
            told.add(b"".join(lot), row)
            known.update(zip(lot, range(row, row + len(lot)), strict=True))
            row += len(lot)

    every = [*asked, *known, b"\0" * 16]
    assert told.rows_of(every).tolist() == [known.get(key, -1) for key in every]
    assert told.rows_without(asked) == sorted(row for key, row in known.items() if key not in asked)
    assert len(told) == len(known)

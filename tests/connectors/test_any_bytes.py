"""Whatever bytes lie in a folder, a pull goes on, keeps the contract and says what it could not read."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from next_evidence.sources.registry import available
from next_evidence.testing.connector_checks import yield_checks

_TICKET = json.dumps(
    {
        "id": 1,
        "created_at": "2026-10-02",
        "comments": [{"body": "It is slow.", "public": True, "author": {"role": "end-user"}}],
    }
)
_CALL = json.dumps(
    {
        "id": "c",
        "kind": "call",
        "started_at": "2026-10-02",
        "participants": [{"id": "p"}],
        "turns": [{"speaker": "p", "text": "It is slow."}],
    }
)
_META = json.dumps(
    {
        "id": "m",
        "start_time": "2026-10-02",
        "participants": [{"name": "Ada"}],
        "utterances": [{"speaker": "A", "text": "Hi", "start": 1}],
    }
)
GOOD = {
    "transcripts": {
        "2026-10-02.vtt": "WEBVTT\n\n1\n00:01.000 --> 00:02.000 align:start\n<v Ada>It is &amp; slow.</v>\n\nNOTE x\n\n2\n00:02.000 --> 00:03.000\nBob: Why: so?\n",
        "2026-10-03.json": _META,
        "2026-10-04.txt": "Ada  0:01\nIt is slow.\n",
    },
    "tickets_jsonl": {"t.jsonl": f"{_TICKET}\n{_TICKET}\n", "u.json": f"[{_TICKET}]"},
    "conversations_jsonl": {"c.jsonl": f"{_CALL}\n{_CALL}\n"},
    "surveys_csv": {
        "s.csv": 'response_id,submitted_at,answer\nR1,2026-10-02,"a\nb"\nR1,2026-10-02,"c"\nR2,2026-10-02,d\n'
    },
    "reviews_csv": {"r.csv": 'review_id;published_at;body\nR1;2026-10-02;"a;b"\nR2;2.10.2026;c\n'},
    "accounts_csv": {"a.csv": 'account_id,arr,renewal_date\nA1,"$12,400.00",2026-10-02\nA2,5,\n'},
    "contacts_csv": {"c.csv": "contact_id\temail\nC1\ta@b.example\nC2\tc@b.example\n"},
    "notes_markdown": {
        "n.md": "---\ndate: 2026-10-02\ncontact: {name: Ada}\n---\n# T\n\nOne\n- two\n"
    },
}
INSTALLED = {name: entry.load() for name, entry in available().items() if name in GOOD}
_JUNK = st.binary(max_size=6) | st.sampled_from([b"\x00", b"\n", b"\r", b'"', b"\xff\xfe", b"\xef\xbb\xbf", b"-->", b"<v ", b"{", b"[", b"null", b"\\ud800", b"---\n", b"1e999", b","])  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_bytes_break_a_pull(name, data, tmp_path_factory):
    root = tmp_path_factory.mktemp("any")
    for file, text in GOOD[name].items():
        content = text.encode()
        for _ in range(data.draw(st.integers(0, 3))):
            at = data.draw(st.integers(0, len(content)))
            cut = data.draw(st.integers(0, 12))
            content = content[:at] + data.draw(_JUNK) + content[at + cut :]
        (root / file).write_bytes(content)
    for _, check in yield_checks(lambda: INSTALLED[name].from_options({"folder": "."}, root=root)):
        check()

"""Briefs on paper: the same page as PDF, asking nobody for anything, or a sentence on what is missing."""

from __future__ import annotations

import sys

import pytest

from next_evidence.errors import UsageError
from next_evidence.printing import printed

PAGE = """<!doctype html><html lang="en"><head><title>It moved</title></head><body><h1>{0}</h1>
<a href="../index.html">All</a><img src="https://evil.example/x.png" alt="x"></body></html>"""


def test_pages_become_one_pdf_that_is_the_same_each_time():
    pytest.importorskip("weasyprint", exc_type=ImportError)

    once, again = (printed([PAGE.format("one"), PAGE.format("two")]) for _ in range(2))

    assert once.startswith(b"%PDF-")
    assert once == again
    assert len(once) > len(printed([PAGE.format("one")])) + 100
    assert b"index.html" not in once
    assert b"evil.example" not in once


def test_without_the_extra_it_says_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "weasyprint", None)

    with pytest.raises(UsageError, match=r"next-evidence\[pdf\]"):
        printed([PAGE])

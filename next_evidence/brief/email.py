"""E-mail pages: style written beside the words, since mail programs leave other styles out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import css_inline

MAX_BYTES = 80 * 1024  # text and page together; Gmail cuts a page off near 102 KB
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, minify_css=True)


def inlined(page: str) -> str:
    """The page with each rule of its first style on the elements that it fits; nothing is ever fetched."""
    return _INLINER.inline(page)


def email_problems(files: Mapping[str, bytes], name: str) -> Iterator[str]:
    """What is wrong with the mail among ``files``; ``name`` is what its files begin with."""
    size = len(files[f"{name}.email.html"]) + len(files[f"{name}.email.txt"])
    if size > MAX_BYTES:
        yield f"{name}.email.html: the mail has {size // 1024} KB of words, more than {MAX_BYTES // 1024}"

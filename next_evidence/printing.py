"""Pages of briefs as one PDF, from the same HTML that a browser shows."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from next_evidence.errors import UsageError

# PDF/UA-1: headings, tables and alternative texts stay readable to screen readers
_VARIANT = "pdf/ua-1"
_LINK_TO_A_FILE = re.compile(r' href="(?!https?:|#)[^"]*"')


def printed(pages: Sequence[str]) -> bytes:
    """The pages one after another, each on a new sheet; the same bytes each time on one machine.

    Nothing is fetched. Links to files beside a page are left out, since nothing lies beside a PDF.

    Raises
    ------
    UsageError
        The extra ``pdf`` is not installed, or the system lacks Pango, which it needs; says how to get it.
    """
    weasyprint = _weasyprint()
    fetcher = weasyprint.urls.URLFetcher(allowed_protocols=())
    documents = [
        weasyprint.HTML(string=_LINK_TO_A_FILE.sub("", page), url_fetcher=fetcher).render()
        for page in pages
    ]
    sheets = [sheet for document in documents for sheet in document.pages]
    content: bytes = documents[0].copy(sheets).write_pdf(pdf_variant=_VARIANT)
    return content


def _weasyprint() -> Any:
    try:
        import weasyprint
    except ImportError:
        raise UsageError(
            "PDF needs an extra: pip install 'next-evidence[pdf]'; or print the page from a browser"
        ) from None
    except OSError:
        raise UsageError(
            "PDF needs Pango, which this system lacks: apt install libpango-1.0-0 libpangoft2-1.0-0, "
            "or brew install pango; or print the page from a browser"
        ) from None
    return weasyprint

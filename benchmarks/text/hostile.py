"""Time of texts that were made to be slow, at one length and at twice it.

    python benchmarks/text/hostile.py

A linear reader takes twice as long for twice the text; a quadratic one four times. Prints the table of README.md.
"""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import polars as pl

from next_evidence.evidence.dedupe import collapse
from next_evidence.schemas import UTTERANCES
from next_evidence.settings import EvidenceSettings
from next_evidence.text.messages import body_spans
from next_evidence.text.models import RuleSentences
from next_evidence.text.normalise import comparable, plain_text
from next_evidence.text.redact import Masker
from next_evidence.text.turns import split_sentences, utterances

LENGTH = 50_000
ROUNDS = 3
PATTERNS = (
    "a", "word ", "yes, ", "A. ", "x\n", "ab. Cd ", "yeah so ", "<script>", "On 1 ", "<a ", "<!--", "Thanks\n", "> a\n", "&#12", "- ",
    "a@", "http://", "Aa1", "password is ", "+1", "Unit 1 A ", "AB12 ", "Jo Lund ", "Anna van der ", "Hi Will, ", "\x00",
)  # fmt: skip
PEOPLE = ("Anna Lund", "Will Marlow", "Jo Vik")
STARTED = datetime(2026, 3, 2, 9, tzinfo=UTC)


def split(text: str) -> None:
    """Sentences and utterances of one turn."""
    utterances(text, split_sentences([text], RuleSentences())[0], min_words=3)


def read_message(text: str) -> None:
    """What somebody wrote in an e-mail or a ticket, without markup and quotes."""
    plain = plain_text(text)
    body_spans(plain)
    comparable(plain)


def mask(text: str) -> None:
    """Personal data masked."""
    Masker(PEOPLE, keep=["Marlow Health"]).mask(text, people=PEOPLE)


def similar_statements(n_statements: int) -> pl.DataFrame:
    """Statements of one account that differ in two numbers."""
    said = (
        f"the sync of table {i % 700} failed with error {i * 7919 % 10_000} again"
        for i in range(n_statements)
    )
    rows = [
        {
            "utterance_id": f"u{at:06d}", "conversation_id": f"c{at}", "source": "tickets", "kind": "ticket", "account_id": "acme",
            "speaker_key": f"s{at}", "side": "customer", "spoken_at": STARTED + timedelta(minutes=at), "turn": 0, "start": 0,
            "end": len(text), "text": text, "context": text,
        }
        for at, text in enumerate(said)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=UTTERANCES)


def best_of(work: Callable[[], object]) -> float:
    """Seconds of the fastest round."""
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


def main() -> None:
    """Measure and print a Markdown table."""
    sys.stdout.write(
        f"Python {platform.python_version()}, {platform.system()}; best of {ROUNDS}\n\n"
        "| what | slowest text | at 50,000 characters | at 100,000 | ratio |\n| --- | --- | --- | --- | --- |\n"
    )
    for name, reader in (("split a turn", split), ("read a message", read_message), ("mask", mask)):
        times = {
            pattern: [
                best_of(lambda text=(pattern * n)[:n], reader=reader: reader(text))  # type: ignore[misc]
                for n in (LENGTH, 2 * LENGTH)
            ]
            for pattern in PATTERNS
        }
        slowest = max(times, key=lambda pattern: times[pattern][1])
        short, long = times[slowest]
        sys.stdout.write(
            f"| {name} | `{slowest!r}` | {short:.2f} s | {long:.2f} s | {long / short:.1f} |\n"
        )
    rules = EvidenceSettings(boilerplate_accounts=3)
    few, many = (similar_statements(n) for n in (10_000, 20_000))
    short, long = (best_of(lambda rows=rows: collapse(rows, rules)) for rows in (few, many))  # type: ignore[misc]
    sys.stdout.write(
        f"| find repeats | 10,000 and 20,000 similar statements | {short:.2f} s | {long:.2f} s | {long / short:.1f} |\n"
    )
    few_people, many_people = (
        Masker(f"John X{number}" for number in range(n)) for n in (50_000, 100_000)
    )
    said = ["we told john x42 twice about the export"] * 300
    short, long = (
        best_of(lambda masker=masker: masker.mask_all(said, people=[()] * len(said)))  # type: ignore[misc]
        for masker in (few_people, many_people)
    )
    sys.stdout.write(
        f"| mask 300 sentences, by contacts known | 50,000 and 100,000 contacts | {short:.3f} s | {long:.3f} s | {long / short:.1f} |\n"
    )


if __name__ == "__main__":
    main()

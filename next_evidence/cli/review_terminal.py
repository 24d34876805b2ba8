"""What a review looks like in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.text import Text

from next_evidence.cli.review_session import KEYS
from next_evidence.reviewing import Item


class Terminal:
    """Single keys where there is a keyboard, lines where input is piped."""

    def __init__(self) -> None:
        self._console = Console(width=None if sys.stdout.isatty() else 100, highlight=False)

    def show(self, item: Item, *, number: int, total: int) -> None:
        """Show one match; nothing on it says what to answer."""
        print_line = self._console.print
        print_line(Text(f"\n{number} of {total}   {item.kind}, {item.spoken_at:%Y-%m-%d}", "dim"))
        print_line(Text.assemble("Persona    ", (item.persona, "bold")))
        print_line(Text.assemble("Pain       ", (item.pain, "bold")))
        print_line(Text.assemble("Confidence ", f"{item.confidence:.2f}"))
        if item.runner_up is not None:
            print_line(
                f"Runner-up  {item.runner_up} ({item.runner_up_confidence or 0:.2f})", markup=False
            )
        print_line(_in_context(item))
        print_line(Text(KEYS, "dim"))

    def key(self) -> str:
        """One key, lower case; empty at the end of input."""
        if sys.stdin.isatty():
            try:
                return typer.getchar().lower()
            except (KeyboardInterrupt, EOFError):  # Ctrl-C and Ctrl-D leave as q does
                return ""
        line = sys.stdin.readline()
        return (line.strip().lower()[:1] or " ") if line else ""

    def choose(self, choices: Sequence[tuple[str, str]]) -> str | None:
        """Let the person pick a pain by its number; anything else is none of them."""
        if not choices:
            self.tell("This persona has no other pain.")
            return None
        for number, (pain_id, label) in enumerate(choices, start=1):
            self._console.print(f"{number:>3}  {label} [{pain_id}]", markup=False)
        self._console.print("Number, or Enter to go back: ", end="")
        picked = sys.stdin.readline().strip()
        if picked.isdecimal() and 1 <= int(picked) <= len(choices):
            return choices[int(picked) - 1][0]
        return None

    def tell(self, message: str) -> None:
        """One line."""
        self._console.print(message, markup=False)


def _in_context(item: Item) -> Text:
    """The turn around the sentence, with the sentence itself set off."""
    before, found, after = item.context.partition(item.text)
    if not found:
        return Text.assemble((f"\n{item.text}\n", "bold"), (f"{item.context}\n", "dim"))
    return Text.assemble("\n", (before, "dim"), (f">>{found}<<", "bold"), (after, "dim"), "\n")

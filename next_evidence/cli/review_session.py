"""The terminal loop of a review: one match at a time, one key an answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import Protocol

from next_evidence.review.decisions import ACCEPTED, MOVED, REJECTED, SKIPPED
from next_evidence.reviewing import Item, Review

KEYS = "a accept   r reject   m move to another pain   s skip   u undo   q quit"
_VERDICTS = {"a": ACCEPTED, "r": REJECTED, "s": SKIPPED}


class Screen(Protocol):
    """Where a review takes place."""

    def show(self, item: Item, *, number: int, total: int) -> None:
        """Show one match."""
        ...

    def key(self) -> str:
        """One key, lower case; empty when nothing more will come."""
        ...

    def choose(self, choices: Sequence[tuple[str, str]]) -> str | None:
        """Let the person pick one of (pain id, statement); None: none of them."""
        ...

    def tell(self, message: str) -> None:
        """One line."""
        ...


def ask_all(review: Review, screen: Screen) -> int:
    """Ask about every match that is left, until the person stops; how many answers were given.

    Every answer is recorded before the next match is shown.
    """
    waiting = deque(review.items())
    total, answered = len(waiting), 0
    if not waiting:
        screen.tell(f"Nothing is left to review in {review.cycle}.")
    while waiting:
        item = waiting[0]
        screen.show(item, number=total - len(waiting) + 1, total=total)
        key = screen.key()
        if key in ("q", ""):
            break
        if key == "u":
            taken_back = review.undo()
            again = review.item(taken_back) if taken_back else None
            if again is None:
                screen.tell("Taken back." if taken_back else "You have decided nothing here yet.")
                continue
            answered = max(answered - 1, 0)
            waiting.appendleft(again)
            total = max(total, len(waiting))
        elif key == "m":
            chosen = screen.choose(item.choices)
            if chosen is not None:
                review.decide(item, MOVED, chosen)
                waiting.popleft()
                answered += 1
        elif key in _VERDICTS:
            review.decide(item, _VERDICTS[key])
            waiting.popleft()
            answered += 1
        else:
            screen.tell(KEYS)
    return answered

"""A small world with vectors built by hand: known pains, an unknown one, and talk, each on an axis of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pytest

from next_evidence.settings import TopicSettings
from next_evidence.topics.pains import Discovery, discover
from next_evidence.topics.tables import CANDIDATES, KNOWN, WINDOW

AXES = ("export", "sync", "price", "chatbot", "hosting", "thanks", "release 67", "release 68")
KNOWN_PAINS = ("export", "sync", "price")
CYCLES = tuple(f"2026-{month:02d}" for month in range(1, 13))
_DIMS = 32
_SAID = {
    "export": "the export takes me every single morning",
    "sync": "our nightly sync stops and nobody notices",
    "price": "the invoice never matches what we agreed",
    "chatbot": "the chatbot makes up totals for our board",
    "hosting": "our customer records must stay in europe",
    "thanks": "thanks so much for the lovely call",
    "release 67": "we still run release 67 of it here",
    "release 68": "we still run release 68 of it here",
}


def said(topic: str, rng: np.random.Generator) -> np.ndarray:
    """Vector of one statement: what all customers share, its topic, and its own wording."""
    vector = rng.normal(size=_DIMS) * 0.1
    vector[0] += 0.5
    vector[1 + AXES.index(topic)] += 0.75
    return vector / np.linalg.norm(vector)


@dataclass
class Small:
    """Statements as they are added; `run` carries the registry through the cycles."""

    rules: TopicSettings = field(default_factory=TopicSettings)
    rows: list[tuple] = field(default_factory=list)
    vectors: list[np.ndarray] = field(default_factory=list)
    contexts: list[np.ndarray] = field(default_factory=list)
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(5))
    known: list[tuple] = field(default_factory=list)

    def know(self, *pains: str, persona: str = "ops-lead") -> Small:
        for pain in pains:
            self.known.append((persona, pain, said(pain, self.rng).tolist()))
        return self

    def say(
        self,
        cycle: str,
        account: str | None,
        topic: str,
        *,
        persona: str = "ops-lead",
        status: str = "abstained",
        confidence: float = 0.2,
        relevance: float = 0.95,
        vector: np.ndarray | None = None,
        context: np.ndarray | None = None,
        pain: str | None = None,
        kind: str = "call",
        stance: str = "raises",
    ) -> Small:
        n = len(self.rows)
        linked = pain or (topic if status in ("accepted", "review") else None)
        self.rows.append(
            (f"u{n:05d}", account, persona, cycle, kind, f"{_SAID[topic]}, take {n}", relevance, status, linked, confidence, stance)
        )  # fmt: skip
        self.vectors.append(said(topic, self.rng) if vector is None else vector)
        self.contexts.append(self.vectors[-1] if context is None else context)
        return self

    def usual(
        self, *, persona: str = "ops-lead", accounts: int = 24, cycles: Sequence[str] = CYCLES
    ) -> Small:
        """Every account says one known pain a cycle; matching misses half of them."""
        for c, cycle in enumerate(cycles):
            for a in range(accounts):
                topic = KNOWN_PAINS[(a + c) % 3]
                hit = (a + c) % 2 == 0
                self.say(
                    cycle, f"a{a:02d}", topic, persona=persona,
                    status="accepted" if hit else "abstained", confidence=0.8 if hit else 0.2,
                )  # fmt: skip
        return self

    def chorus(
        self, topic: str, cycles: Sequence[str], *, accounts: int = 8, **more: object
    ) -> Small:
        """Some accounts say one topic in each of the cycles."""
        for cycle in cycles:
            for a in range(accounts):
                self.say(cycle, f"a{a:02d}", topic, **more)  # type: ignore[arg-type]
        return self

    def frames(self) -> tuple[pl.DataFrame, np.ndarray]:
        return pl.DataFrame(self.rows, schema=WINDOW, orient="row"), np.array(self.vectors)

    def step(
        self,
        cycle: str,
        before: Discovery | None = None,
        *,
        shuffle: int | None = None,
        **more: object,
    ) -> Discovery:
        """One cycle on."""
        frame, vectors = self.frames()
        contexts = np.array(self.contexts)
        names = [c for c in CYCLES if c <= cycle]
        now = frame["cycle"].is_in(names[-self.rules.window_cycles :]) | (frame["cycle"] > cycle)
        past = frame["cycle"].is_in(names[: -self.rules.window_cycles])
        order = np.arange(len(frame))
        if shuffle is not None:
            np.random.default_rng(shuffle).shuffle(order)
        window, history = (order[mask.to_numpy()[order]] for mask in (now, past))
        return discover(
            frame[window],
            vectors[window],
            known=pl.DataFrame(self.known, schema=KNOWN, orient="row"),
            previous=pl.DataFrame(schema=CANDIDATES) if before is None else before.candidates,
            history=frame[history],
            history_vectors=vectors[history],
            contexts=contexts[window],
            history_contexts=contexts[history],
            cycle=cycle,
            rules=self.rules,
            **more,  # type: ignore[arg-type]
        )

    def run(self, cycles: Sequence[str], before: Discovery | None = None) -> Discovery:
        for cycle in cycles:
            before = self.step(cycle, before)
        assert before is not None
        return before


@pytest.fixture
def small() -> Small:
    """An empty world with three known pains of one persona."""
    return Small().know(*KNOWN_PAINS)

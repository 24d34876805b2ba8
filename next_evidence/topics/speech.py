"""What one persona said that speaks of any pain, as arrays: the ground that topics are found on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from next_evidence.topics.space import Floats, mean_statement, unit

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

# Accepted statements from which a known pain's place is read off customers' words, beside the document's.
_ENOUGH_ACCEPTED = 3


@dataclass(frozen=True)
class Speech:
    """One persona's statements of the trailing cycles that are likely to speak of a pain, by utterance id.

    Attributes
    ----------
    ids, texts
        Utterance ids and words, ``n`` each.
    account, kind, cycle
        Positions in ``accounts``, ``kinds`` and ``cycles``, shape ``(n,)``.
    accounts, kinds, cycles
        Ids and names, sorted; ``cycles`` are all trailing cycles of the library, oldest first, the current last.
    vectors, centred
        Unit vectors as encoded, and after ``centre`` is taken away; shape ``(n, n_dims)``.
    in_context
        Unit vectors, half of a statement's own words and half of the turn around it, centred; ``centred`` where it is a turn of
        its own. Shape ``(n, n_dims)``.
    relevance, confidence
        Probabilities from matching, shape ``(n,)``; ``confidence`` is of the known pain that was matched.
    matched
        Position in ``known_ids`` of the pain that matching accepted, -1 where it accepted none; shape ``(n,)``.
    raises
        Whether it raises a pain rather than denies it or leaves it open.
    in_window
        Whether it was said in the cycles that are looked at together.
    known_ids, known
        Pains that the document has and where they lie, centred; shape ``(n_known, n_dims)``.
    nearest, nearest_known
        Cosine of each statement with the known pain nearest to it, and that pain's position; -1.0 and -1 where
        nothing is known. Shape ``(n,)``.
    """

    persona_id: str
    ids: tuple[str, ...]
    texts: tuple[str, ...]
    account: Ints
    accounts: tuple[str, ...]
    kind: Ints
    kinds: tuple[str, ...]
    cycle: Ints
    cycles: tuple[str, ...]
    vectors: Floats
    centre: Floats
    centred: Floats
    in_context: Floats
    relevance: Floats
    confidence: Floats
    matched: Ints
    raises: Mask
    in_window: Mask
    known_ids: tuple[str, ...]
    known: Floats
    nearest: Floats
    nearest_known: Ints

    def __len__(self) -> int:
        return len(self.ids)

    def direction(self, centroid: Floats) -> Floats:
        """A raw mean of statements as a direction in the centred space."""
        return unit(centroid - self.centre)

    def heard(self, rows: Mask | None = None) -> Mask:
        """Which accounts spoke (or spoke in ``rows``), by kind and cycle; ``(n_accounts, n_kinds, n_cycles)``."""
        table = np.zeros((len(self.accounts), len(self.kinds), len(self.cycles)), dtype=bool)
        kept = slice(None) if rows is None else rows
        table[self.account[kept], self.kind[kept], self.cycle[kept]] = True
        return table


def persona_speech(
    spoken: pl.DataFrame,
    vectors: Floats,
    contexts: Floats,
    *,
    persona_id: str,
    known: pl.DataFrame,
    cycles: tuple[str, ...],
    window_cycles: int,
    relevant_at: float,
) -> Speech:
    """Select one persona's relevant statements with a known account.

    Parameters
    ----------
    spoken
        ``WINDOW`` rows of all trailing cycles, by ``utterance_id``.
    vectors
        Their unit vectors, in that order, shape ``(n, n_dims)``.
    contexts
        Those of the turns around them.
    known
        ``KNOWN`` rows of any persona.
    cycles
        Trailing cycles, oldest first; the last ``window_cycles`` are the window.
    relevant_at
        Probability from which a statement speaks of a pain at all.
    """
    rows = (
        spoken.with_row_index("row")
        .filter(
            pl.col("persona_id") == persona_id,
            pl.col("account_id").is_not_null(),
            # what matching links to a pain is relevant whatever the separate relevance head says
            (pl.col("relevance") >= relevant_at) | pl.col("status").is_in(["accepted", "review"]),
        )
        .with_columns(
            pl.col("cycle").replace_strict(
                {name: i for i, name in enumerate(cycles)}, return_dtype=pl.Int64
            )
        )
    )
    picked = np.asarray(vectors, dtype=np.float64)[rows["row"].to_numpy()]
    around = np.asarray(contexts, dtype=np.float64)[rows["row"].to_numpy()]
    centre = picked.mean(axis=0) if len(picked) else np.zeros(vectors.shape[1])
    accounts = tuple(rows["account_id"].unique().sort())
    said_in = rows["kind"].fill_null("")
    kinds = tuple(said_in.unique().sort())
    known_ids, documents = _prototypes(
        known.filter(pl.col("persona_id") == persona_id), vectors.shape[1]
    )
    accepted = (rows["status"] == "accepted").to_numpy().astype(bool)
    place = {pain: i for i, pain in enumerate(known_ids)}
    matched = np.array([place.get(pain, -1) for pain in rows["pain_id"]], dtype=np.int64)
    matched = np.where(accepted, matched, -1) if len(matched) else matched
    centred = unit(picked - centre)
    centred_around = unit(around - around.mean(axis=0)) if len(around) else around
    places = unit(_as_heard(documents, picked, matched) - centre) if known_ids else documents
    cosines = np.round(centred @ places.T, 6)
    return Speech(
        persona_id=persona_id,
        ids=tuple(rows["utterance_id"]),
        texts=tuple(rows["text"].fill_null("")),
        account=_positions(rows["account_id"], accounts),
        accounts=accounts,
        kind=_positions(said_in, kinds),
        kinds=kinds,
        cycle=rows["cycle"].to_numpy(),
        cycles=cycles,
        vectors=picked,
        centre=centre,
        centred=centred,
        in_context=unit(centred + centred_around),
        relevance=rows["relevance"].to_numpy(),
        confidence=rows["confidence"].fill_null(0.0).to_numpy(),
        matched=matched,
        raises=(rows["stance"] == "raises").fill_null(False).to_numpy().astype(bool),
        in_window=(rows["cycle"] >= len(cycles) - window_cycles).to_numpy().astype(bool),
        known_ids=known_ids,
        known=places,
        nearest=cosines.max(axis=1, initial=-1.0),
        nearest_known=cosines.argmax(axis=1) if known_ids else np.full(len(picked), -1),
    )


def _prototypes(known: pl.DataFrame, n_dims: int) -> tuple[tuple[str, ...], Floats]:
    """Pain ids, sorted, and the mean of each pain's vectors."""
    ids = tuple(known["pain_id"].unique().sort())
    out = np.zeros((len(ids), n_dims))
    for i, pain in enumerate(ids):
        own = known.filter(pl.col("pain_id") == pain)["vector"].to_list()
        out[i] = unit(np.asarray(own, dtype=np.float64).mean(axis=0))
    return ids, out


def _as_heard(documents: Floats, vectors: Floats, matched: Ints) -> Floats:
    """Half what the document says, half what customers were accepted as saying of it."""
    out = np.array(documents)
    for k in range(len(documents)):
        own = matched == k
        if own.sum() >= _ENOUGH_ACCEPTED:
            out[k] = documents[k] + unit(mean_statement(vectors[own]))
    return unit(out)


def _positions(values: pl.Series, names: tuple[str, ...]) -> Ints:
    place = {name: i for i, name in enumerate(names)}
    return np.array([place[value] for value in values], dtype=np.int64)


def as_float(value: Any) -> float:
    """A plain float, rounded so that a last bit never decides."""
    return round(float(value), 6)

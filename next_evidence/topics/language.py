"""Words a persona uses unusually often: against other personas, and now against before.

An account counts once for a word in a cycle however often it says it: words come in bursts, and tests on token
counts call bursts news [2]_.

.. [1] Monroe, B., Colaresi, M. and Quinn, K. (2008). Fightin' words: lexical feature selection and evaluation
   for identifying the content of political conflict. Political Analysis 16, 372-403.
.. [2] Lijffijt, J. et al. (2016). Significance testing of word frequencies in corpora. DSH 31, 374-397.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from next_evidence.personas.library import PersonaLibrary
from next_evidence.stats.significance import benjamini_hochberg, exchange_test
from next_evidence.text.terms import lemma, terms

WORDS = pl.Schema(
    {
        "persona_id": pl.String(),
        "pain_id": pl.String(),  # null: everything the persona says
        "term": pl.String(),
        "versus": pl.String(),  # other_personas, trailing
        "z": pl.Float64(),  # weighted log-odds in standard errors; positive: more than there
        "p_value": pl.Float64(),  # two-sided; accounts are shuffled
        "q_value": pl.Float64(),  # Benjamini-Hochberg within persona, pain and comparison
        "accounts_with": pl.Int64(),  # accounts that say it now
        "accounts_heard": pl.Int64(),  # accounts heard now
        "share_now": pl.Float64(),  # 0 to 1
        "share_before": pl.Float64(),  # share of the accounts that it is compared with, 0 to 1
        "sources": pl.Int64(),  # sources that it stands in, on both sides
    }
)
CLAIMED_WORDS = pl.Schema(
    {
        "persona_id": pl.String(),
        "phrase": pl.String(),  # as the document writes it
        "accounts_with": pl.Int64(),  # now
        "accounts_heard": pl.Int64(),  # now
        "share_now": pl.Float64(),
        "share_before": pl.Float64(),  # null: nobody was heard before
        "last_cycle": pl.String(),  # null: never heard
    }
)
_TEXTS = pl.Schema(
    {
        "account_id": pl.String(),
        "persona_id": pl.String(),
        "pain_id": pl.String(),
        "cycle": pl.String(),
        "source": pl.String(),
        "text": pl.String(),
        "status": pl.String(),
    }
)
NOW_CYCLES = 3
MIN_ACCOUNTS = 3
MIN_SOURCES = 2
# Pseudo-counts of the prior, spread like all words pooled (methods.md, B5: 500 to 1,000).
# Never more than was said: the few hundred words of one pain would drown in it.
_PRIOR = 500.0
# Terms below this |z| are not tested one by one; they count as tested, with p = 1.
_WORTH_A_TEST = 1.5


def words(matches: pl.DataFrame, *, cycle: str, now_cycles: int = NOW_CYCLES) -> pl.DataFrame:
    """Words that set each persona apart now.

    Parameters
    ----------
    matches
        ``MATCHES`` rows of the trailing cycles. Rows without persona or account are left out, and so are
        those of cycles after ``cycle``; rows that match no pain are words too.
    cycle
        The current cycle.
    now_cycles
        How many cycles, ending with this one, are "now"; all earlier rows are "before".

    Returns
    -------
    ``WORDS`` rows by persona, comparison, falling ``z`` and term. A term stands here when ``MIN_ACCOUNTS``
    accounts on one side and ``MIN_SOURCES`` sources have it; of nested terms said by the same accounts the
    longest stays.
    """
    spoken = _with_terms(_usable(matches, cycle))
    now = _is_now(spoken, cycle, now_cycles)
    found = []
    for persona in sorted(spoken["persona_id"].unique()):
        own = (spoken["persona_id"] == persona).to_numpy()
        found.append(_compared(spoken, own & now, ~own & now, persona, None, "other_personas"))
        found.append(_compared(spoken, own & now, own & ~now, persona, None, "trailing"))
    return _sorted(found)


def pain_words(matches: pl.DataFrame, *, cycle: str, now_cycles: int = NOW_CYCLES) -> pl.DataFrame:
    """Words that are used for each pain now and were not before, and the other way round.

    Parameters are those of `words`; only accepted matches are read. Returns ``WORDS`` rows with ``pain_id``
    and ``versus`` "trailing".
    """
    spoken = _with_terms(
        _usable(matches, cycle).filter(
            pl.col("status") == "accepted", pl.col("pain_id").is_not_null()
        )
    )
    now = _is_now(spoken, cycle, now_cycles)
    found = []
    for persona, pain in sorted(spoken.select("persona_id", "pain_id").unique().iter_rows()):
        own = ((spoken["persona_id"] == persona) & (spoken["pain_id"] == pain)).to_numpy()
        found.append(_compared(spoken, own & now, own & ~now, persona, pain, "trailing"))
    return _sorted(found)


def claimed_words(
    library: PersonaLibrary, matches: pl.DataFrame, *, cycle: str, now_cycles: int = NOW_CYCLES
) -> pl.DataFrame:
    """Which of the words that a document claims are heard, and from how many accounts.

    A phrase is heard where its words stand side by side, whatever their number and case.

    Returns
    -------
    ``CLAIMED_WORDS`` rows, by persona in document order.
    """
    spoken = _usable(matches, cycle)
    now = _is_now(spoken, cycle, now_cycles)
    plain = np.array([_plain(text) for text in spoken["text"]], dtype=object)
    rows = []
    for persona in library:
        own = (spoken["persona_id"] == persona.id).to_numpy()
        heard_now, heard_before = _accounts(spoken, own & now), _accounts(spoken, own & ~now)
        for phrase in dict.fromkeys(persona.language):
            sought = _plain(phrase)
            said = own & np.array(
                [sought.strip() != "" and sought in text for text in plain], dtype=bool
            )
            with_now, with_before = _accounts(spoken, said & now), _accounts(spoken, said & ~now)
            last = spoken.filter(pl.Series(said, dtype=pl.Boolean))["cycle"].max()
            rows.append(
                (
                    persona.id,
                    phrase,
                    len(with_now),
                    len(heard_now),
                    _ratio(len(with_now), len(heard_now)),
                    _ratio(len(with_before), len(heard_before)),
                    last,
                )
            )
    return pl.DataFrame(rows, schema=CLAIMED_WORDS, orient="row")


def _usable(matches: pl.DataFrame, cycle: str) -> pl.DataFrame:
    return matches.filter(
        pl.col("persona_id").is_not_null(),
        pl.col("account_id").is_not_null(),
        pl.col("text").is_not_null(),
        pl.col("cycle") <= cycle,
    ).select(pl.col(name).cast(dtype) for name, dtype in _TEXTS.items())


def _with_terms(spoken: pl.DataFrame) -> pl.DataFrame:
    """The same rows with a list of terms each; a text that comes twice is read once."""
    texts = spoken["text"].unique().sort()
    found = pl.Series("term", [list(terms(text)) for text in texts], dtype=pl.List(pl.String))
    return spoken.join(pl.DataFrame([texts, found]), on="text", how="left", maintain_order="left")


def _is_now(spoken: pl.DataFrame, cycle: str, now_cycles: int) -> npt.NDArray[np.bool_]:
    names = sorted({*spoken["cycle"], cycle})[-now_cycles:]
    return spoken["cycle"].is_in(names).to_numpy().astype(bool)


def _compared(
    spoken: pl.DataFrame,
    here: npt.NDArray[np.bool_],
    there: npt.NDArray[np.bool_],
    persona: str,
    pain: str | None,
    versus: str,
) -> pl.DataFrame:
    """One comparison of two sets of statements; empty when either is."""
    sides = np.where(here, 0, np.where(there, 1, -1))
    kept = np.flatnonzero(sides >= 0)
    if not here.any() or not there.any():
        return pl.DataFrame(schema=WORDS)
    rows = spoken[kept].with_columns(pl.Series("side", sides[kept], dtype=pl.Int64))
    # a voice: one account, as one persona, in one cycle
    voices = rows.select("side", "account_id", "persona_id", "cycle").unique()
    said = rows.drop("text").explode("term", empty_as_null=True).drop_nulls("term")
    usual = (
        said.group_by("term")
        .agg(
            pl.col("account_id").filter(pl.col("side") == 0).n_unique().alias("accounts_with"),
            pl.col("account_id").filter(pl.col("side") == 1).n_unique().alias("accounts_there"),
            pl.col("source").n_unique().alias("sources"),
            pl.struct("account_id", "persona_id", "cycle")
            .filter(pl.col("side") == 0)
            .n_unique()
            .alias("y"),
            pl.struct("account_id", "persona_id", "cycle")
            .filter(pl.col("side") == 1)
            .n_unique()
            .alias("x"),
        )
        .sort("term")
    )
    usual = usual.with_columns(
        pl.Series("z", _log_odds(usual["y"].to_numpy(), usual["x"].to_numpy()))
    )
    terms_kept = _longest(
        usual.filter(
            pl.max_horizontal("accounts_with", "accounts_there") >= MIN_ACCOUNTS,
            pl.col("sources") >= MIN_SOURCES,
        )
    )
    if terms_kept.is_empty():
        return pl.DataFrame(schema=WORDS)
    heard = [voices.filter(pl.col("side") == side)["account_id"].n_unique() for side in (0, 1)]
    p_values = _p_values(terms_kept, said, voices)
    return terms_kept.select(
        pl.lit(persona).alias("persona_id"),
        pl.lit(pain, dtype=pl.String).alias("pain_id"),
        "term",
        pl.lit(versus).alias("versus"),
        pl.col("z").round(6),
        pl.Series("p_value", np.round(p_values, 9)),
        pl.Series("q_value", np.round(benjamini_hochberg(p_values), 9)),
        pl.col("accounts_with").cast(pl.Int64),
        pl.lit(heard[0], dtype=pl.Int64).alias("accounts_heard"),
        (pl.col("accounts_with") / heard[0]).alias("share_now"),
        (pl.col("accounts_there") / heard[1]).alias("share_before"),
        pl.col("sources").cast(pl.Int64),
    )


def _log_odds(here: npt.NDArray[np.int64], there: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Weighted log-odds of each term between two sides, in standard errors [1]_, equations 15 to 22."""
    pooled = (here + there).astype(np.float64)
    strength = min(_PRIOR, float(pooled.sum()))
    prior = strength * pooled / pooled.sum()
    y, x = here + prior, there + prior
    odds = np.log(y / (here.sum() + strength - y)) - np.log(x / (there.sum() + strength - x))
    return np.asarray(odds / np.sqrt(1.0 / y + 1.0 / x))


def _longest(usual: pl.DataFrame) -> pl.DataFrame:
    """Without terms that only stand inside a longer one: as many accounts on both sides."""
    counts = {
        row[0]: row[1:]
        for row in usual.select("term", "accounts_with", "accounts_there").iter_rows()
    }
    inside = {part for term in counts for part in _parts(term) if counts.get(part) == counts[term]}
    return usual.filter(~pl.col("term").is_in(sorted(inside)))


def _parts(term: str) -> Iterable[str]:
    tokens = term.split()
    for size in range(1, len(tokens)):
        for first in range(len(tokens) - size + 1):
            yield " ".join(tokens[first : first + size])


def _p_values(
    usual: pl.DataFrame, said: pl.DataFrame, voices: pl.DataFrame
) -> npt.NDArray[np.float64]:
    """Exchange test of each term that is worth one; accounts are shuffled, never statements."""
    accounts = sorted(voices["account_id"].unique())
    place = {account: i for i, account in enumerate(accounts)}
    heard = np.zeros((2, len(accounts)), dtype=np.int64)
    for side, account in voices.select("side", "account_id").iter_rows():
        heard[side, place[account]] += 1
    said = said.select("term", "side", "account_id", "persona_id", "cycle").unique()
    using: dict[str, npt.NDArray[np.int64]] = {
        term: np.zeros_like(heard)
        for term, z in usual.select("term", "z").iter_rows()
        if abs(z) >= _WORTH_A_TEST
    }
    for term, side, account in said.select("term", "side", "account_id").iter_rows():
        if term in using:
            using[term][side, place[account]] += 1
    out = np.ones(len(usual))
    for i, term in enumerate(usual["term"]):
        if term in using:
            now, before = using[term]
            # whoever never says it, and was heard on both sides, has nothing to shuffle
            free = (now + before > 0) | (heard.sum(axis=0) == 1)
            out[i] = exchange_test(
                heard[0][free], heard[1][free], now[free], (now + before)[free]
            ).p_two_sided
    return np.minimum(out, 1.0)


def _plain(text: str) -> str:
    """Lemmas of all words with a space on either side, so that a phrase is found as a substring."""
    cleaned = "".join(char if char.isalnum() or char in "'’-" else " " for char in text)
    return f" {' '.join(lemma(word) for word in cleaned.split())} "


def _accounts(spoken: pl.DataFrame, rows: npt.NDArray[np.bool_]) -> set[str]:
    return set(spoken["account_id"].filter(pl.Series(rows, dtype=pl.Boolean)))


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _sorted(found: Sequence[pl.DataFrame]) -> pl.DataFrame:
    if not found:
        return pl.DataFrame(schema=WORDS)
    return pl.concat([part.cast(WORDS) for part in found]).sort(
        ["persona_id", "pain_id", "versus", "z", "term"],
        descending=[False, False, False, True, False],
        nulls_last=True,
    )

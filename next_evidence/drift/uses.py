"""Who used which word or phrase, and which of thousands are worth a test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
import polars as pl

from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.stats.log_odds import weighted_log_odds
from next_evidence.text.terms import TermReader

# Over both windows together: account-cycles (fewer could not surface whatever their order), accounts, sources.
MIN_VOTES, MIN_ACCOUNTS, MIN_SOURCES = 5, 3, 2
_APART = 1.5  # |z| below which a word is not tested: it counts as tested, with p = 1
# How much more of all talk a word must be than in other personas' talk. In the sample company "following" and "point" lie between
# 0.5 and 1.3, words of a new pain above 4.
_NOT_GENERAL = 2.0
_SPOKEN_OF = ("accepted", "review")  # what links a statement to a pain

USES = pl.Schema(
    {  # one row per account and cycle that used a term, per source and pain that it spoke of
        "cycle": pl.String(),
        "persona_id": pl.String(),
        "account_id": pl.String(),
        "pain_id": pl.String(),
        "source": pl.String(),
        "term": pl.String(),  # lemmas
        "form": pl.String(),  # as it was written
    }
)
_VOTE = ("cycle", "account_id")


def read_uses(said: pl.DataFrame, library: PersonaLibrary, reader: TermReader) -> pl.DataFrame:
    """Who used which term.

    Parameters
    ----------
    said
        ``MATCHES``. Statements that speak of no pain, or of nobody in the CRM, are left out; ``pain_id`` is kept where the link is accepted
        or up for review.

    Returns
    -------
    ``USES``. Phrases that a document lists are terms too, whatever words they hold.
    """
    said = said.filter(
        pl.col("status") != "rejected",
        pl.col("persona_id").is_not_null(),
        pl.col("account_id").is_not_null(),
    ).with_columns(
        pain_id=pl.when(pl.col("status").is_in(_SPOKEN_OF)).then("pain_id").otherwise(None)
    )
    phrases = listed_terms(reader, *library)
    texts = said["text"].unique().sort()
    read = [_terms(text, phrases, reader) for text in texts]
    terms = pl.DataFrame(
        {
            "text": texts,
            "term": pl.Series([list(found) for found in read], dtype=pl.List(pl.String)),
            "form": pl.Series([list(found.values()) for found in read], dtype=pl.List(pl.String)),
        }
    ).explode("term", "form", empty_as_null=True)
    return (
        said.join(terms.drop_nulls("term"), on="text", how="inner")
        .select(pl.col(name).cast(dtype) for name, dtype in USES.items())
        .unique()
    )


def listed_terms(reader: TermReader, *personas: Persona) -> dict[str, str]:
    """Term to phrase, of all that documents list."""
    found = {reader.lemmas(phrase).strip(): phrase for p in personas for phrase in p.language}
    return {term: phrase for term, phrase in found.items() if term}


def _terms(text: str, phrases: Mapping[str, str], reader: TermReader) -> dict[str, str]:
    """Terms of a text, and the documents' phrases in it, which may hold stop words and be longer."""
    plain = reader.lemmas(text)
    said = {term: phrase for term, phrase in phrases.items() if f" {term} " in plain}
    return {**said, **reader.terms(text)}


def count_uses(uses: pl.DataFrame, *, now: set[str]) -> pl.DataFrame:
    """Every term with how many account-cycles used it ``now`` and ``before``, and how many ``accounts`` and ``sources``."""
    votes = uses.select(*_VOTE, "term").unique()
    counted = votes.group_by("term").agg(
        now=pl.col("cycle").is_in(now).sum(),
        before=(~pl.col("cycle").is_in(now)).sum(),
        accounts=pl.col("account_id").n_unique(),
    )
    sources = uses.group_by("term").agg(sources=pl.col("source").n_unique())
    return counted.join(sources, on="term").sort("term")


def askable(
    counted: pl.DataFrame, uses: pl.DataFrame, listed: Iterable[str], *, least_votes: int
) -> list[str]:
    """Terms that enough accounts and sources used, one of those with the very same voters: the document's, else the longest.

    All of it is asked of both windows together, which shuffling leaves as they are: choosing so costs nothing [1]_.

    .. [1] Bourgon, R., Gentleman, R. and Huber, W. (2010). Independent filtering increases detection power for
       high-throughput experiments. PNAS 107, 9546-9551.
    """
    often = counted.filter(
        pl.col("now") + pl.col("before") >= least_votes,
        pl.col("accounts") >= MIN_ACCOUNTS,
        pl.col("sources") >= MIN_SOURCES,
    )
    return (
        uses.join(often, on="term", how="semi")
        .select("term", vote=pl.struct(_VOTE).rank("dense"))
        .unique()
        .group_by("term")
        .agg(voters=pl.col("vote").sort())
        .with_columns(
            listed=pl.col("term").is_in(sorted(listed)),
            length=pl.col("term").str.count_matches(" "),
        )
        .sort(["listed", "length", "term"], descending=[True, True, False])
        .unique("voters", keep="first", maintain_order=True)["term"]
        .sort()
        .to_list()
    )


def set_apart(counted: pl.DataFrame, general: pl.DataFrame) -> set[str]:
    """Terms that set now and before apart by weighted log-odds, and that are more of this talk than of other personas'.

    Parameters
    ----------
    counted
        As `count_uses` counts: all terms, since odds are shares of all that was said.
    general
        Columns ``term``, ``anybody`` and ``others``: account-cycles of all personas, and of the others.
    """
    known = counted.join(general, on="term", how="left", maintain_order="left")
    now, before, anybody, others = (
        known[name].to_numpy().astype(float) for name in ("now", "before", "anybody", "others")
    )
    z = weighted_log_odds(now, before, anybody)
    apart = np.abs(z) >= _APART
    elsewhere = float(general["others"].sum())
    if elsewhere > 0:
        own = np.where(z > 0, now / max(now.sum(), 1.0), before / max(before.sum(), 1.0))
        apart &= own >= _NOT_GENERAL * (others + 0.5) / elsewhere
    return set(known.filter(pl.Series(apart, dtype=pl.Boolean))["term"])


def usual_form(uses: pl.DataFrame) -> str:
    """The form of a term that most accounts write; of those alike, the one in small letters.

    >>> said = {"account_id": ["a", "b", "c"], "form": ["Stitched", "stitched", "stitching"]}
    >>> usual_form(pl.DataFrame(said))
    'stitched'
    """
    forms = (
        uses.with_columns(small=pl.col("form").str.to_lowercase())
        .with_columns(accounts=pl.col("account_id").n_unique().over("small"))
        .group_by("form", "small", "accounts")
        .agg(own=pl.col("account_id").n_unique())
        .with_columns(changed=pl.col("form") != pl.col("small"))
        .sort(
            ["accounts", "small", "own", "changed", "form"],
            descending=[True, False, True, False, False],
        )
    )
    return str(forms["form"][0])

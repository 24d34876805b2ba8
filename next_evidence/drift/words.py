"""Words and phrases that more, or fewer, of a persona's accounts use than before.

A word is voted for like a pain: an account that says it once in a cycle, or forty times, or pastes what others wrote, is one
vote. So every comparison, interval and test of pains serves words too; what is added here is which of thousands are asked at all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from next_evidence.drift.ballots import Ballots, cut_to, read_ballots
from next_evidence.drift.quiet import without_sources
from next_evidence.drift.rising import count, level_shifts
from next_evidence.drift.rows import Shift, as_table
from next_evidence.drift.windows import Window, windows
from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cycle, cycles_between
from next_evidence.schemas import HEARD, MATCHES, VOTES, check
from next_evidence.settings import DriftSettings, GateSettings
from next_evidence.stats.log_odds import weighted_log_odds
from next_evidence.stats.significance import benjamini_hochberg, exchange_test
from next_evidence.text.terms import TermReader

MIN_VOTES = (
    5  # account-cycles over both windows together; fewer could not surface whatever their order
)
MIN_ACCOUNTS, MIN_SOURCES = 3, 2  # over both windows together
_LOOK_BACK = 12  # cycles that `durability` looks at
_APART = 1.5  # |z| below which a word is not tested: it counts as tested, with p = 1
_WORTH_A_ROW = 0.05  # p above which it does
# how much more of all talk a word must be than in other personas' talk; "following" and "point" lie near 1, words of a pain
# above 4 (benchmarks/drift/words.py)
_NOT_GENERAL = 2.0
_MOST_Q = 0.5  # no bar that settings allow would let more pass
_SPOKEN_OF = ("accepted", "review")  # what links a statement to a pain

_USES = pl.Schema(
    {  # one row per account and cycle that used a term of a persona, per source and pain that it spoke of
        "cycle": pl.String(),
        "persona_id": pl.String(),
        "account_id": pl.String(),
        "pain_id": pl.String(),
        "source": pl.String(),
        "term": pl.String(),  # lemmas
        "form": pl.String(),  # as it was written
    }
)


@dataclass(frozen=True)
class _Found:
    """What one comparison found, and how many words it asked about."""

    shifts: tuple[Shift, ...]
    asked: int


def cycles_of_words(heard: pl.DataFrame, *, cycle: Cycle, rules: DriftSettings) -> list[str]:
    """Names of the cycles whose statements `language_shifts` reads: a bounded number, however long history is."""
    names: set[str] = set()
    past = cut_to(check(heard, HEARD, table="heard"), cycle)
    for (_,), own in past.group_by("persona_id"):
        known = _cycles(own, cycle)
        names |= {*known[: rules.trailing_cycles], *known[-_LOOK_BACK:]}
    return sorted(names)


def language_shifts(
    said: pl.DataFrame,
    heard: pl.DataFrame,
    votes: pl.DataFrame,
    library: PersonaLibrary,
    *,
    cycle: Cycle,
    rules: DriftSettings,
    gate_of: Callable[[Persona], GateSettings],
    reader: TermReader,
    stopped: pl.DataFrame,
) -> pl.DataFrame:
    """Words that customers of a persona now use, and words they have left, overall and for each pain.

    - *Overall*, against the trailing cycles and the document's time: of all accounts heard, those that use the word.
    - *For a pain*, against the document's time: of the accounts that raise it, those that use the word when they speak of it.
    - *Words that the document lists* always have a row, against the document's time.

    Asked are words and phrases of one to three words that `MIN_ACCOUNTS` accounts and `MIN_SOURCES` sources used over both
    windows together, in `MIN_VOTES` account-cycles: totals that shuffling leaves as they are, so choosing by them costs nothing
    [2]_. Terms that the same accounts used in the same cycles are one, shown as the longest. Those that set now and before apart
    by weighted log-odds, with the words of all personas as the prior, are tested by shuffling accounts; all that were asked
    count when q-values are made, in a family of their own.

    Parameters
    ----------
    said
        ``MATCHES`` of at least `cycles_of_words`; statements that speak of no pain, and of nobody in the CRM, are left out.
    heard, votes
        ``HEARD`` and ``VOTES`` of all cycles. Later cycles are ignored.
    gate_of
        The bar of a persona: words said too seldom to change by ``min_change`` are not asked, nor are words of fewer accounts
        than ``min_accounts``.
    reader
        What reads statements; kept over the cycles of a run, it reads each text once.
    stopped
        Columns ``persona_id``, ``source``: sources that have fallen silent. What was said there is left out, then and now:
        their customers did not change their words, they are not heard.

    Returns
    -------
    ``SHIFTS`` rows of kind ``language``, not yet judged. ``label`` is the form that most accounts use, ``pain_id`` null: whatever
    they speak of. Words that no bar could let pass have no row.

    References
    ----------
    .. [1] Lijffijt, J. et al. (2016). Significance testing of word frequencies in corpora. DSH 31, 374-397: words come in bursts,
       and tests on counts of tokens call bursts news.
    .. [2] Bourgon, R., Gentleman, R. and Huber, W. (2010). Independent filtering increases detection power for
       high-throughput experiments. PNAS 107, 9546-9551.
    """
    heard, said = _still_speaking(cut_to(check(heard, HEARD, table="heard"), cycle), said, stopped)
    votes = cut_to(check(votes, VOTES, table="votes"), cycle)
    uses = _uses(cut_to(said, cycle), library, reader)
    talk = _Talk(uses, _votes_of(uses).group_by("persona_id", "term").agg(count=pl.len()), votes)
    found: list[_Found] = []
    for persona in library.tracked:
        own = heard.filter(pl.col("persona_id") == persona.id)
        if cycle.name not in own["cycle"]:
            continue
        found += _persona_shifts(
            persona,
            own,
            talk,
            cycle=cycle,
            rules=rules,
            gate=gate_of(persona),
            listed=_listed(reader, persona),
        )
    overall = [shift for part in found for shift in part.shifts if shift.segment is None]
    q_values = benjamini_hochberg(
        [shift.p_value for shift in overall], tests=sum(part.asked for part in found)
    )
    told = [shift.with_q(float(q)) for shift, q in zip(overall, q_values, strict=True)]
    listed = {(p.id, phrase) for p in library.tracked for phrase in p.language}
    told = [s for s in told if (s.q_value or 0.0) <= _MOST_Q or (s.persona_id, s.label) in listed]
    names = {_name(shift) for shift in told}
    parts = [s for f in found for s in f.shifts if s.segment is not None and _name(s) in names]
    return as_table([*told, *parts])


def _name(shift: Shift) -> tuple[str, str | None, str, str]:
    return shift.persona_id, shift.pain_id, shift.versus, shift.label


def _cycles(heard: pl.DataFrame, cycle: Cycle) -> tuple[str, ...]:
    """All cycles of a persona, from the first in which it was heard."""
    first = min(Cycle.parse(name) for name in heard["cycle"].unique())
    return tuple(one.name for one in cycles_between(first, cycle))


def _still_speaking(
    heard: pl.DataFrame, said: pl.DataFrame, stopped: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    said = check(said, MATCHES, table="matches")
    if stopped.is_empty():
        return heard, said
    others = heard.join(stopped, on="persona_id", how="anti", maintain_order="left")
    living, _ = without_sources(heard, pl.DataFrame(schema=VOTES), stopped)
    said = said.join(stopped, on=["persona_id", "source"], how="anti", maintain_order="left")
    return pl.concat([others, living]), said


def _uses(said: pl.DataFrame, library: PersonaLibrary, reader: TermReader) -> pl.DataFrame:
    """Who used which term, ``_USES``."""
    said = said.filter(
        pl.col("status") != "rejected",
        pl.col("persona_id").is_not_null(),
        pl.col("account_id").is_not_null(),
    ).with_columns(
        pain_id=pl.when(pl.col("status").is_in(_SPOKEN_OF)).then("pain_id").otherwise(None)
    )
    phrases = _listed(reader, *library)
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
        .select(pl.col(name).cast(dtype) for name, dtype in _USES.items())
        .unique()
    )


def _listed(reader: TermReader, *personas: Persona) -> dict[str, str]:
    """Term to phrase, of all that documents list."""
    found = {reader.lemmas(phrase).strip(): phrase for p in personas for phrase in p.language}
    return {term: phrase for term, phrase in found.items() if term}


def _terms(text: str, phrases: Mapping[str, str], reader: TermReader) -> dict[str, str]:
    """Terms of a text, and the documents' phrases in it, which may hold stop words and be longer."""
    plain = reader.lemmas(text)
    said = {term: phrase for term, phrase in phrases.items() if f" {term} " in plain}
    return {**said, **reader.terms(text)}


@dataclass(frozen=True)
class _Talk:
    """Who used which term (``_USES``), how many account-cycles of each persona did, and all votes for pains."""

    uses: pl.DataFrame
    counts: pl.DataFrame
    votes: pl.DataFrame


def _persona_shifts(
    persona: Persona,
    heard: pl.DataFrame,
    talk: _Talk,
    *,
    cycle: Cycle,
    rules: DriftSettings,
    gate: GateSettings,
    listed: Mapping[str, str],
) -> Iterator[_Found]:
    mine = pl.col("persona_id") == persona.id
    cycles = _cycles(heard, cycle)
    own = talk.uses.filter(mine)
    general = talk.counts.group_by("term").agg(
        anybody=pl.col("count").sum(), others=pl.col("count").filter(~mine).sum()
    )
    raised = talk.votes.filter(mine, pl.col("raises"))
    for window in windows(len(cycles), rules):
        if window.versus == "last_cycle":  # one odd cycle would make all of its words news
            continue
        whole = _Comparison(None, window, cycles, heard, own, general, gate)
        yield whole.found(listed if window.versus == "document" else {}, cycle, rules.interval)
        if window.versus != "document":
            continue
        for pain_id in sorted(raised["pain_id"].unique()):
            voters = raised.filter(pl.col("pain_id") == pain_id).select("cycle", "account_id")
            those = heard.join(voters, on=["cycle", "account_id"], how="semi")
            of_it = own.filter(pl.col("pain_id") == pain_id)
            part = _Comparison(pain_id, window, cycles, those, of_it, general, gate)
            yield part.found({}, cycle, rules.interval)


@dataclass(frozen=True)
class _Comparison:
    """One group of voters of one persona, now and before; ``cycles`` are the persona's.

    ``general`` counts every term in account-cycles of anybody, and of other personas.
    """

    pain_id: str | None
    window: Window
    cycles: Sequence[str]
    heard: pl.DataFrame
    uses: pl.DataFrame
    general: pl.DataFrame
    gate: GateSettings

    def found(self, listed: Mapping[str, str], cycle: Cycle, interval: float) -> _Found:
        """Words that stand out, tested; and those that the document lists, whatever they do."""
        now, before = (set(self.cycles[part]) for part in (self.window.now, self.window.before))
        voters = self.heard.filter(pl.col("cycle").is_in(now))
        if voters["account_id"].n_unique() < self.gate.min_accounts and not listed:
            return _Found((), 0)
        both = self.uses.filter(pl.col("cycle").is_in(now | before)).join(
            self.heard, on=["cycle", "account_id"], how="semi"
        )
        least_votes = max(MIN_VOTES, math.ceil(self.gate.min_change * voters.height))
        asked = _distinct(_often_used(both, now, least_votes), listed)
        made = asked.height + sum(term not in set(asked["term"]) for term in listed)
        terms = sorted({*self._apart(asked), *(set(listed) & set(both["term"]))})
        ballots = self._ballots(terms, cycle) if terms else None
        if ballots is None:
            return _Found((), made)
        kept = _clear(ballots, self.window) | (set(listed) & set(terms))
        shifts = level_shifts(
            ballots,
            self.window,
            labels={term: term for term in terms},
            tested=dict.fromkeys(sorted(kept), False),
            interval=interval,
        )
        labels = {
            shift.pain_id: listed.get(shift.label)
            or usual_form(
                both.filter(
                    pl.col("term") == shift.label,
                    pl.col("cycle").is_in(now if shift.change > 0 else before),
                )
            )
            for shift in shifts
            if shift.segment is None
        }
        return _Found(
            tuple(
                replace(
                    shift,
                    kind="language",
                    pain_id=self.pain_id,
                    label=labels[shift.pain_id],
                    e_value=None,
                )
                for shift in shifts
            ),
            made,
        )

    def _apart(self, asked: pl.DataFrame) -> list[str]:
        """Terms that set now and before apart, and whose riser or faller is not what other personas say as well."""
        known = asked.join(self.general, on="term", how="left", maintain_order="left")
        now, before, anybody, others = (
            known[name].to_numpy().astype(float) for name in ("now", "before", "anybody", "others")
        )
        z = weighted_log_odds(now, before, anybody)
        own = np.where(z > 0, now, before)
        total = np.where(z > 0, now.sum(), before.sum())
        apart = np.abs(z) >= _APART
        if others.sum() > 0:
            elsewhere = (others + 0.5) / others.sum()
            apart &= own / np.maximum(total, 1.0) >= _NOT_GENERAL * elsewhere
        return known.filter(pl.Series(apart, dtype=pl.Boolean))["term"].to_list()

    def _ballots(self, terms: Sequence[str], cycle: Cycle) -> Ballots | None:
        """The voters' ballots over the persona's cycles, terms standing where pains do."""
        votes = (
            self.uses.filter(pl.col("term").is_in(terms))
            .group_by("cycle", "persona_id", "account_id", pain_id="term")
            .agg(sources=pl.col("source").unique().sort())
            .with_columns(
                raises=True,
                denies=False,
                mentions=pl.lit(1, dtype=pl.Int64),
                known_cycle=pl.col("cycle"),
            )
        )
        ballots = read_ballots(
            self.heard,
            check(votes, VOTES, table="votes"),
            persona_id=self.heard["persona_id"][0],
            pains=terms,
            cycle=cycle,
        )
        return None if ballots is None else _aligned(ballots, self.cycles)


def _aligned(ballots: Ballots, cycles: Sequence[str]) -> Ballots:
    """The same ballots from the persona's first cycle on: nobody of this group was heard in those before."""
    missing = len(cycles) - len(ballots.cycles)
    if missing == 0:
        return ballots

    def led(table: np.ndarray, fill: object) -> np.ndarray:
        ahead = np.full((missing, *table.shape[1:]), fill, dtype=table.dtype)
        return np.concatenate([ahead, table])

    return replace(
        ballots,
        cycles=tuple(cycles),
        heard=led(ballots.heard, False),
        raises=led(ballots.raises, False),
        segment=led(ballots.segment, -1),
        tier=led(ballots.tier, -1),
        sources={source: led(by, False) for source, by in ballots.sources.items()},
    )


def _votes_of(uses: pl.DataFrame) -> pl.DataFrame:
    return uses.select("persona_id", "cycle", "account_id", "term").unique()


def _often_used(uses: pl.DataFrame, now: set[str], least_votes: int) -> pl.DataFrame:
    """Terms that enough accounts and sources used, ``term, now, before, voters``, counted in account-cycles."""
    sources = uses.group_by("term").agg(sources=pl.col("source").n_unique())
    return (
        _votes_of(uses)
        .with_columns(vote=pl.struct("cycle", "account_id").rank("dense"))
        .group_by("term")
        .agg(
            now=pl.col("cycle").is_in(now).sum(),
            before=(~pl.col("cycle").is_in(now)).sum(),
            accounts=pl.col("account_id").n_unique(),
            voters=pl.col("vote").sort(),
        )
        .join(sources, on="term")
        .filter(
            pl.col("now") + pl.col("before") >= least_votes,
            pl.col("accounts") >= MIN_ACCOUNTS,
            pl.col("sources") >= MIN_SOURCES,
        )
        .select("term", "now", "before", "voters")
        .sort("term")
    )


def _distinct(used: pl.DataFrame, listed: Iterable[str]) -> pl.DataFrame:
    """One term of those with the very same voters: the document's, else the longest. They are one piece of evidence."""
    return (
        used.with_columns(
            listed=pl.col("term").is_in(sorted(listed)),
            length=pl.col("term").str.count_matches(" "),
        )
        .sort(["listed", "length", "term"], descending=[True, True, False])
        .unique("voters", keep="first", maintain_order=True)
        .sort("term")
        .drop("voters", "listed", "length")
    )


def _clear(ballots: Ballots, window: Window) -> set[str]:
    """Terms whose change chance alone would seldom bring."""
    tally = count(ballots, window, None)
    found = set()
    for k, term in enumerate(ballots.pains):
        test = exchange_test(
            tally.heard_now,
            tally.heard_before,
            tally.now[:, k],
            tally.now[:, k] + tally.before[:, k],
        )
        if test.p_two_sided <= _WORTH_A_ROW:
            found.add(term)
    return found


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

"""One persona's voters over a whole history as arrays that can be shuffled and cut, and the null that shuffling makes."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from next_evidence.drift.ballots import Ballots, Bools, Ints, read_ballots
from next_evidence.personas.document import Persona
from next_evidence.personas.library import PersonaLibrary
from next_evidence.records import Cycle


@dataclass(frozen=True)
class Voters:
    """``ballots`` of a persona's document pains over all cycles, and per source who was heard there and told of what.

    ``heard_in`` holds arrays of shape ``(n_cycles, n_accounts)``, ``told_in`` of ``(n_cycles, n_accounts, n_pains)``: the
    votes, of whatever kind, that rest on the source. A *ballot* is all that one account said in one cycle: how likely it raises each
    pain, and in which sources it was heard and told of them.
    """

    ballots: Ballots
    heard_in: dict[str, Bools]
    told_in: dict[str, Bools]


def read_voters(
    heard: pl.DataFrame, votes: pl.DataFrame, persona: Persona, *, cycle: Cycle
) -> Voters | None:
    """A persona's voters up to a cycle; None: it was never heard, or has no pains.

    Pains that no document has are left out: their votes begin where the pain was found, so there is no time before it
    to shuffle them into.
    """
    pains = sorted(pain.id for pain in persona.pains)
    ballots = read_ballots(heard, votes, persona_id=persona.id, pains=pains, cycle=cycle)
    if ballots is None or not pains:
        return None
    mine = pl.col("persona_id") == persona.id
    keys = ["cycle", "account_id"]
    spoke = heard.filter(mine).select(*keys, "sources")
    told = votes.filter(mine, pl.col("pain_id").is_in(pains)).join(spoke, on=keys, how="semi")
    return Voters(
        ballots,
        _by_source(spoke, (ballots.cycles, ballots.accounts)),
        _by_source(
            told.select(*keys, "pain_id", "sources"),
            (ballots.cycles, ballots.accounts, ballots.pains),
        ),
    )


def _by_source(rows: pl.DataFrame, axes: tuple[tuple[str, ...], ...]) -> dict[str, Bools]:
    """Where each source has a row; one column of ``rows`` an axis, then ``sources``."""
    places = [{name: i for i, name in enumerate(axis)} for axis in axes]
    found: dict[str, Bools] = {}
    for *names, sources in rows.iter_rows():
        at = tuple(place[name] for place, name in zip(places, names, strict=True))
        for source in sources or ():
            held = found.setdefault(source, np.zeros([len(axis) for axis in axes], dtype=bool))
            held[at] = True
    return {source: found[source] for source in sorted(found)}


def until(voters: Voters, cycle: str) -> Voters | None:
    """The same up to a cycle; None: the persona was not heard in it."""
    ballots = ballots_until(voters.ballots, cycle)
    return None if ballots is None else _rows(voters, slice(0, len(ballots.cycles)))


def ballots_until(ballots: Ballots, cycle: str) -> Ballots | None:
    """The same up to a cycle; None: the persona was not heard in it."""
    if cycle not in ballots.cycles:
        return None
    end = ballots.cycles.index(cycle) + 1
    return _ballot_rows(ballots, slice(0, end)) if ballots.heard[end - 1].any() else None


def without(voters: Voters, quiet: Collection[str]) -> Voters | None:
    """As it would stand had these sources never spoken; None: nobody else was heard in the last cycle.

    The same as `next_evidence.drift.quiet.without_sources` does to tables.
    """
    ballots = voters.ballots
    living = [source for source in voters.heard_in if source not in quiet]
    heard = _any([voters.heard_in[source] for source in living], ballots.heard)
    if not heard[-1].any():
        return None
    told_in = {source: by for source, by in voters.told_in.items() if source not in quiet}
    told = _any(list(told_in.values()), ballots.raises) & heard[:, :, None]
    left = replace(
        ballots,
        heard=heard,
        raises=ballots.raises & told,
        likelihood=ballots.likelihood * told,
        segment=np.where(heard, ballots.segment, -1),
        tier=np.where(heard, ballots.tier, -1),
        sources={s: by & told for s, by in ballots.sources.items() if s not in quiet},
    )
    first = int(np.argmax(heard.any(axis=1)))
    heard_in = {source: voters.heard_in[source] for source in living}
    return _rows(Voters(left, heard_in, told_in), slice(first, len(ballots.cycles)))


def _any(parts: list[Bools], like: Bools) -> Bools:
    return np.any(parts, axis=0) if parts else np.zeros_like(like)


def _rows(voters: Voters, rows: slice) -> Voters:
    return Voters(
        _ballot_rows(voters.ballots, rows),
        {source: by[rows] for source, by in voters.heard_in.items()},
        {source: by[rows] for source, by in voters.told_in.items()},
    )


def _ballot_rows(ballots: Ballots, rows: slice) -> Ballots:
    return replace(
        ballots,
        cycles=ballots.cycles[rows],
        heard=ballots.heard[rows],
        raises=ballots.raises[rows],
        likelihood=ballots.likelihood[rows],
        segment=ballots.segment[rows],
        tier=ballots.tier[rows],
        sources={source: by[rows] for source, by in ballots.sources.items()},
    )


def shuffled(voters: Voters, rng: np.random.Generator) -> Voters:
    """The same voters in a history in which nothing changes: each account's ballots in random order.

    An account's ballots are shuffled over the cycles in which it was heard; accounts that were heard once in all exchange theirs within
    their segment. So who was heard when stays as it was, and with it volume, tiers, segments and CRM; and so do what an account
    usually says, what it says together, and where. What goes is every tie between time and what is said: shifts,
    and also complaints that one account keeps up for some cycles on end.

    References
    ----------
    .. [1] Good, P. (2005). Permutation, Parametric and Bootstrap Tests of Hypotheses, 3rd ed., chapter 3: shuffle
       what the hypothesis makes exchangeable, here the ballots of an account.
    """
    ballots = voters.ballots
    cycle, account = _within_accounts(ballots.heard, rng)
    _among_heard_once(cycle, account, ballots, rng)
    return Voters(
        replace(
            ballots,
            raises=ballots.raises[cycle, account],
            likelihood=ballots.likelihood[cycle, account],
            sources={source: by[cycle, account] for source, by in ballots.sources.items()},
        ),
        {source: by[cycle, account] for source, by in voters.heard_in.items()},
        {source: by[cycle, account] for source, by in voters.told_in.items()},
    )


def _within_accounts(heard: Bools, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """From which cycle and account each place takes its ballot, each of shape ``(n_cycles, n_accounts)``."""
    places = np.argsort(~heard, axis=0, kind="stable")  # cycles heard first, in time's order
    drawn = np.argsort(np.where(heard, rng.random(heard.shape), 2.0), axis=0, kind="stable")
    cycle = np.empty(heard.shape, dtype=np.int64)
    np.put_along_axis(cycle, places, drawn, axis=0)
    account = np.broadcast_to(np.arange(heard.shape[1]), heard.shape).copy()
    return cycle, account


def _among_heard_once(
    cycle: Ints, account: Ints, ballots: Ballots, rng: np.random.Generator
) -> None:
    """Let accounts heard once exchange their ballots within their segment, in place."""
    once = np.flatnonzero(ballots.heard.sum(axis=0) == 1)
    at = ballots.heard[:, once].argmax(axis=0)
    segment = ballots.segment[at, once]
    for group in np.unique(segment):
        members = np.flatnonzero(segment == group)
        taken = members[rng.permutation(len(members))]
        cycle[at[members], once[members]] = at[taken]
        account[at[members], once[members]] = once[taken]


def agreeing(library: PersonaLibrary, voters: Mapping[str, Voters]) -> PersonaLibrary:
    """The documents as they would be if they put pains in the order in which accounts raised them over all cycles.

    Shuffling time leaves a document that was wrong all along as wrong as it was, and to say so is no false alarm. So
    alarms are counted against documents that are right.
    """
    return PersonaLibrary(
        tuple(
            _agreeing(persona, voters[persona.id]) if persona.id in voters else persona
            for persona in library
        )
    )


def _agreeing(persona: Persona, voters: Voters) -> Persona:
    raised = voters.ballots.raises.sum(axis=(0, 1))
    count = dict(zip(voters.ballots.pains, raised.tolist(), strict=True))
    written = persona.claimed_order
    order = sorted(written, key=lambda pain: (-count[pain], written.index(pain)))
    # as many as the document ranks, and the top one, which every document has
    ranked = order[: max(len(persona.priorities), 1)]
    return persona.model_copy(update={"priorities": tuple(ranked)})

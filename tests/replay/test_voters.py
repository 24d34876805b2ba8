import numpy as np
import polars as pl
import pytest

from next_evidence.drift.ballots import cut_to, read_ballots
from next_evidence.drift.quiet import without_sources
from next_evidence.replay.voters import agreeing, shuffled, until, without
from next_evidence.testing.worlds import World, flat, moving_top, quiet_library


def one(played, **world):
    made = played([World(flat(8, [0.4, 0.3, 0.1]), accounts=30, heard_per_cycle=12, **world)])
    return made, made.voters["ops-lead"]


def ballot_of(voters, cycle, account):
    ballots = voters.ballots
    told = tuple(by[cycle, account].tolist() for by in voters.told_in.values())
    where = tuple(bool(by[cycle, account]) for by in voters.heard_in.values())
    return tuple(ballots.likelihood[cycle, account].tolist()), told, where


def ballots_of(voters, account):
    cycles = np.flatnonzero(voters.ballots.heard[:, account])
    return [ballot_of(voters, cycle, account) for cycle in cycles]


def same(first, second):
    assert first.cycles == second.cycles
    names = [first.accounts.index(account) for account in second.accounts]
    for name in ("heard", "raises", "likelihood"):
        assert (getattr(first, name)[:, names] == getattr(second, name)).all()
        assert getattr(first, name).sum() == getattr(second, name).sum()
    here, there = (np.array([*b.segments, None])[b.segment] for b in (first, second))
    assert (here[:, names] == there).all()
    assert all((first.sources[s][:, names] == by).all() for s, by in second.sources.items())


def test_shuffling_keeps_who_was_heard_when_and_every_accounts_whole_ballots(played):
    made, _ = one(played)
    odd = pl.col("cycle").str.slice(-1).is_in(["1", "3", "5", "7"])
    made.heard = made.heard.with_columns(
        sources=pl.when(odd).then(["calls", "tickets"]).otherwise(["tickets"])
    )
    voters = made.voters["ops-lead"]

    null = shuffled(voters, np.random.default_rng(1))

    assert (null.ballots.heard == voters.ballots.heard).all()
    assert (null.ballots.segment == voters.ballots.segment).all()
    several = np.flatnonzero(voters.ballots.heard.sum(axis=0) > 1)
    assert len(several) > 10
    for account in several:
        assert sorted(ballots_of(null, account)) == sorted(ballots_of(voters, account))
    assert (null.ballots.raises != voters.ballots.raises).any()
    assert (null.heard_in["calls"] != voters.heard_in["calls"]).any()
    assert not null.ballots.raises[~null.ballots.heard].any()


def test_accounts_heard_once_exchange_ballots_within_their_segment_only(played):
    made = played([World(flat(8, [0.5, 0.3]), accounts=400, heard_per_cycle=30)])
    voters = made.voters["ops-lead"]
    ballots = voters.ballots
    once = np.flatnonzero(ballots.heard.sum(axis=0) == 1)
    segment = ballots.segment[ballots.heard[:, once].argmax(axis=0), once]

    null = shuffled(voters, np.random.default_rng(1))

    moved = 0
    for group in np.unique(segment):
        members = once[segment == group]
        before = [ballots_of(voters, account)[0] for account in members]
        after = [ballots_of(null, account)[0] for account in members]
        assert sorted(before) == sorted(after)
        moved += before != after
    assert moved == len(ballots.segments)


def test_every_order_of_an_accounts_ballots_is_as_likely(played):
    _, voters = one(played)
    account = int(np.flatnonzero(voters.ballots.heard.sum(axis=0) == 3)[0])
    cycles = np.flatnonzero(voters.ballots.heard[:, account])
    marked = np.zeros_like(voters.ballots.raises)
    marked[cycles, account, [0, 1, 2]] = True
    voters = type(voters)(
        type(voters.ballots)(**{**vars(voters.ballots), "raises": marked}), {}, {}
    )
    rng = np.random.default_rng(2)

    orders = [
        tuple(shuffled(voters, rng).ballots.raises[cycles, account].argmax(axis=1))
        for _ in range(600)
    ]

    counts = [orders.count(order) for order in sorted(set(orders))]
    assert len(counts) == 6
    assert min(counts) > 60  # 100 each, less four standard errors


def test_cut_arrays_are_those_of_the_cut_tables(played):
    made, voters = one(played)
    cycle = made.cycles[5]

    cut = until(voters, cycle.name)

    read = read_ballots(
        cut_to(made.heard, cycle),
        cut_to(made.votes, cycle),
        persona_id="ops-lead",
        pains=["pain-0", "pain-1", "pain-2"],
        cycle=cycle,
    )
    same(cut.ballots, read)


def test_without_a_source_arrays_and_tables_agree(played):
    made, _ = one(played)
    # calls alone hear half of the accounts, and began in the third cycle
    early = pl.col("cycle") < "2025-03"
    half = pl.col("account_id").str.slice(-1).is_in(["1", "3", "5", "7", "9"])
    where = pl.when(early).then(["tickets"]).when(half).then(["calls"]).otherwise(["calls", "tickets"])  # fmt: skip
    made.heard = made.heard.with_columns(sources=where)
    keys = ["cycle", "persona_id", "account_id"]
    made.votes = made.votes.drop("sources").join(
        made.heard.select(*keys, "sources"), on=keys, how="left"
    ).select(made.votes.columns)  # fmt: skip
    dropped = pl.DataFrame({"persona_id": ["ops-lead"], "source": ["tickets"]})

    living = without(made.voters["ops-lead"], ["tickets"])

    heard, votes = without_sources(made.heard, made.votes, dropped)
    read = read_ballots(
        heard, votes, persona_id="ops-lead", pains=["pain-0", "pain-1", "pain-2"], cycle=made.cycles[-1]
    )  # fmt: skip
    assert living.ballots.cycles[0] == "2025-03"
    same(living.ballots, read)


def test_without_its_only_source_nobody_is_left(played):
    made, _ = one(played)
    made.heard = made.heard.with_columns(sources=["calls"])

    assert without(made.voters["ops-lead"], ["calls"]) is None


def test_agreeing_documents_rank_pains_as_accounts_raise_them(played):
    made = played([moving_top(), *quiet_library(1)])
    voters = made.voters

    documents = agreeing(made.library, voters)

    for persona in documents:
        raised = voters[persona.id].ballots.raises.sum(axis=(0, 1))
        counts = [raised[voters[persona.id].ballots.pains.index(p)] for p in persona.claimed_order]
        assert counts == sorted(counts, reverse=True)
        assert len(persona.priorities) == len(made.library[persona.id].priorities)


@pytest.mark.parametrize("ranked", [0, 1, 3])
def test_an_agreeing_document_ranks_as_many_pains_as_the_real_one_and_always_a_first(
    played, ranked
):
    made = played([moving_top()])
    persona = made.library["ops-lead"]
    short = persona.model_copy(update={"priorities": persona.priorities[:ranked]})

    documents = agreeing(type(made.library)((short,)), made.voters)

    assert len(documents["ops-lead"].priorities) == max(ranked, 1)

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.review.queue import draw_queue, lane
from next_evidence.settings import ReviewSettings
from next_evidence.testing.builders import accounts, matches

DRAW = {"accept_at": 0.5, "review": ReviewSettings()}
CRM = accounts(*({"account_id": f"account-{n}", "arr_usd": 100.0 * n} for n in range(1, 401)))


def linked(count, **common):
    return matches(*({"confidence": 0.3 + 0.6 * n / count} for n in range(count)), **common)


def drawn(frame, *, count=20, decided=(), **changed):
    found = draw_queue(frame, CRM, decided=decided, count=count, **(DRAW | changed))
    return found.rows()


def test_half_is_drawn_at_random():
    why = [reason for _, reason in drawn(linked(200), count=40)]

    assert why.count("random") == 20
    assert {"uncertain", "stake"} < set(why)


def test_a_longer_queue_goes_on_where_a_shorter_one_ended():
    short, long = drawn(linked(300), count=20), drawn(linked(300), count=80)

    def random_ones(rows):
        return [row for row in rows if row[1] == "random"]

    assert random_ones(long)[: len(random_ones(short))] == random_ones(short)


def test_nothing_that_was_sought_could_have_been_drawn_at_random_later():
    rows = drawn(linked(300), count=300)
    coin = {utterance_id: lane("2026-10", utterance_id) for utterance_id, _ in rows}

    assert all((coin[i] < 0.5) == (why == "random") for i, why in rows)


def test_what_was_judged_is_not_replaced_even_when_it_is_no_match_any_more():
    frame = linked(200)
    before = drawn(frame)
    judged = [row[0] for row in before[:12]]
    refused = pl.when(pl.col("utterance_id").is_in(judged))
    after = frame.with_columns(
        status=refused.then(pl.lit("rejected")).otherwise("status"),
        confidence=refused.then(0.0).otherwise("confidence"),
    )

    assert {row[0] for row in drawn(after, decided=judged)} >= set(judged)
    assert len(drawn(after, decided=judged)) == len(before)


def test_only_what_names_a_pain_is_drawn():
    frame = matches({"status": "abstained", "pain_id": None}, {"status": "review"}, {"status": "rejected"})  # fmt: skip

    assert [row[0] for row in drawn(frame)] == ["u-2"]


def test_stake_asks_every_large_account_once_before_any_twice():
    large = [{"account_id": f"account-{300 + n // 30}", "confidence": 0.9} for n in range(150)]
    frame = matches(*large, *[{"account_id": None, "confidence": 0.5}] * 100)
    account = dict(frame.select("utterance_id", "account_id").iter_rows())

    stake = [account[i] for i, why in drawn(frame, count=40) if why == "stake"]

    assert sorted(stake[:5]) == [f"account-{n}" for n in range(300, 305)]
    assert stake[0] == "account-304"


def test_required_evidence_is_asked_about_to_the_last_statement():
    review = ReviewSettings(required_for={"ops-lead": True})
    frame = pl.concat([linked(50), matches(*({"utterance_id": f"x-{n}", "persona_id": "cfo"} for n in range(50)))])  # fmt: skip

    rows = drawn(frame, count=10, review=review)

    asked = {row[0] for row in rows}
    assert {f"u-{n}" for n in range(1, 51)} <= asked
    assert {why for i, why in rows[10:]} == {"required"}
    assert not any(i.startswith("x-") for i, _ in rows[10:])


@given(st.integers(2, 60), st.integers(0, 80), st.randoms(use_true_random=False))
def test_the_order_of_rows_makes_no_difference_and_nobody_is_asked_twice(count, size, random):
    frame = linked(size)
    order = list(range(size))
    random.shuffle(order)

    rows = drawn(frame, count=count)

    assert drawn(frame[order], count=count) == rows
    assert len({row[0] for row in rows}) == len(rows) == min(count, size)


def test_the_coin_is_fair():
    low = sum(lane("2026-10", f"u-{n}") < 0.5 for n in range(4000))

    assert abs(low - 2000) < 130  # four standard errors

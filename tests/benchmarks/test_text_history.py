"""Histories of the text track hold what was planted, and can be made and read again."""

import polars as pl
import pytest

from tests.benchmarks.loaded import benchmark
from tests.benchmarks.small_material import small_material

history_module, planting, material = map(benchmark, ("history", "planting", "material"))
BY_NAME = {scenario.name: scenario for scenario in planting.SCENARIOS}
MATERIAL = small_material()


def composed(name, seed=0):
    return history_module.compose(MATERIAL, BY_NAME[name], seed)


def labelled(history):
    """Utterances with ``label`` and ``after``: said in the cycle of the change or later."""
    positions = pl.Series("after", history.positions) >= planting.CHANGE_AT
    return history.utterances.join(history.truth.labels, on="utterance_id").with_columns(positions)


def accounts_raising(history, label, *, after):
    """Share of account-cycles heard that raise a label."""
    persona = label.split("/")[0]
    said = labelled(history).filter(
        pl.col("after") == after, pl.col("account_id").str.starts_with(persona)
    )
    month = pl.col("spoken_at").dt.strftime("%Y-%m")
    heard = said.select("account_id", month).unique().height
    return said.filter(pl.col("label") == label).select("account_id", month).unique().height / heard


def test_the_same_seed_gives_the_same_history_and_another_seed_another():
    one, same, other = composed("step"), composed("step"), composed("step", seed=1)

    assert one.utterances.equals(same.utterances)
    assert one.truth.labels.equals(same.truth.labels)
    assert not one.utterances.equals(other.utterances)


def test_what_a_document_quotes_nobody_says_and_no_text_of_a_label_comes_twice():
    history = composed("none")
    quotes = {q for persona in history.library for pain in persona.pains for q in pain.examples}
    said = labelled(history).filter(pl.col("label").is_not_null())["text"]

    assert quotes
    assert not quotes & set(said)
    assert said.n_unique() == len(said)


@pytest.mark.parametrize("name", ["step", "birth", "split"])
def test_what_is_planted_to_rise_is_said_by_more_accounts_afterwards(name):
    histories = [composed(name, seed) for seed in range(3)]

    before, now = (
        [accounts_raising(h, h.truth.planted[0].pain_id, after=after) for h in histories]
        for after in (False, True)
    )

    assert all(late > early + 0.08 for early, late in zip(before, now, strict=True))


def test_what_merges_is_said_no_more_under_its_first_label():
    history = composed("merge")
    rises, falls = history.truth.planted

    assert accounts_raising(history, falls.pain_id, after=True) < 0.05
    assert accounts_raising(history, rises.pain_id, after=True) > accounts_raising(
        history, rises.pain_id, after=False
    )


def test_a_birth_stands_in_no_document_and_a_split_as_one_pain():
    birth, split = composed("birth"), composed("split")
    stated = [label for labels in birth.truth.stated.values() for label in labels]

    assert birth.truth.new == birth.truth.planted[0].pain_id
    assert birth.truth.new not in stated
    together = [labels for labels in split.truth.stated.values() if len(labels) == 2]
    assert len(together) == 1
    assert split.truth.planted[0].pain_id == together[0][1]


def test_other_words_are_other_utterances_of_the_same_label():
    history = composed("other words")
    said = labelled(history).filter(pl.col("label") == history.truth.followed)
    early, late = (set(said.filter(pl.col("after") == after)["text"]) for after in (False, True))

    assert early
    assert late
    assert not early & late
    assert not history.truth.planted


def test_what_clinc_documents_quote_is_set_apart_and_small_talk_has_no_intent(tmp_path):
    rows = [(f"balance question {n}", "balance", "banking", False) for n in range(9)]
    rows += [("what is a quasar", "oos", "oos", True)]
    (tmp_path / "clinc150").mkdir()
    pl.DataFrame(rows, schema=["text", "intent", "domain", "is_oos"], orient="row").write_parquet(
        tmp_path / "clinc150" / "clinc150.parquet"
    )

    read = material.clinc150(tmp_path)

    (balance,) = next(s for s in read.speakers if s.persona_id == "banking").labels
    assert len(balance.quotes) == 1 + material.QUOTED
    assert len(balance.said) == 9 - material.QUOTED
    assert not set(balance.quotes) & set(balance.said)
    assert read.small_talk == ("what is a quasar",)


def test_without_the_data_it_is_said_where_to_get_it(tmp_path):
    with pytest.raises(SystemExit, match="README"):
        material.clinc150(tmp_path)


def test_halves_differ_in_words():
    texts = (*(f"printer jam number {n}" for n in range(10)), *(f"paper tray item {n}" for n in range(10)))  # fmt: skip

    first, second = material.halves(texts)

    assert {frozenset(text.split()[0] for text in half) for half in (first, second)} == {
        frozenset({"printer"}),
        frozenset({"paper"}),
    }


def test_a_loud_account_speaks_of_one_label_in_every_late_cycle():
    history = composed("loud account")
    loud = labelled(history).filter(pl.col("account_id").str.ends_with("A0003"), pl.col("after"))
    sizes = loud.group_by("label").len().sort("len")["len"]

    assert sizes[-1] >= 3 * planting.LOUD_MENTIONS


def test_a_history_is_read_as_it_was_written(tmp_path):
    history = composed("split")

    history_module.write_history(history, tmp_path)
    read = history_module.read_history(tmp_path)

    assert read.utterances.equals(history.utterances)
    assert read.accounts.equals(history.accounts)
    assert read.library == history.library
    assert read.truth.labels.equals(history.truth.labels)
    assert (read.truth.planted, read.truth.stated) == (history.truth.planted, history.truth.stated)

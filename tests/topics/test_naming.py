"""Labels: real quotes, and phrases that accounts share."""

from __future__ import annotations

import numpy as np

from next_evidence.topics.naming import exemplar, key_phrases, label


def test_phrases_count_accounts_not_repetitions():
    texts = ["pet phrase"] * 10 + [
        "wrong totals again",
        "wrong totals in the deck",
        "the deck is late",
        "pet phrase",
    ]
    accounts = np.array([0] * 10 + [1, 2, 3, 4])
    inside = np.array([True] * 12 + [False, False])

    phrases = key_phrases(texts, accounts, inside)

    assert phrases[0] == "wrong total"
    assert "pet phrase" not in phrases


def test_phrases_do_not_repeat_each_others_words_nor_show_placeholders():
    texts = [
        "[person] says wrong totals",
        "[person] saw wrong totals",
        "wrong totals, [email]",
        "a late deck",
    ]

    phrases = key_phrases(texts, np.arange(4), np.array([True, True, True, False]))

    assert phrases == ("wrong total",)


def test_what_everybody_says_is_no_key_phrase():
    texts = [
        "the dashboard hangs",
        "a dashboard hangs",
        "this dashboard is nice",
        "our dashboard works",
        "dashboard again",
    ]
    phrases = key_phrases(texts, np.arange(5), np.array([True, True, False, False, False]))

    assert phrases[0] in ("hang", "dashboard hang")


def test_the_exemplar_is_the_most_typical_that_can_be_quoted():
    texts = [
        "too short",
        "the totals are wrong and [person] sent them to the board",
        "the totals are wrong and we sent them to the board",
        "another long enough statement about something quite different altogether",
    ]
    ids, cosines = ["d", "c", "b", "a"], np.array([0.9, 0.8, 0.7, 0.6])

    assert exemplar(ids, texts, cosines, np.array([True, True, True, True])) == 2
    assert exemplar(ids, texts, cosines, np.array([True, True, False, False])) == 1
    assert exemplar(ids, texts, cosines, np.array([True, False, False, False])) == 0


def test_of_equally_typical_quotes_the_first_id_wins():
    texts = ["the totals are wrong and nobody knows"] * 2

    assert exemplar(["b", "a"], texts, np.array([0.5, 0.5]), np.array([True, True])) == 1


def test_a_label_is_one_line_with_the_quote_as_it_stands():
    assert label("It said\n 41%, straight face.", ("win rate", "copilot")) == (
        '"It said 41%, straight face." — win rate, copilot'
    )
    assert label("It said so.", ()) == '"It said so."'


def test_what_two_of_many_accounts_repeat_does_not_name_it():
    texts = ["the chatbot is wrong"] * 6 + ["it counts quarterly renewals twice"] * 2
    texts += [f"number {word} is made up" for word in ("five", "six", "seven", "eight")]

    phrases = key_phrases(texts, np.arange(12), np.ones(12, dtype=bool))

    assert "chatbot" in phrases
    assert not any("renewal" in phrase for phrase in phrases)

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from next_evidence.matching.assign import assign_matches
from next_evidence.matching.calibrate import Calibration
from next_evidence.matching.score import Scores
from tests.matching.conftest import utterances

PEOPLE = pl.DataFrame(
    [
        ("kim", "ops", 1.0, None),
        ("lou", "admin", 0.9, None),
        ("mia", None, 0.7, None),
        ("ana", None, 0.1, "ops"),
    ],
    schema={
        "speaker_key": pl.String,
        "persona_id": pl.String,
        "persona_confidence": pl.Float64,
        "ambiguous_with": pl.String,
    },
    orient="row",
)


@pytest.fixture
def assign(profiles, head, rules):
    def of(rows, pains, *, relevance=0.9, denial=0.0, **more):
        n = rows.height
        scores = Scores(
            np.broadcast_to(relevance, n).astype(float),
            np.array(pains, dtype=float).reshape(n, 3),
            np.broadcast_to(denial, n).astype(float),
            np.zeros((n, 2)),
        )
        return assign_matches(
            rows, scores, PEOPLE, profiles=profiles, head=head, rules=rules, cycle="2026-10", **more
        )

    return of


@pytest.mark.parametrize(
    ("sure", "relevance", "status", "pain"),
    [
        (0.5, 0.9, "accepted", "export"),
        (0.499, 0.9, "review", "export"),
        (0.3, 0.9, "review", "export"),
        (0.299, 0.9, "abstained", None),
        (0.1, 0.5, "abstained", None),
        (0.1, 0.499, "rejected", None),
    ],
)
def test_status_follows_the_thresholds(assign, sure, relevance, status, pain):
    match = assign(utterances(("kim", "x")), [[0.9, sure, 0.05]], relevance=relevance).row(
        0, named=True
    )

    assert match["status"] == status
    assert match["pain_id"] == pain
    assert match["confidence"] == sure


def test_only_pains_of_the_speakers_persona_are_considered(assign):
    match = assign(utterances(("lou", "x")), [[0.6, 0.95, 0.9]]).row(0, named=True)

    assert match["pain_id"] == "login"
    assert match["confidence"] == pytest.approx(0.54)
    assert match["runner_up_pain_id"] is None


def test_abstaining_keeps_the_best_guess_as_runner_up(assign):
    match = assign(utterances(("kim", "x")), [[0.9, 0.1, 0.2]]).row(0, named=True)

    assert match["pain_id"] is None
    assert match["runner_up_pain_id"] == "invoice"
    assert match["runner_up_confidence"] == 0.2


@pytest.mark.parametrize("speaker", ["mia", "stranger"])
def test_speaker_without_persona_has_no_pain(assign, speaker):
    match = assign(utterances((speaker, "x")), [[0.9, 0.9, 0.9]]).row(0, named=True)

    assert match["persona_id"] is None
    assert match["pain_id"] is None
    assert match["status"] == "abstained"
    assert match["confidence"] == 0.0


def test_first_pain_id_wins_a_tie(assign):
    match = assign(utterances(("kim", "x")), [[0.0, 0.45, 0.45]]).row(0, named=True)

    assert (match["pain_id"], match["runner_up_pain_id"]) == ("export", "invoice")


@pytest.mark.parametrize(
    ("denial", "relevance", "stance"),
    [
        (0.5, 0.9, "denies"),
        (0.49, 0.9, "neutral"),
        (0.2, 0.9, "neutral"),
        (0.19, 0.9, "raises"),
        (0.9, 0.1, "neutral"),
    ],
)
def test_stance_has_a_middle(assign, denial, relevance, stance):
    match = assign(utterances(("kim", "x")), [[0, 0.6, 0]], denial=denial, relevance=relevance)

    assert match["stance"][0] == stance


def test_teams_calibration_moves_confidence(assign):
    doubtful = Calibration(intercept=-2.0, slope=1.0, decisions=200)

    match = assign(utterances(("kim", "x")), [[0, 0.6, 0]], calibration=doubtful).row(0, named=True)

    assert match["status"] == "abstained"


def test_a_calibration_that_makes_two_pains_alike_does_not_swap_them(assign):
    flat = Calibration(decisions=2000, knots=((0.4, 0.6), (0.7, 0.6)))

    match = assign(utterances(("kim", "x")), [[0.0, 0.45, 0.55]], calibration=flat)

    assert match["pain_id"][0] == "invoice"


@given(order=st.permutations(range(4)))
def test_order_of_rows_does_not_matter(order):
    import tests.matching.conftest as made

    encoder = made.WordEncoder()
    profiles = made.build_profiles(made.library.__wrapped__(), encoder)
    rows = utterances(("kim", "a"), ("lou", "b"), ("mia", "c"), ("kim", "d"))
    pains = np.array([[0.1, 0.7, 0.2], [0.6, 0.2, 0.2], [0.9, 0.9, 0.9], [0.0, 0.1, 0.4]])

    def assigned(places):
        scores = Scores(np.full(4, 0.9), pains[places], np.zeros(4), np.zeros((4, 2)))
        return assign_matches(
            rows[places],
            scores,
            PEOPLE,
            profiles=profiles,
            head=made.head.__wrapped__(),
            rules=made.rules.__wrapped__(),
            cycle="2026-10",
        )

    assert assigned(list(order)).equals(assigned([0, 1, 2, 3]))


@pytest.mark.parametrize(("relevance", "status"), [(0.9, "ambiguous"), (0.1, "rejected")])
def test_a_speaker_of_two_possible_personas_helps_neither(assign, relevance, status):
    match = assign(utterances(("ana", "x")), [[0.9, 0.9, 0.9]], relevance=relevance).row(0, named=True)  # fmt: skip

    assert (match["status"], match["persona_id"], match["pain_id"]) == (status, None, None)
    assert match["confidence"] == 0.0

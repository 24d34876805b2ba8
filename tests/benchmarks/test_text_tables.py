"""Tables of the text track count what their pages say, and scores outlive a run."""

from tests.benchmarks.loaded import benchmark

alerts, scoring, text_tables = map(benchmark, ("alerts", "scoring", "text_tables"))


def scored(scenario, seed, *, delay=None, false=0, kept=1.0):
    return text_tables.Scored(
        scenario,
        seed,
        "a system",
        alerts.Score(delay, int(delay is not None), false, false, false),
        scoring.Identity(kept, 1.0, 0, 0),
        0.5,
    )


def test_scores_are_read_as_they_were_kept_one_after_the_other(tmp_path):
    some = [scored("step", 0, delay=1), scored("none", 1, false=2)]

    for one in some:
        one.append_to(tmp_path / "kept" / "scores.jsonl")

    assert text_tables.read_scores(tmp_path / "kept" / "scores.jsonl") == some
    assert text_tables.read_scores(tmp_path / "none.jsonl") == []


def test_a_change_is_counted_where_one_was_planted_and_false_alerts_everywhere():
    some = [scored("step", 0, delay=0), scored("step", 1, delay=2), scored("step", 2), scored("none", 0, false=4)]  # fmt: skip

    found, false = text_tables.detection_table(some), text_tables.false_alert_table(some)

    assert "| step | 0.33 / 0.67 (" in found
    assert "none" not in found
    assert "| none | 6.00; 0.00 (" in false  # four in eight of twelve cycles
    assert "| all of these | 1.50; 0.75 (" in false


def test_identity_is_a_mean_with_its_error():
    some = [scored("step", seed, kept=kept) for seed, kept in enumerate((0.4, 0.6))]

    assert "| step | 0.50 ± 0.10; 1.00; 0.00 ± 0.00; 0.0 |" in text_tables.identity_table(some)

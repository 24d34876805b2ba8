"""docs/accuracy.md says what accuracy.json holds, and nothing else."""

import json

import pytest

from tests.benchmarks.loaded import benchmark

accuracy_page = benchmark("accuracy_page")


def test_the_page_is_current_with_the_figures():
    assert accuracy_page.PAGE.read_text("utf-8") == accuracy_page.page()


def test_a_figure_that_changes_changes_the_page(tmp_path, monkeypatch):
    results = json.loads(accuracy_page.RESULTS.read_text("utf-8"))
    results["years"]["figures"]["groups"]["meridian"]["methods"]["shipped matching"]["noise"] = (
        0.987
    )
    (tmp_path / "accuracy.json").write_text(json.dumps(results))
    monkeypatch.setattr(accuracy_page, "RESULTS", tmp_path / "accuracy.json")

    assert "| .987 |" in accuracy_page.page()


def test_a_part_that_was_not_measured_is_said_and_not_left_out(tmp_path, monkeypatch):
    results = json.loads(accuracy_page.RESULTS.read_text("utf-8"))
    (tmp_path / "accuracy.json").write_text(json.dumps({"years": results["years"]}))
    monkeypatch.setattr(accuracy_page, "RESULTS", tmp_path / "accuracy.json")

    assert "`cost` has not been measured" in accuracy_page.page()


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.5, ".500"), (1.0, "1.000"), (10.25, "10.250"), (12345, "12,345"), (None, ""), ([0.5, 0.25, 0.75], ".500 (.250-.750)")],
)  # fmt: skip
def test_numbers_are_shown_as_a_table_has_room_for_them(value, shown):
    assert accuracy_page._number(value) == shown


def test_every_intent_is_described_once_and_in_a_line():
    rows = [line.split("\t") for line in (accuracy_page.HERE / "clinc150.tsv").read_text("utf-8").splitlines()]  # fmt: skip

    assert rows[0] == ["intent", "description", "quote"]
    assert len({row[0] for row in rows[1:]}) == len(rows) - 1 == 150
    assert all(len(row) == 3 and all(row) for row in rows)

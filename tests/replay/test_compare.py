import polars as pl

from next_evidence.replay.compare import Outcomes, compare
from next_evidence.schemas import SHIFTS


def shift(verdict, **columns):
    row = dict.fromkeys(SHIFTS) | {
        "persona_id": "ops-lead",
        "kind": "pain_rising",
        "pain_id": "export",
        "label": "Export fails",
        "versus": "trailing",
        "q_value": 0.05,
        "verdict": verdict,
        "reasons": [f"why {verdict}"],
    }
    return row | columns


def outcomes(*shifts, state="sent"):
    frame = pl.DataFrame(shifts, schema=SHIFTS)
    return Outcomes("2026-10", {"ops-lead": state}, frame)


def test_what_surfaces_only_now_is_gained_and_only_then_is_lost():
    then = outcomes(shift("surface"), shift("watch", pain_id="import"))
    now = outcomes(shift("suppress"), shift("surface", pain_id="import"), state="sent")

    found = compare([then], [now])

    assert [(s.pain_id, s.then, s.now) for s in found.gained] == [("import", "watch", "surface")]
    assert [(s.pain_id, s.then, s.now, s.reason) for s in found.lost] == [
        ("export", "surface", "suppress", "why suppress")
    ]
    (line,) = found.lines
    assert (line.surfaced_then, line.surfaced_now, line.near_then, line.near_now) == (1, 1, 1, 0)
    assert (found.sent_then, found.sent_now) == (1, 1)


def test_one_pain_against_several_references_is_one_shift():
    then = outcomes(shift("surface", versus="document"), shift("watch"), shift("suppress", versus="last_cycle"))  # fmt: skip
    now = outcomes(shift("surface", kind="pain_faded"), shift("suppress", versus="document"))

    found = compare([then], [now])

    assert (found.gained, found.lost, found.near) == ((), (), ())
    assert found.lines[0].surfaced_then == 1


def test_a_top_pain_is_another_question_than_its_level():
    found = compare(
        [outcomes(shift("surface"))],
        [outcomes(shift("surface"), shift("surface", kind="top_pain", versus="document"))],
    )

    assert [s.kind for s in found.gained] == ["top_pain"]


def test_segments_are_no_findings_of_their_own():
    found = compare([outcomes()], [outcomes(shift("surface", segment="smb"))])

    assert found.gained == ()


def test_near_misses_are_those_of_now():
    found = compare([outcomes(shift("watch"))], [outcomes(shift("watch", pain_id="import"))])

    assert [s.pain_id for s in found.near] == ["import"]


def test_a_shift_that_is_not_stated_any_more_says_so():
    found = compare([outcomes(shift("surface"))], [outcomes(state="withheld")])

    assert found.lost[0].now is None
    assert found.lost[0].reason == "It is no comparison any more."
    assert (found.lines[0].then, found.lines[0].now) == ("sent", "withheld")


def test_language_is_known_by_its_phrase():
    rows = [shift("surface", kind="language", pain_id=None, label=text) for text in ("a", "b")]

    assert len(compare([outcomes()], [outcomes(*rows)]).gained) == 2

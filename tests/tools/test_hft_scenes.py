"""Each rule in which the two programs differ, on a recording made by hand: in our world, and in the plain one."""

import hft_ours
import hft_plain
import pytest
from hft_rules import OURS, RULES, THEIRS, Rule, rows_of
from hft_scenes import SCENES, fills


@pytest.mark.parametrize("rule", RULES)
def test_what_ours_fills_and_what_theirs_would(rule: Rule) -> None:
    scene = SCENES[rule]
    rows = rows_of(scene.tape)
    assert hft_ours.played([scene.tape], scene.job, scene.model) == fills(scene.ours)
    assert hft_plain.played(rows, scene.job, scene.model, OURS) == fills(scene.ours)
    assert hft_plain.played(rows, scene.job, scene.model, frozenset({rule})) == fills(scene.theirs)
    assert hft_plain.played(rows, scene.job, scene.model, THEIRS) == fills(scene.theirs)
    assert scene.ours != scene.theirs

from pathlib import Path

from evaluation.parts import Parts
from tests.evaluation.labelled import REFERENCE

PARTS = REFERENCE.table(Parts)


def test_the_name_alone_decides_the_part():
    assert {PARTS.of(name) for name in ("a_01", "c_9_x", "dev_02", "d_")} == {"seen"}
    assert {PARTS.of(f"e_{n:02d}") for n in range(40)} == {"validation", "test"}
    assert PARTS.of("stranger_01") is None


def test_about_four_in_ten_of_the_split_writers_are_validation():
    share = sum(PARTS.of(f"f_{n}") == "validation" for n in range(1000)) / 1000
    assert 0.35 < share < 0.45


def test_calls_of_the_golden_set_are_held_back_unless_they_may_be_read(tmp_path: Path):
    names = [f"e_{n:02d}" for n in range(20)] + ["stranger_01", "a_01"]
    for name in names:
        (tmp_path / f"{name}.yaml").touch()
    for name in names:
        assert PARTS.held_back(name, tmp_path) is (PARTS.of(name) in ("test", None))
    assert not PARTS.held_back("stranger_02", tmp_path)
    assert not PARTS.held_back("", tmp_path)


def test_every_writer_that_is_learnt_from_is_left_out_by_one_fold():
    """Of the split writers only the calls of the part validation are learnt from."""
    parts = PARTS
    assert sorted(writer for fold in parts.folds for writer in fold) == sorted({*parts.seen, *parts.split})

import json
from pathlib import Path

import pytest

from contract.platform.failures import PermanentFailure
from evaluation.expansion import expanded_scripts
from tests.evaluation.labelled import SAMPLES, seen_calls


def test_the_scripts_give_exactly_the_sample_sessions():
    samples = {path.stem: json.loads(path.read_text()) for path in SAMPLES.glob("*.json")}
    expanded = {call.document["session_id"]: call.document for call in seen_calls()}
    assert len(samples) == 60
    assert {session: expanded[session] for session in samples} == samples


def test_gold_carries_the_name_of_its_script_and_plain_json_only():
    for call in seen_calls():
        assert (call.gold["session_id"], call.gold["script"]) == (call.document["session_id"], call.script)
        assert json.loads(json.dumps(call.gold)) == call.gold


@pytest.mark.parametrize("text", ["call: {}", "[]", "a: [", ""])
def test_a_file_that_is_no_script_is_named(tmp_path: Path, text: str):
    (tmp_path / "odd.yaml").write_text(text)
    with pytest.raises(PermanentFailure, match=r"odd\.yaml"):
        expanded_scripts([tmp_path / "odd.yaml"])

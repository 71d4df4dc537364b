"""A script that cannot be used says so, and what to do."""

from pathlib import Path

import pytest

from agent.offline.script import read_script
from contract.platform.failures import ConfigurationFailure


@pytest.mark.parametrize(
    "content", [b"\xff\xfe bad", b"room: [", b"room: x", b"- a list", b"", b"room: x\ncaller: {identity: a}\nturns: [{say: ''}]"]
)
def test_a_broken_script_is_a_configuration_failure_that_names_the_file(tmp_path: Path, content: bytes):
    path = tmp_path / "broken.yml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationFailure, match=r"broken\.yml"):
        read_script(path)


def test_a_wrong_script_does_not_repeat_the_words_in_it(tmp_path: Path):
    path = tmp_path / "broken.yml"
    path.write_text("room: x\ncaller: {identity: a}\nturns: [{say: hello, repliez: my secret}]\n")
    with pytest.raises(ConfigurationFailure) as failure:
        read_script(path)
    assert "secret" not in str(failure.value)

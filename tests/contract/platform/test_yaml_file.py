"""The fast reader of YAML finds what PyYAML's own finds."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from contract.platform.settings import PROJECT_ROOT
from contract.platform.yaml_file import read_yaml


def test_it_is_the_fast_one_and_reads_every_table_of_data_alike():
    assert yaml.__with_libyaml__
    tables = sorted((PROJECT_ROOT / "data").glob("*.yml"))
    assert len(tables) > 20
    for table in tables:
        assert read_yaml(table) == yaml.safe_load(table.read_text(encoding="utf-8")), table.name


def test_it_makes_no_objects_of_tags_and_says_where_a_file_is_wrong(tmp_path: Path):
    (tmp_path / "tagged.yml").write_text("!!python/object/apply:os.getcwd []")
    with pytest.raises(yaml.constructor.ConstructorError):
        read_yaml(tmp_path / "tagged.yml")
    (tmp_path / "broken.yml").write_text("one: [1\ntwo: 2\n")
    with pytest.raises(yaml.YAMLError, match="line 2"):
        read_yaml(tmp_path / "broken.yml")

"""The link check of ``make lint`` finds what is broken, and nothing else."""

from pathlib import Path

from tests.markdown_links import anchors, broken_links, pages


def _page(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def test_every_link_of_the_project_leads_somewhere():
    assert broken_links() == []


def test_the_pages_of_the_project_are_read():
    assert {"README.md", "architecture.md", "CHANGELOG.md"} <= {page.name for page in pages()}


def test_a_missing_file_a_missing_heading_and_a_path_out_of_the_project_are_named(tmp_path: Path):
    _page(tmp_path, "README.md", "[a](docs/gone.md) [b](docs/page.md#gone) ![c](../outside.png) [d][ref]\n\n[ref]: docs/no.md\n")
    _page(tmp_path, "docs/page.md", "# Page\n")
    assert broken_links(tmp_path) == [
        "README.md: docs/gone.md (no such file)",
        "README.md: docs/page.md#gone (no such heading)",
        "README.md: ../outside.png (no such file)",
        "README.md: docs/no.md (no such file)",
    ]


def test_files_folders_headings_other_hosts_and_code_are_fine(tmp_path: Path):
    _page(tmp_path, "README.md", "[a](docs) [b](docs/page.md#the-voice_agent-its-life) [c](https://example.com/x) [d](#top)\n# Top")
    _page(tmp_path, "docs/page.md", "# The `voice_agent`: its life\n`[x](gone.md)`\n```md\n[y](gone.md)\n```\n[z](/README.md#top)")
    assert broken_links(tmp_path) == []


def test_installed_packages_and_made_files_are_not_read(tmp_path: Path):
    for folder in (".venv", "node_modules", "data/local"):
        _page(tmp_path, f"{folder}/page.md", "[a](gone.md)")
    assert broken_links(tmp_path) == []


def test_headings_of_one_name_are_counted():
    assert anchors('# One\n## One\n# Two words & more\n<a id="own"></a>') == {"one", "one-1", "two-words--more", "own"}

"""Links of the Markdown pages that lead nowhere: relative paths without a file, and anchors without a heading.

``python -m tests.markdown_links`` names them and exits with 1 when there are any. Links to other hosts are not followed.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

ROOT = Path(__file__).resolve().parents[1]
_SKIPPED = {".venv", ".git", "node_modules", "local", "target", "dbt_packages", ".pytest_cache"}
_FENCE = re.compile(r"^(`{3,}|~{3,}).*?^\1[`~]*\s*$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)")
_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|^\[[^\]^]+\]:\s*<?([^\s>]+)", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)
_NAMED = re.compile(r"<a\s+(?:id|name)=\"([^\"]+)\"")
_ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)


def pages(root: Path = ROOT) -> list[Path]:
    """Return the Markdown pages of the project, without what is installed or generated."""
    return sorted(page for page in root.rglob("*.md") if not _SKIPPED.intersection(page.relative_to(root).parts[:-1]))


def broken_links(root: Path = ROOT) -> list[str]:
    """Return ``page: target (what is missing)`` for every link that leads nowhere."""
    return [f"{page.relative_to(root)}: {target} ({lack})" for page in pages(root) for target, lack in _broken(page, root)]


def anchors(text: str) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a page, and those a page names itself."""
    prose = _FENCE.sub("", text)
    found: set[str] = set(_NAMED.findall(prose))
    seen: Counter[str] = Counter()
    for heading in _HEADING.findall(prose):
        slug = _slug(heading)
        found.add(f"{slug}-{seen[slug]}" if seen[slug] else slug)
        seen[slug] += 1
    return found


def _broken(page: Path, root: Path) -> Iterator[tuple[str, str]]:
    prose = _CODE.sub("", _FENCE.sub("", page.read_text(encoding="utf-8")))
    for inline, reference in _LINK.findall(prose):
        target = inline or reference
        lack = None if _ELSEWHERE.match(target) else _lack(page, target, root)
        if lack:
            yield target, lack


def _lack(page: Path, target: str, root: Path) -> str | None:
    path, _, anchor = unquote(target).partition("#")
    file = (root / path.lstrip("/") if path.startswith("/") else page.parent / path).resolve() if path else page
    if not file.is_relative_to(root.resolve()) or not file.exists():
        return "no such file"
    if anchor and file.suffix == ".md" and anchor not in anchors(file.read_text(encoding="utf-8")):
        return "no such heading"
    return None


def _slug(heading: str) -> str:
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", heading)
    return re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-")


def main() -> int:
    broken = broken_links()
    print("\n".join(broken) if broken else f"{len(pages())} pages: every link leads somewhere.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

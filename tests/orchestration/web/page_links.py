"""Links that a page of the service shows."""

from __future__ import annotations

import html
import re


def links_of(page: str) -> list[str]:
    """Addresses of the service in the widgets and cards of a page, without figures as JSON and CSV."""
    main = page.split('<main id="main"', 1)[1]
    found = (html.unescape(link) for link in re.findall(r'<a[^>]* href="(/[^"]*)"', main))
    return list(dict.fromkeys(link.split("#")[0] for link in found if not link.startswith("/api/")))

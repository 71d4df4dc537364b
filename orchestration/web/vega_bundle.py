"""Serve Vega, Vega-Lite and Vega-Embed as one script: the version that vl-convert draws with, so charts are alike on both sides."""

from __future__ import annotations

import gzip
from functools import cache
from importlib.metadata import version
from threading import Lock

import vl_convert
from starlette.requests import Request
from starlette.responses import Response

PATH = "/static/vega.js"
_KEPT = "private, max-age=31536000, immutable"
"""Seconds of a year: the address has the version, so what it names never changes."""
_EXPORTED = "window.vegaEmbed = vegaEmbed;"
_MAKING = Lock()


def vega_script(request: Request) -> Response:
    """Answer with the script of 0.9 MB, compressed for browsers that take it (0.3 MB)."""
    compressed = "gzip" in request.headers.get("accept-encoding", "")
    content = vega_bundle()
    headers = {"Cache-Control": _KEPT, "Vary": "Accept-Encoding", **({"Content-Encoding": "gzip"} if compressed else {})}
    return Response(content if compressed else gzip.decompress(content), media_type="text/javascript", headers=headers)


def bundle_address() -> str:
    return f"{PATH}?{version('vl-convert-python')}"


def vega_bundle() -> bytes:
    """Return the script, compressed. It is put together once, which takes two seconds of a processor."""
    with _MAKING:
        return _made()


@cache
def _made() -> bytes:
    return gzip.compress(vl_convert.javascript_bundle(_EXPORTED).encode(), mtime=0)

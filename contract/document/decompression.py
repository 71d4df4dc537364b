"""Decompress stored bytes to JSON text within a bound on memory: a gzip bomb ends as ``too_large``."""

from __future__ import annotations

import gzip
import io
import zlib

from contract.rejections import Rejected, RejectionReason

MAX_DOCUMENT_BYTES = 20 * 2**20
"""Bytes of one document after decompression (contract: ``too_large``); bounds what one document takes of memory."""
MAX_STORED_BYTES = MAX_DOCUMENT_BYTES + 2**20
"""Bytes of one stored document. Gzip adds little to what it cannot compress, so more can hold no valid document."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
"""UTF-8's, which Windows programs write in front of a text; it is no part of it, and JSON's parsers refuse it."""
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31
"""zlib's ``wbits`` for gzip: the largest window (15) plus 16, which expects a gzip header."""


def is_gzip(body: bytes) -> bool:
    """Return whether it is gzip, by the first bytes and never by a file's name."""
    return body.startswith(_GZIP_MAGIC)


def decompressed(body: bytes) -> bytes:
    """Return the document's text; raise ``Rejected`` with ``empty``, ``too_large`` or ``bad_gzip`` when there is none."""
    if len(body) > MAX_STORED_BYTES:
        raise _too_large()
    text = (_gunzipped(body) if is_gzip(body) else body).removeprefix(_BYTE_ORDER_MARK)
    if len(text) > MAX_DOCUMENT_BYTES:
        raise _too_large()
    if not text.strip():
        raise Rejected(RejectionReason.EMPTY, "there is nothing in it")
    return text


def _gunzipped(body: bytes) -> bytes:
    """Decompress one gzip member at full speed, several (an appended or blocked file) with the standard library's reader."""
    member = zlib.decompressobj(_GZIP_WINDOW)
    try:
        text = member.decompress(body, MAX_DOCUMENT_BYTES + 1)
        if member.unused_data:
            with gzip.GzipFile(fileobj=io.BytesIO(body)) as members:
                return members.read(MAX_DOCUMENT_BYTES + 1)
    except (zlib.error, OSError, EOFError) as error:
        raise Rejected(RejectionReason.BAD_GZIP, "it cannot be decompressed") from error
    if not member.eof and len(text) <= MAX_DOCUMENT_BYTES:
        raise Rejected(RejectionReason.BAD_GZIP, "it ends too early")
    return text


def _too_large() -> Rejected:
    return Rejected(RejectionReason.TOO_LARGE, f"more than {MAX_DOCUMENT_BYTES} bytes after decompression")

"""From stored bytes to JSON text, never holding more than one document may weigh: a gzip bomb ends as ``too_large``."""

from __future__ import annotations

import gzip
import io
import zlib

from contract.rejections import Rejected, RejectionReason

MAX_DOCUMENT_BYTES = 20 * 2**20
MAX_STORED_BYTES = MAX_DOCUMENT_BYTES + 2**20

_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31


def is_gzip(body: bytes) -> bool:
    """Decided by the first bytes, never by a file's name."""
    return body.startswith(_GZIP_MAGIC)


def decompressed(body: bytes) -> bytes:
    """The document's text; ``empty``, ``too_large`` or ``bad_gzip`` when there is none that can be used."""
    if len(body) > MAX_STORED_BYTES:
        raise _too_large()
    text = _gunzipped(body) if is_gzip(body) else body
    if len(text) > MAX_DOCUMENT_BYTES:
        raise _too_large()
    if not text.strip():
        raise Rejected(RejectionReason.EMPTY, "there is nothing in it")
    return text


def _gunzipped(body: bytes) -> bytes:
    """One member at full speed; several (a file appended to, or packed in blocks) through the standard library's reader."""
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

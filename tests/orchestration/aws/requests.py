"""Record requests to a server of moto, and say which IAM action each of them needs and on what.

Source: the S3 API reference ("Required permissions for Amazon S3 API operations"), the SQS API permissions reference, and the
service authorization reference of CloudWatch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, unquote

_CLOUDWATCH = "GraniteServiceVersion20100801"
"""CloudWatch's name in its JSON protocol."""

Wsgi = Callable[[dict[str, Any], Any], Iterable[bytes]]


@dataclass(frozen=True)
class RecordedRequest:
    """``parameters`` are names in the query string; ``target`` is the header by which a JSON protocol names the action.

    ``missing`` says that the answer was 404.
    """

    method: str
    path: str
    parameters: frozenset[str]
    copy_source: str
    target: str
    body: bytes
    missing: bool


def recording(app: Wsgi, made: list[RecordedRequest]) -> Wsgi:
    """Wrap the server's application; the request is passed on unchanged."""

    def recorded(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        target, body = environ.get("HTTP_X_AMZ_TARGET", ""), b""
        query = frozenset(parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        if target or "delete" in query:  # only these bodies are needed, and they are small
            body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            environ["wsgi.input"] = BytesIO(body)
        copied = unquote(environ.get("HTTP_X_AMZ_COPY_SOURCE", ""))
        path = environ.get("PATH_INFO", "").encode("latin-1").decode()

        def answered(status: str, *more: Any) -> Any:
            request = RecordedRequest(environ["REQUEST_METHOD"], path, query, copied, target, body, status.startswith("404"))
            made.append(request)
            return start_response(status, *more)

        return app(environ, answered)

    return recorded


def needed(request: RecordedRequest) -> Iterator[tuple[str, str]]:
    """Yield action and resource; an operation that is not known here raises, so that a new one is looked up."""
    if request.target:
        service, _, action = request.target.partition(".")
        if service == _CLOUDWATCH:
            yield f"cloudwatch:{action}", "*"  # a service without resources
            return
        assert service == "AmazonSQS", request.target
        yield f"sqs:{action.removesuffix('Batch')}", json.loads(request.body)["QueueUrl"].rsplit("/", 1)[-1]
        return
    bucket, _, key = request.path.strip("/").partition("/")
    resource = f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"
    match (request.method, bool(key)):
        case ("GET", False) if "uploads" in request.parameters:
            yield "s3:ListBucketMultipartUploads", resource
        case ("GET", False) if not request.parameters or request.parameters & {"list-type", "prefix"}:
            yield "s3:ListBucket", resource
        case ("HEAD", False):
            yield "s3:ListBucket", resource
        case ("GET" | "HEAD", True):
            yield "s3:GetObject", resource
            if request.missing:  # without it the answer would be 403 (GetObject, "Permissions")
                yield "s3:ListBucket", f"arn:aws:s3:::{bucket}"
        case ("PUT" | "POST", True):
            yield "s3:PutObject", resource
            if request.copy_source:
                yield "s3:GetObject", f"arn:aws:s3:::{request.copy_source.lstrip('/')}"
        case ("DELETE", True):
            yield "s3:AbortMultipartUpload" if "uploadId" in request.parameters else "s3:DeleteObject", resource
        case ("POST", False) if "delete" in request.parameters:
            for name in re.findall(r"<Key>([^<]*)</Key>", request.body.decode()):
                yield "s3:DeleteObject", f"{resource}/{unescape(name)}"
        case _:
            raise AssertionError(f"no action is known for {request.method} {request.path} {sorted(request.parameters)}")

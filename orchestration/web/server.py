"""Run the application with uvicorn in one process, until it is told to stop."""

from __future__ import annotations

import logging
import socket
from urllib.parse import urlencode

import uvicorn
from starlette.types import ASGIApp

from contract.platform.failures import ConfigurationFailure
from orchestration.web.service import WebService
from orchestration.web.settings import WebSettings

_GRACE_SECONDS = 10  # for requests under way when the service is told to stop; pages take far less


def open_socket(settings: WebSettings) -> socket.socket:
    """Listen on the address of the settings; ``ConfigurationFailure`` when it is taken, unknown, or not this machine's."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise ConfigurationFailure(
            f"Nothing can listen on port {settings.port} of VOICE_WEB_HOST: {error.strerror}.",
            "Set VOICE_WEB_PORT to a free port and VOICE_WEB_HOST to an address of this machine.",
        ) from None


def address_of(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(app: ASGIApp, listening: socket.socket) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are finished."""
    config = uvicorn.Config(
        app,
        access_log=False,  # ours leaves out paths and queries
        proxy_headers=False,  # identity depends on who really connected
        server_header=False,
        timeout_graceful_shutdown=_GRACE_SECONDS,
        lifespan="off",
        log_config=None,
    )
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    logging.getLogger("voice").setLevel(logging.INFO)
    uvicorn.Server(config).run(sockets=[listening])


def sign_in_link(service: WebService, address: str) -> str:
    """Return the link with which the operator signs in from a browser on this machine."""
    return f"{address}/sign-in?{urlencode({'token': service.signer.sign_in_token()})}"

"""Run ``voice serve``: pages of calls, health, measures, webhooks and unsubscription over HTTP."""

from __future__ import annotations

import logging

from contract.platform.settings import load_settings
from orchestration.cli.output import CONSOLE


def serve() -> None:
    """Serve pages of calls, /healthz, /metrics, webhooks and unsubscription until Ctrl-C; on loopback unless told otherwise."""
    from orchestration.resources import Platform
    from orchestration.web import server
    from orchestration.web.application import application
    from orchestration.web.default_views import DefaultViews
    from orchestration.web.service import make_service
    from orchestration.web.settings import load_web_settings

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s")
    service = make_service(Platform(load_settings()), load_web_settings())
    with server.open_socket(service.settings) as listening:
        address = server.address_of(listening)
        CONSOLE.print(f"Serving at {address}. Ctrl-C stops.", markup=False, soft_wrap=True)
        if service.settings.local_sign_in:
            link = server.sign_in_link(service, address)
            CONSOLE.print(f"Sign in within 15 minutes: {link}", markup=False, soft_wrap=True)
        views = DefaultViews(service)
        views.start()
        try:
            server.serve(application(service), listening)
        finally:
            views.stop()

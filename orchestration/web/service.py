"""Hold what every page needs: the platform, the settings, the roles and the signer; one for each application."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.requests import Request

from contract.platform.times import real_time
from orchestration.dashboards.reading import WidgetRows
from orchestration.dashboards.view import WidgetView
from orchestration.resources import Platform
from orchestration.web.oidc import Provider, provider_of
from orchestration.web.roles import RoleTable, read_roles
from orchestration.web.settings import WebSettings
from orchestration.web.signing import Signer, web_secret
from orchestration.web.view_cache import ViewCache


@dataclass(frozen=True)
class WebService:
    """``real_time`` dates signatures and views, also when ``VOICE_NOW`` pins the platform's clock. ``rows``, ``views``,
    ``choices`` and ``questions`` keep what was read of the published version for widgets, how they are shown, the lists of their
    filters, and what callers asked by meaning.
    """

    platform: Platform
    settings: WebSettings
    roles: RoleTable
    signer: Signer
    real_time: Callable[[], datetime]
    provider: Provider | None = None
    rows: ViewCache[WidgetRows] = field(default_factory=ViewCache)
    views: ViewCache[WidgetView] = field(default_factory=ViewCache)
    choices: ViewCache[dict[str, list[str]]] = field(default_factory=ViewCache)
    questions: ViewCache[list[Any]] = field(default_factory=ViewCache)

    @property
    def is_https(self) -> bool:
        """Whether browsers reach the pages over TLS, by the address that links lead to."""
        return self.platform.settings.base_url.startswith("https://")


def make_service(platform: Platform, settings: WebSettings, clock: Callable[[], datetime] = real_time) -> WebService:
    """Read roles and secret; raises ``ConfigurationFailure`` when the file of roles or the sign-in cannot be used."""
    configured = settings.secret_key.get_secret_value() if settings.secret_key else None
    signer = Signer(web_secret(platform.settings, configured))
    provider = provider_of(settings, platform.settings.base_url, signer)
    return WebService(platform, settings, read_roles(settings.roles), signer, clock, provider)


def service_of(request: Request) -> WebService:
    return request.app.state.service

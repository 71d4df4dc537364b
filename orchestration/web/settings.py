"""Define the settings of the web service, read from the environment under the prefix ``VOICE_WEB_``."""

from __future__ import annotations

from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import PROJECT_ROOT, settings_or_failure


class WebSettings(BaseSettings):
    """The defaults serve one person on this machine, who signs in with a link that the command prints."""

    model_config = SettingsConfigDict(env_prefix="VOICE_WEB_", extra="ignore", frozen=True)

    host: str = Field(
        default="127.0.0.1",
        description="Address to listen on. Any but loopback needs VOICE_WEB_IDENTITY_HEADER or VOICE_WEB_OIDC_ISSUER.",
    )
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    secret_key: SecretStr | None = Field(
        default=None, description="Secret that signs cookies and links. Default: made once in $VOICE_HOME/web.key."
    )
    identity_header: str = Field(
        default="",
        description="Header in which a reverse proxy names the signed-in person by e-mail address, such as X-Forwarded-Email."
        " Without it and VOICE_WEB_OIDC_ISSUER one signs in with the link that 'voice serve' prints.",
    )
    groups_header: str = Field(
        default="", description="Header in which the proxy names the person's groups, separated by commas. Empty: none are read."
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses or networks of the reverse proxies whose identity header counts, separated by commas.",
    )
    oidc_issuer: str = Field(
        default="",
        description="Issuer of an OpenID Connect provider that signs people in, as it writes itself: https://… Empty: none does.",
    )
    oidc_client_id: str = Field(default="", description="Client id of this service at the provider.")
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="Client secret there; unset for a public client, which proves itself by PKCE alone."
    )
    oidc_scopes: str = Field(
        default="openid email profile", pattern=r"^(.* )?openid( .*)?$", description="Scopes to ask for, separated by spaces."
    )
    oidc_name_claim: str = Field(
        default="email",
        description="Claim that names the person by an address. The claim email counts only with email_verified.",
    )
    oidc_groups_claim: str = Field(default="groups", description="Claim that lists the person's groups.")
    roles: Path = Field(
        default=PROJECT_ROOT / "data" / "roles.yml", description="File that gives addresses and groups their roles."
    )
    content_board: str = Field(
        default="",
        pattern=r"^(https?://.*)?$",
        description="Address of the board where missing articles are asked for, to which the widget of content gaps leads.",
    )
    session_hours: int = Field(default=12, ge=1, le=168, description="How long a sign-in by link or by OpenID Connect lasts.")
    pagerduty_signing_secret: SecretStr | None = Field(
        default=None, description="Secret of the PagerDuty webhook subscription. Without it /hooks/pagerduty takes nothing."
    )
    slack_signing_secret: SecretStr | None = Field(
        default=None, description="Signing secret of the Slack app. Without it /hooks/slack takes nothing."
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, text: str) -> str:
        for part in _parts(text):
            try:
                ip_network(part)
            except ValueError:
                raise ValueError("holds something that is no IP address or network such as 10.0.0.0/8") from None
        return text

    @cached_property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        return tuple(ip_network(part) for part in _parts(self.trusted_proxies))

    @property
    def local_sign_in(self) -> bool:
        """Whether one signs in with the command's own link, because neither a proxy nor a provider does it."""
        return not self.identity_header and not self.oidc_issuer

    @property
    def on_loopback(self) -> bool:
        return self.host == "localhost" or _is_loopback(self.host)


def load_web_settings() -> WebSettings:
    """Read the settings; what would open the service to strangers raises ``ConfigurationFailure``."""
    settings = settings_or_failure(WebSettings)
    if settings.local_sign_in and not settings.on_loopback:
        raise ConfigurationFailure(
            "VOICE_WEB_HOST is not loopback, and nobody signs people in.",
            "Set VOICE_WEB_OIDC_ISSUER, or put a reverse proxy with sign-in before it and set VOICE_WEB_IDENTITY_HEADER and"
            " VOICE_WEB_TRUSTED_PROXIES.",
        )
    if settings.identity_header and not settings.proxies:
        raise ConfigurationFailure(
            "VOICE_WEB_IDENTITY_HEADER is set without VOICE_WEB_TRUSTED_PROXIES: anybody could name themselves.",
            "Set VOICE_WEB_TRUSTED_PROXIES to the address of the proxy.",
        )
    if settings.oidc_issuer:
        _require_usable_provider(settings)
    return settings


def _require_usable_provider(settings: WebSettings) -> None:
    if settings.identity_header:
        raise ConfigurationFailure(
            "VOICE_WEB_OIDC_ISSUER and VOICE_WEB_IDENTITY_HEADER are both set.", "Unset one: people sign in in one way."
        )
    if not settings.oidc_client_id:
        raise ConfigurationFailure("VOICE_WEB_OIDC_ISSUER is set without VOICE_WEB_OIDC_CLIENT_ID.", "Set the client id.")
    if not is_private(settings.oidc_issuer):
        raise ConfigurationFailure("VOICE_WEB_OIDC_ISSUER is no https:// address.", "Correct VOICE_WEB_OIDC_ISSUER.")


def is_private(address: str) -> bool:
    """Return whether what is sent to an address stays private: it is encrypted, or does not leave the machine."""
    parsed = urlsplit(address)
    host = parsed.hostname or ""
    return bool(host) and (parsed.scheme == "https" or (parsed.scheme == "http" and (host == "localhost" or _is_loopback(host))))


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

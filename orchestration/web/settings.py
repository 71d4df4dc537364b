"""Define the settings of the web service, read from the environment under the prefix ``VOICE_WEB_``."""

from __future__ import annotations

from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from contract.platform.failures import ConfigurationFailure
from contract.platform.settings import PROJECT_ROOT, settings_or_failure


class WebSettings(BaseSettings):
    """The defaults serve one person on this machine, who signs in with a link that the command prints."""

    model_config = SettingsConfigDict(env_prefix="VOICE_WEB_", extra="ignore", frozen=True)

    host: str = Field(default="127.0.0.1", description="Address to listen on. Any but loopback needs VOICE_WEB_IDENTITY_HEADER.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 takes any free one.")
    secret_key: SecretStr | None = Field(
        default=None, description="Secret that signs cookies and links. Default: made once in $VOICE_HOME/web.key."
    )
    identity_header: str = Field(
        default="",
        description="Header in which a reverse proxy names the signed-in person by e-mail address, such as X-Forwarded-Email."
        " Empty: one signs in with the link that 'voice serve' prints.",
    )
    groups_header: str = Field(
        default="", description="Header in which the proxy names the person's groups, separated by commas. Empty: none are read."
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses or networks of the reverse proxies whose identity header counts, separated by commas.",
    )
    roles: Path = Field(
        default=PROJECT_ROOT / "data" / "roles.yml", description="File that gives addresses and groups their roles."
    )
    content_board: str = Field(
        default="",
        pattern=r"^(https?://.*)?$",
        description="Address of the board where missing articles are asked for, to which the widget of content gaps leads.",
    )
    session_hours: int = Field(default=12, ge=1, le=168, description="How long a sign-in by link lasts.")
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
        """Whether one signs in with the command's own link, because no proxy does it."""
        return not self.identity_header

    @property
    def on_loopback(self) -> bool:
        return self.host == "localhost" or _is_loopback(self.host)


def load_web_settings() -> WebSettings:
    """Read the settings; what would open the service to strangers raises ``ConfigurationFailure``."""
    settings = settings_or_failure(WebSettings)
    if settings.local_sign_in and not settings.on_loopback:
        raise ConfigurationFailure(
            "VOICE_WEB_HOST is not loopback, and nobody signs people in.",
            "Put a reverse proxy with sign-in before it and set VOICE_WEB_IDENTITY_HEADER and VOICE_WEB_TRUSTED_PROXIES.",
        )
    if settings.identity_header and not settings.proxies:
        raise ConfigurationFailure(
            "VOICE_WEB_IDENTITY_HEADER is set without VOICE_WEB_TRUSTED_PROXIES: anybody could name themselves.",
            "Set VOICE_WEB_TRUSTED_PROXIES to the address of the proxy.",
        )
    return settings


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

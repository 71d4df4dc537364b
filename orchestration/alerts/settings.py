"""Define the settings of alerts, with the prefix ``VOICE_ALERTS_``."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from contract.platform.settings import VendorSettings


class AlertSettings(VendorSettings):
    """What the evaluation of alert rules asks outside the platform. Nothing has to be set."""

    model_config = SettingsConfigDict(env_prefix="VOICE_ALERTS_", extra="ignore", frozen=True)

    worker_urls: str = Field(
        default="",
        description="Health checks of the agent's workers, such as http://127.0.0.1:8081/, several separated by commas."
        " Agent Down asks them; without any it looks at calls alone.",
    )

    ping_url: SecretStr | None = Field(
        default=None,
        description="Address that is asked for after each evaluation of the rules, every two minutes, such as a check of"
        " healthchecks.io: it tells somebody when the daemon is dead.",
    )

    @property
    def workers(self) -> tuple[str, ...]:
        return tuple(filter(None, (url.strip() for url in self.worker_urls.split(","))))

    @property
    def missing(self) -> str | None:
        return None

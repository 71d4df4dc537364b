"""Define the settings of Metabase, with the prefix ``VOICE_METABASE_``."""

from __future__ import annotations

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from contract.platform.settings import VendorSettings

_LOGIN = "PostgreSQL of VOICE_SERVING_URL as Metabase reaches it, with a login that has the role {}. Unset: nothing is made for it."


class MetabaseSettings(VendorSettings):
    """Address and key of a Metabase, and the PostgreSQL that it reads with a login of each role."""

    model_config = SettingsConfigDict(env_prefix="VOICE_METABASE_", extra="ignore", frozen=True)

    url: str = Field(
        default="", pattern=r"^(https?://.+)?$", description="Address of Metabase, such as https://metabase.example.com."
    )
    api_key: SecretStr | None = Field(default=None, description="API key of Metabase's group Administrators.")
    viewer_url: SecretStr | None = Field(default=None, description=_LOGIN.format("viewer"))
    reporting_url: SecretStr | None = Field(default=None, description=_LOGIN.format("reporting"))
    analyst_url: SecretStr | None = Field(default=None, description=_LOGIN.format("analyst"))

    @property
    def missing(self) -> str | None:
        if not self.url:
            return "VOICE_METABASE_URL"
        if self.api_key is None:
            return "VOICE_METABASE_API_KEY"
        return None if self.connections else "VOICE_METABASE_VIEWER_URL"

    @property
    def connections(self) -> dict[str, SecretStr]:
        """Return the addresses that are set, by the role of PostgreSQL that their login has."""
        found = {"viewer": self.viewer_url, "reporting": self.reporting_url, "analyst": self.analyst_url}
        return {role: url for role, url in found.items() if url is not None}

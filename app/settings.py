"""Every setting, from the environment (``TANDEM_…``); each default is safe in production and fit to be public."""

from datetime import datetime
from ipaddress import ip_address
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

DEMO_KEY: Final = "VGFuZGVtLWRlbW8ta2V5LWZvci1pbnZlbnRlZC1kYXQ="
"""The key of the demo alone, where all data are invented: it protects nothing."""


class Settings(BaseSettings):
    """The settings, read once at start by ``main`` and ``cli`` and handed down."""

    model_config = SettingsConfigDict(env_prefix="TANDEM_", frozen=True, extra="ignore")

    database_url: str = Field(
        "sqlite:///var/tandem.db", description="SQLite file or `postgresql://user:password@host/name`."
    )
    base_url: str = Field(
        "http://127.0.0.1:8000", description="Address under which people reach Tandem; used in mails and feeds."
    )
    demo: bool = Field(False, description="Demo data, sign-in with one click. Refuses to start under a public address.")
    fixed_now: datetime | None = Field(
        None, description="A moment at which the clock stands still (demo and tests only)."
    )
    smtp_host: str = Field("", description="Mail server. Empty: mails wait in the outbox and staff read them.")
    smtp_port: int = Field(587, description="Port of the mail server.")
    smtp_user: str = Field("", description="User name at the mail server, if it asks for one.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password at the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the connection is protected."
    )
    mail_from: str = Field("Tandem <tandem@localhost>", description="Sender of every mail.")
    send_mail_in_serve: bool = Field(
        True, description="Send waiting mails from the web process too; off when `tandem worker` runs."
    )
    jobs_in_serve: bool = Field(
        True, description="Run the regular jobs from the web process too; each runs once per period all the same."
    )
    data_key: SecretStr = Field(
        SecretStr(""),
        description="Key with which identity data of travellers are sealed (`tandem key` makes one). "
        "Empty: such data are not taken. Several, separated by spaces: the first seals, all open.",
    )
    threads: int = Field(4, ge=1, le=40, description="Threads per web process; few are fastest.")
    body_limit_bytes: int = Field(
        1_000_000, ge=10_000, description="Largest request that is read, in bytes; pages that take files read more."
    )
    trusted_proxies: str = Field(
        "127.0.0.1", description="Addresses of reverse proxies whose `X-Forwarded-*` headers count."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level that is logged.")

    @model_validator(mode="after")
    def _demo_stays_at_home(self) -> Self:
        if self.demo and not is_local(urlsplit(self.base_url).hostname or ""):
            msg = "demo mode lets everybody sign in as anybody: it starts only under a local address (TANDEM_BASE_URL)"
            raise ValueError(msg)
        if self.fixed_now is not None and not self.demo:
            msg = "the clock stands still in demo mode only (TANDEM_FIXED_NOW)"
            raise ValueError(msg)
        return self

    @property
    def sealing_keys(self) -> tuple[str, ...]:
        """The keys for identity data, the one that seals first; none: such data are not taken."""
        keys = tuple(self.data_key.get_secret_value().split())
        return keys or ((DEMO_KEY,) if self.demo else ())

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies travel over HTTPS only."""
        return self.base_url.startswith("https://")


def is_local(host: str) -> bool:
    """Tell whether a host name or address means this very machine."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False

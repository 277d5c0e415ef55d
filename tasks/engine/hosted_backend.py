"""Options and base of the backends whose model a server runs, behind OpenAI's protocols. What is asked leaves the machine.

The key comes from the environment and stands nowhere else.
"""

from typing import Any, Self

from pydantic import Field, model_validator

from tasks.engine.base import Backend, Device, Options
from tasks.engine.hosted import host_of, key_problems, open_client, read_key, require_no_secret

TRUST_ENVIRONMENT: bool = Field(
    False, description="use the proxy (HTTPS_PROXY, ...) and the certificates (SSL_CERT_FILE) that the environment names"
)


class HostedOptions(Options):
    """Which server. Subclasses add `timeout_s`, `attempts`, `concurrency` and `trust_environment`."""

    base_url: str = Field("https://api.openai.com/v1", description="the server's address up to `/v1`, without any key")
    model: str = Field(min_length=1, description="as the server names it")
    api_key_env: str | None = Field(
        "OPENAI_API_KEY", description="the environment variable that holds the key; null for a server that wants none"
    )

    @model_validator(mode="after")
    def _holds_no_secret(self) -> Self:
        """Checked here and not field by field, so that no message repeats what may be a key."""
        require_no_secret(self.base_url, self.api_key_env)
        return self


class HostedBackend(Backend):
    """A backend that asks a server. Its `Options` are `HostedOptions`."""

    def __init__(self, options: Any, device: Device) -> None:
        super().__init__(options, device)
        self._key = read_key(options.api_key_env, self.stage)
        self.client = open_client(options, self._key)

    @classmethod
    def revision(cls, options: Any) -> str:
        return f"hosted at {host_of(options.base_url)}"

    @classmethod
    def problems(cls, options: Any) -> tuple[str, ...]:
        return key_problems(options.api_key_env, cls.stage)

    @property
    def requests(self) -> int:
        """Requests sent, repeated ones included."""
        return self.client.requests

    @property
    def where(self) -> str:
        """What messages call the server."""
        return f"{self.name} at {host_of(self.options.base_url)}"

    def close(self) -> None:
        self.client.close()

"""The environment of a function, read when it is first needed and never at import."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from billing.core.errors import NotConfigured


@dataclass(frozen=True, slots=True)
class Settings:
    """What `template.yaml` passes in. A setting that the function does not get is empty, and raises NotConfigured when
    used."""

    variables: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        """Raises NotConfigured when the variable is unset or empty: nothing has a silent default here."""
        if not (value := self.variables.get(name, "")):
            raise NotConfigured(f"The setting {name} is missing.")
        return value

    def optional(self, name: str) -> str:
        """The variable, or empty text."""
        return self.variables.get(name, "")

    @property
    def app_url(self) -> str:
        """Where the team's application is, without a slash at its end. Raises NotConfigured."""
        return self["APP_URL"].rstrip("/")

    def names(self, name: str) -> frozenset[str]:
        """A comma-separated setting; unset means none."""
        return frozenset(part.strip() for part in self.optional(name).split(",") if part.strip())


@cache
def settings() -> Settings:
    """This function's settings."""
    return Settings(dict(os.environ))

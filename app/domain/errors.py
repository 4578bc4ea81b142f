"""The root of every anticipated refusal."""

from typing import ClassVar


class DomainError(Exception):
    """A refusal that a person can understand: a code and its parameters, put in words by ``language.messages``."""

    code: ClassVar[str] = "refused"

    def __init__(self, **params: object) -> None:
        super().__init__(self.code, params)
        self.params = params

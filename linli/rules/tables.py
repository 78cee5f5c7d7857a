"""What all tables of a rules file share: no key that we do not know, no guess at types, mistakes that name key and value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Final, NoReturn, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from producers.files.mapping import iana

Code = Annotated[str, Field(pattern=r"^\S(.*\S)?$")]
"""A code of a code list, as the events carry it."""
Id = Annotated[str, Field(pattern=r"^[^\s:]+$")]
"""What tells a rule from the others of its source."""
Zone = Annotated[str, AfterValidator(iana)]
EPOCH: Final = date(1970, 1, 1)


class Table(BaseModel):
    """A table of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Rule(Table):
    """A rule: each becomes one event of the type `event`, whose fields have the names of the keys."""

    event: ClassVar[str]
    prefix: ClassVar[str]

    id: Id | None = None
    authority: str | None = None
    notice: str | None = None

    @property
    def key(self) -> str:
        """What tells the rule from all others of its source; its id is `<source>:<key>`."""
        return f"{self.prefix}/{self.id or self.natural_key()}"

    def natural_key(self) -> str:
        """The key of a rule that has no `id` of its own."""
        raise NotImplementedError

    def values(self) -> dict[str, Any]:
        """The event's fields, dates as days from 1970-01-01; what is null is left out."""
        return stated(self.model_dump(exclude={"id"}))


class Dated(Rule):
    """A rule that holds from a local day on, up to another one (exclusive)."""

    valid_from: date
    valid_to: date | None = None

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if self.valid_to is not None and self.valid_to <= self.valid_from:
            mistake("valid_to", self.valid_to, f"a day after valid_from ({self.valid_from})")
        return self


class Identified(Dated):
    """A rule that only its `id` tells from others."""

    id: Id

    def natural_key(self) -> str:
        return self.id


class Local(Identified):
    """A rule that may hold for a place and all below it in a hierarchy."""

    place_id: str | None = None
    hierarchy: str | None = None


def mistake(key: str, value: object, expected: str) -> NoReturn:
    """A key's value that does not fit the others."""
    raise PydanticCustomError("rule", "{expected}", {"key": key, "value": str(value), "expected": expected})


def stated(values: dict[str, Any]) -> dict[str, Any]:
    """Values as an event takes them: dates as days, no nulls."""
    return {name: _plain(value) for name, value in values.items() if value is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return (value - EPOCH).days
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return stated(value) if isinstance(value, dict) else value


def _number(value: Any) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise ValueError("a number such as 30 or 0.9")
    return Decimal(value)


Number = Annotated[Decimal, BeforeValidator(_number)]
"""A number with all its decimals; TOML's own would be rounded to binary."""

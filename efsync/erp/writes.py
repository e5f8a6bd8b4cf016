"""What a statement that changes the ERP consists of: its shape, which many may share, and its values."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from sqlalchemy import Executable


class Step(IntEnum):
    """What a statement does, in the order in which those of one account have to be run."""

    USER = 1
    PROPERTY = 2
    EMPTIED = 3
    NEW = 4


@dataclass(frozen=True, slots=True)
class Shape:
    """What statements have in common that differ in their values only.

    `columns` are those that get a value, `nulls` tells for each part of the row's key whether it is NULL.
    """

    step: Step
    columns: tuple[str, ...] = ()
    nulls: tuple[bool, ...] = ()

    @property
    def reaches_one(self) -> bool:
        """Whether each such statement has to find exactly one row to change."""
        return self.step in (Step.USER, Step.PROPERTY)


@dataclass(frozen=True, slots=True)
class Write:
    """One statement that changes the ERP, in two parts; or whole, with its values in it."""

    shape: Shape
    values: Mapping[str, Any]
    _build: Callable[[Shape, Mapping[str, Any]], Executable] = field(repr=False, compare=False)

    @property
    def statement(self) -> Executable:
        """The whole."""
        return self._build(self.shape, self.values)

    @property
    def reaches_one(self) -> bool:
        """Whether it has to find exactly one row to change."""
        return self.shape.reaches_one

"""What differs between two documents of a programme, by keys, in both languages. No Django."""

from coaching.programmes.difference.compare import compare
from coaching.programmes.difference.model import (
    Difference,
    FieldChange,
    ModuleDifference,
    PartDifference,
    StepDifference,
)
from coaching.programmes.difference.words import Piece, pieces

__all__ = [
    "Difference",
    "FieldChange",
    "ModuleDifference",
    "PartDifference",
    "Piece",
    "StepDifference",
    "compare",
    "pieces",
]

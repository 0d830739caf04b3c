"""The labels of the sample."""

from typing import Final, Literal, TypeAlias, TypeGuard

from typedprom import ClosedLabel, OpenLabel, PatternLabel

JobsErrorType: TypeAlias = Literal["timeout", "dns"]
JOBS_ERROR_TYPE_VALUES: Final[tuple[JobsErrorType, ...]] = ("timeout", "dns")


def is_jobs_error_type(value: str) -> TypeGuard[JobsErrorType]:
    """Whether `value` is an error type."""
    return value in JOBS_ERROR_TYPE_VALUES


JobsSeverity: TypeAlias = Literal["info", "error", "critical"]
JOBS_SEVERITY_VALUES: Final[tuple[JobsSeverity, ...]] = ("info", "error", "critical")

SOURCE_ID: Final = OpenLabel("source_id", help="Source.", budget=3)
CITY: Final = PatternLabel("city", help="City.", pattern="[a-z_]+", budget=2)
JOBS_ERROR_TYPE: Final = ClosedLabel("error_type", help="Error.", values=JOBS_ERROR_TYPE_VALUES)
JOBS_SEVERITY: Final = ClosedLabel("severity", help="Severity.", values=JOBS_SEVERITY_VALUES)

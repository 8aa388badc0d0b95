"""What one row of a sensitivity study compares."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Contrast:
    """A lever's scenario and its partner: the same company, the lever at neutral (names of arms)."""

    lever: str
    arm: str
    partner: str
    value: str
    neutral: str
    requires: str

    @property
    def words(self) -> str:
        """Return what is compared, in words."""
        company = f" in the company of {self.requires}" if self.requires else ""
        return f"{self.lever} at {self.value} instead of {self.neutral}{company}."

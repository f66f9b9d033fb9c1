"""The result of one of the checks that `tinkhoi doctor` makes."""

from __future__ import annotations

from dataclasses import dataclass

from flows.outcome.exit_codes import ExitCode


@dataclass(frozen=True)
class Check:
    """The result of one check. A bad result carries the exit code of its kind."""

    about: str
    detail: str
    exit_code: ExitCode = ExitCode.OK

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return self.exit_code is ExitCode.OK

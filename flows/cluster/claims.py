"""Who owns the hosts of a shard: one object that its owner renews, and that nobody takes while it is renewed.

The machines need no common clock. The owner stops asking when it could not renew for four fifths of the claim's
seconds, by its own clock. Whoever would take the claim over has seen it unchanged for all of those seconds and a
pause beside, by a clock of its own.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flows.cluster.objects import Objects, Version

SECONDS = 300.0
"""How long a claim stands that is not renewed."""


class ClaimLostError(Exception):
    """Somebody else holds the claim, or it could not be renewed in time: the hosts are no longer ours to ask."""


@dataclass(frozen=True)
class ClaimState:
    """What stands in a claim."""

    owner: str
    count: int = 0  # how often it was renewed
    seconds: float = SECONDS
    over: bool = False  # whether its owner, or the leader, has ended it
    progress: Mapping[str, Any] = field(default_factory=dict)  # the last progress of the crawl

    def to_json(self) -> bytes:
        """The state as the content of an object. No two states that an owner writes are equal."""
        return json.dumps(self.__dict__, ensure_ascii=False, sort_keys=True).encode()

    @classmethod
    def from_json(cls, content: bytes) -> ClaimState:
        """The state that :meth:`to_json` wrote. Raises ValueError for any other content."""
        try:
            return cls(**json.loads(content))
        except TypeError as error:
            raise ValueError(f"not a claim: {error}") from error


class Claim:
    """A claim as its owner sees it."""

    def __init__(
        self,
        objects: Objects,
        key: str,
        owner: str,
        *,
        seconds: float = SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.objects = objects
        self.key = key
        self.state = ClaimState(owner, seconds=seconds)
        self._clock = clock
        self._version: Version | None = None
        self._renewed = 0.0  # when the last write that went through was begun

    def take(self) -> None:
        """Takes the claim that nobody has. Raises ClaimLostError if somebody has, or had it; StorageError."""
        begun = self._clock()
        version = self.objects.create(self.key, self.state.to_json())
        if version is None:
            raise ClaimLostError(f"{self.key} has an owner")
        self._version, self._renewed = version, begun

    def renew(self, progress: Mapping[str, Any]) -> None:
        """Renews the claim. Raises ClaimLostError if it is somebody else's; StorageError if it cannot be said."""
        self._write(over=False, progress=progress)

    def release(self) -> None:
        """Ends the claim, so that nobody waits for it. Raises as :meth:`renew`."""
        self._write(over=True, progress=self.state.progress)

    def check(self) -> None:
        """Raises ClaimLostError if the claim was not renewed for so long that it may be somebody else's soon."""
        silent = self._clock() - self._renewed
        if silent > 0.8 * self.state.seconds:
            raise ClaimLostError(f"{self.key} could not be renewed for {silent:.0f} s")

    def _write(self, *, over: bool, progress: Mapping[str, Any]) -> None:
        assert self._version is not None, "take it first"  # noqa: S101
        begun = self._clock()
        state = ClaimState(self.state.owner, self.state.count + 1, self.state.seconds, over, dict(progress))
        version = self.objects.replace(self.key, state.to_json(), self._version)
        if version is None:
            raise ClaimLostError(f"{self.key} was ended by somebody else")
        self.state, self._version, self._renewed = state, version, begun


class ClaimWatch:
    """A claim as the leader sees it: how long it has been silent, and whether its hosts are free."""

    def __init__(
        self, objects: Objects, key: str, *, pause: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.objects = objects
        self.key = key
        self.state: ClaimState | None = None  # None: nobody has claimed it
        self._pause = pause  # seconds beyond the claim's own: the longest delay of a host
        self._clock = clock
        self._version: Version | None = None
        self._since = clock()

    def look(self) -> None:
        """Reads the claim. Raises StorageError; the time of a storage that does not answer proves no silence."""
        try:
            found = self.objects.read(self.key)
        except Exception:
            self._since = self._clock()
            raise
        if found is not None and found[1] != self._version:
            self.state, self._version = ClaimState.from_json(found[0]), found[1]
            self._since = self._clock()

    @property
    def is_over(self) -> bool:
        """Whether its owner has ended it."""
        return self.state is not None and self.state.over

    @property
    def silent_seconds(self) -> float:
        """For how long it was seen unchanged, or not at all."""
        return self._clock() - self._since

    @property
    def is_dead(self) -> bool:
        """Whether its owner has stopped asking by the rule of this module."""
        return self.state is not None and not self.state.over and self.silent_seconds > self.wait

    @property
    def wait(self) -> float:
        """The seconds of silence after which its hosts are free."""
        return (self.state.seconds if self.state is not None else SECONDS) + self._pause

    def fence(self) -> bool:
        """Ends the claim in its owner's place; False if it was renewed or taken meanwhile. Raises StorageError."""
        ended = ClaimState("leader", over=True)
        if self._version is None:
            version = self.objects.create(self.key, ended.to_json())
        else:
            version = self.objects.replace(self.key, ended.to_json(), self._version)
        if version is not None:
            self.state, self._version = ended, version
        return version is not None

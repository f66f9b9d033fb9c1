"""The storage in a bucket of an S3 service, by obstore."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import S3Store

from flows.cluster.objects import StorageError, Version


class S3Objects:
    """Objects in the bucket and below the prefix of ``address``, ``s3://BUCKET/PREFIX``.

    Each request is tried for a few seconds only: whoever waits longer (an uploader, a leader) counts the time itself.
    """

    def __init__(self, address: str) -> None:
        self._store = S3Store.from_url(
            address,
            client_options={"allow_http": True, "timeout": timedelta(seconds=20)},
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=5)},
        )

    def put(self, key: str, content: bytes) -> None:
        """Writes the object, whatever was there."""
        with _failures(key):
            obstore.put(self._store, key, content, use_multipart=False)

    def create(self, key: str, content: bytes) -> Version | None:
        """Writes a new object; None if there is one already."""
        with _failures(key):
            try:
                return obstore.put(self._store, key, content, use_multipart=False, mode="create")["e_tag"]
            except AlreadyExistsError:
                return self._ours(key, content)

    def replace(self, key: str, content: bytes, version: Version) -> Version | None:
        """Writes the object if ``version`` is still there; None if it is not."""
        with _failures(key):
            try:
                return obstore.put(self._store, key, content, use_multipart=False, mode={"e_tag": version})["e_tag"]
            except (PreconditionError, FileNotFoundError):
                return self._ours(key, content)

    def read(self, key: str) -> tuple[bytes, Version] | None:
        """Content and version; None if there is no such object."""
        with _failures(key):
            try:
                found = obstore.get(self._store, key)
                return bytes(found.bytes()), found.meta["e_tag"] or ""
            except FileNotFoundError:
                return None

    def written(self, key: str) -> datetime | None:
        """When the object was written, by the clock of the service, to the second."""
        with _failures(key):
            try:
                return obstore.head(self._store, key)["last_modified"]
            except FileNotFoundError:
                return None

    def keys(self, prefix: str) -> list[str]:
        """The keys that begin with ``prefix``, in order."""
        with _failures(prefix):
            # A store lists by whole parts of a path, so what begins like the last part is chosen here.
            folder = prefix.rpartition("/")[0]
            listed = obstore.list(self._store, folder)
            return sorted(each["path"] for page in listed for each in page if each["path"].startswith(prefix))

    def delete(self, key: str) -> None:
        """Deletes the object, if it is there."""
        with _failures(key):
            try:
                obstore.delete(self._store, key)
            except FileNotFoundError:
                return

    def _ours(self, key: str, content: bytes) -> Version | None:
        """The version, if what is there is what was to be written: the answer to a first attempt got lost."""
        there = self.read(key)
        return there[1] if there is not None and there[0] == content else None


@contextmanager
def _failures(key: str) -> Iterator[None]:
    try:
        yield
    except (BaseError, OSError) as error:
        said = " ".join(str(error).split())
        raise StorageError(f"{key}: {type(error).__name__}: {said[:200]}") from error

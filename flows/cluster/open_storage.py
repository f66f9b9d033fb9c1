"""Opens the storage that a setting names."""

from __future__ import annotations

from pathlib import Path

from flows.cluster.objects import FolderObjects, Objects
from flows.outcome.exit_codes import ExitCode, RunError


def open_objects(address: str) -> Objects:
    """The storage at ``address``: ``s3://BUCKET/PREFIX``, ``file:///FOLDER`` or a folder.

    Keys and the endpoint of an S3 service come from the environment (AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, …).
    Raises RunError for another kind of address, and where the extra ``cluster`` is missing.
    """
    scheme, separator, rest = address.partition("://")
    if not separator:
        return FolderObjects(Path(address).expanduser().absolute())
    if scheme == "file":
        return FolderObjects(Path(rest))
    if scheme != "s3":
        raise RunError(
            "storage {scheme}://…: no such kind; write s3://BUCKET/PREFIX, or a folder that all machines share",
            ExitCode.CONFIGURATION,
            scheme=scheme,
        )
    try:
        from flows.cluster.s3 import S3Objects
    except ImportError as error:
        raise RunError(
            "storage {address}: {name} is not installed; install the program with its extra `cluster`",
            ExitCode.CONFIGURATION,
            address=address,
            name=error.name,
        ) from error
    return S3Objects(address)

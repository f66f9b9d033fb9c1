"""Holds files that others made among the captures: it copies them, links to them, or rewrites them as WARC.

A WARC file with one gzip member for each record is kept byte for byte. Every other form, and a file with records that
may not come in, is rewritten record by record. Each record can then be found by file and offset.
"""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from flows.outcome.exit_codes import ExitCode, RunError
from flows.storage.capture_files import digest
from flows.storage.folder import DataFolder
from scraper.captures import CaptureWriter, Tally, capture_in
from scraper.captures.packing import packing, raw_records
from scraper.captures.reader import moment_of
from scraper.saved import Form, saved_pages
from scraper.saved.records import record_of
from scraper.saved.zip_files import UNREADABLE, open_zip, refuse_packed_too_well
from scraper.text.sentence import Sentence
from scraper.whole_files import is_disk_full

NAMES_IN_WACZ = (".warc", ".warc.gz", ".warc.zst")

_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST_NAME = 100  # bytes
_HEAD = 64 * 1024
_FIELD = re.compile(rb"^(warc-target-uri|warc-date|warc-type)[ \t]*:[ \t]*<?([^\r\n]*?)>?[ \t]*\r?$", re.I | re.M)

Refuse = Callable[[str, datetime | None], str | None]
"""The reason why a record of this address and time may not come in; None if it may."""


class NotWhole(RunError):
    """A file of which nothing, or nothing more, can be read."""


@dataclass(frozen=True, slots=True)
class HeldFile:
    """One file among the captures."""

    label: str  # what was named, and the file within it
    path: Path
    converted: Tally | None  # what the conversion from another form did; None if the file is unchanged
    left_out: Tally  # records that may not come in


def held_files(
    data: DataFolder, path: Path, form: Form, *, in_place: bool, refuse: Refuse, now: datetime
) -> Iterator[HeldFile]:
    """The WARC files of ``path`` as they are held among the captures. Raises RunError, OSError."""
    if form is Form.WACZ:
        yield from _of_wacz(data, path, refuse)
    elif form in {Form.WARC, Form.PACKED_WARC, Form.ARC}:
        yield _of_warc(data, path, str(path), path.name, in_place, refuse)
    else:
        yield _of_saved(data, path, form, refuse, now)


def _of_warc(
    data: DataFolder, path: Path, label: str, name: str, in_place: bool, refuse: Refuse, *, spent: bool = False
) -> HeldFile:
    """``spent``: the file is our own draft and may be moved."""
    left_out = Tally()
    if path.resolve().parent == data.captures.resolve() and not spent:
        return HeldFile(label, path, None, left_out)  # ours, and read again after a backup was put back
    if packing(path) == "warc" and not _must_be_rewritten(path, refuse):
        if spent:
            return HeldFile(label, _settle(data, path, name), None, left_out)
        return HeldFile(label, _link(data, path) if in_place else _copy(data, path, name), None, left_out)
    converted = Tally()
    with _beside(data, ".rewrite.partial") as draft:
        writer = CaptureWriter(draft)
        for record in raw_records(path, converted):
            why = _refusal(record.content, refuse)
            if why is not None:
                left_out.remarks.append(Sentence("{place}: {what}", place=name, what=why))
                left_out.records += 1
                continue
            writer.copy(record.content)
        draft.close()
        return HeldFile(label, _settle(data, Path(draft.name), _warc_name(name)), converted, left_out)


def _must_be_rewritten(path: Path, refuse: Refuse) -> bool:
    return any(record.number > 0 or _refusal(record.content, refuse) for record in raw_records(path, Tally()))


def _refusal(record: bytes, refuse: Refuse) -> str | None:
    """The reason why this raw record may not come in."""
    fields = {name.lower(): value for name, value in _FIELD.findall(record[: record.find(b"\r\n\r\n", 0, _HEAD)])}
    if fields.get(b"warc-type", b"").lower() == b"warcinfo" or b"warc-target-uri" not in fields:
        return None
    try:
        at = moment_of(fields.get(b"warc-date", b"").decode("ascii", "replace"))
    except ValueError:
        at = None
    return refuse(fields[b"warc-target-uri"].decode("utf-8", "replace"), at)


def _of_saved(data: DataFolder, path: Path, form: Form, refuse: Refuse, now: datetime) -> HeldFile:
    converted, left_out = Tally(), Tally()
    with _beside(data, ".import.partial") as draft:
        writer = CaptureWriter(draft)
        for page in saved_pages(path, form, converted):
            why = refuse(page.url, page.captured_at)
            if why is not None:
                left_out.remarks.append(Sentence("{place}: {what}", place=page.place, what=why))
                left_out.records += 1
                continue
            record = record_of(page, now)
            if capture_in(record, path.name, 0, Tally()) is not None:
                writer.copy(record)
        draft.close()
        # The name holds the source's checksum. The records say when they were made, so theirs would change each time.
        held = data.captures / held_name(digest(path), _warc_name(path.name))
        if not held.exists():
            Path(draft.name).replace(held)
    return HeldFile(str(path), held, converted, left_out)


def _of_wacz(data: DataFolder, path: Path, refuse: Refuse) -> Iterator[HeldFile]:
    try:
        with open_zip(path) as wacz:
            members = [
                entry
                for entry in wacz.infolist()
                if entry.filename.startswith("archive/") and entry.filename.lower().endswith(NAMES_IN_WACZ)
            ]
            for entry in members:
                yield _member_of_wacz(data, path, wacz, entry, refuse)
    except zipfile.BadZipFile as error:
        raise NotWhole(
            "{path}: not a whole WACZ file: {error}", ExitCode.CONFIGURATION, path=path, error=error
        ) from error
    if not members:
        raise NotWhole("{path}: holds no archive/*.warc.gz", ExitCode.CONFIGURATION, path=path)


def _member_of_wacz(
    data: DataFolder, path: Path, wacz: zipfile.ZipFile, entry: zipfile.ZipInfo, refuse: Refuse
) -> HeldFile:
    label = f"{path}:{entry.filename}"
    with _beside(data, ".import.partial") as draft:
        damage: str | None = None
        try:
            refuse_packed_too_well(entry, room=shutil.disk_usage(data.captures).free)
            with wacz.open(entry) as member:
                shutil.copyfileobj(member, draft, 1024 * 1024)
        except UNREADABLE as error:
            damage = f"{label}: is damaged, and was read as far as it is whole: {error}"
        draft.close()
        held = _of_warc(data, Path(draft.name), label, Path(entry.filename).name, False, refuse, spent=True)
        if damage is not None:
            held.left_out.refuse(damage)
        return held


def held_name(checksum: str, name: str) -> str:
    """The name of an imported file among the captures: its checksum first, so that a second import finds the first.

    Names inside a WACZ may be anything; letters, digits, dots and hyphens are kept, and of a long name its end.
    """
    safe = _UNSAFE.sub("_", name).encode("utf-8", "replace")[-_LONGEST_NAME:].decode("utf-8", "ignore")
    return f"import-{checksum[:12]}-{safe}"


def _warc_name(name: str) -> str:
    for ending in (".warc.zst", ".warc.gz", ".warc", ".arc.gz", ".arc"):
        if name.lower().endswith(ending):
            return f"{name[: -len(ending)]}.warc.gz"
    return f"{name}.warc.gz"


def _copy(data: DataFolder, path: Path, name: str) -> Path:
    with path.open("rb") as file, _beside(data, ".import.partial") as draft:
        shutil.copyfileobj(file, draft)
        draft.close()
        return _settle(data, Path(draft.name), name if ".warc" in name else f"{name}.warc")


def _link(data: DataFolder, path: Path) -> Path:
    link = data.captures / held_name(digest(path), path.name)
    if not link.exists():
        try:
            link.unlink(missing_ok=True)
            link.symlink_to(path.resolve())
        except OSError as error:
            raise RunError(
                "{link}: cannot be linked ({error}); import without --in-place",
                ExitCode.CONFIGURATION,
                link=link,
                error=error,
            ) from error
    return link


@contextmanager
def _beside(data: DataFolder, name: str) -> Iterator[IO[bytes]]:
    """A draft beside the captures, which never shows as one of them."""
    draft = data.captures / name
    try:
        with draft.open("wb") as file:
            yield file
    except OSError as error:
        code = ExitCode.DISK_FULL if is_disk_full(error) else ExitCode.CONFIGURATION
        raise RunError("{draft}: {error}", code, draft=draft, error=error) from error
    finally:
        draft.unlink(missing_ok=True)


def _settle(data: DataFolder, draft: Path, name: str) -> Path:
    held = data.captures / held_name(digest(draft), name)
    if not held.exists():
        draft.replace(held)
    return held

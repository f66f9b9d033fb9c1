"""What the owner of an archive has set, in ``settings.toml`` of its data folder."""

from __future__ import annotations

import json
import os
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from flows.outcome.exit_codes import ExitCode, RunError
from scraper.text.sentence import Sentence, sentence_of
from scraper.whole_files import write_whole

SETTINGS = "settings.toml"

_UNITS = ("B", "kB", "MB", "GB", "TB")


def _bytes(size: object) -> object:
    """The number of bytes that ``20 GB`` (of 1,000 MB) means. A value that is not a text is returned unchanged."""
    if not isinstance(size, str):
        return size
    number, _, unit = size.strip().partition(" ")
    try:
        return int(float(number) * 1000 ** _UNITS.index(unit or "B"))
    except ValueError:
        raise ValueError(Sentence("write a number of bytes, or a size as 20 GB")) from None


def _day(written: object) -> object:
    """The day that ``2020-01-31`` means. A value that is not a text is returned unchanged."""
    if not isinstance(written, str):
        return written
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise ValueError(Sentence("write a day as 2020-01-31")) from None


_Words = Annotated[tuple[str, ...], Field(strict=False)]
"""A list of texts: TOML's is no tuple, which a strict model would insist on."""


class Settings(BaseModel):
    """What ``tinkhoi setup`` asked, and what a person wrote into the file. Every key has a default."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    contact: str | None = None  # an address people can write to; named in each request
    watch: _Words = ()  # ids of sites to crawl at night although their files are not marked live
    since: Annotated[date | None, BeforeValidator(_day)] = None  # how far back to collect
    minutes: Annotated[float, Field(gt=0)] = 60.0  # a night and site, for new articles and list pages
    # Bytes. Above this, capture files that no article rests on are deleted, oldest first.
    captures_cap: Annotated[Annotated[int, Field(ge=0)] | None, BeforeValidator(_bytes)] = None
    captures_keep_days: Annotated[int | None, Field(ge=0)] = None  # the same, for older captures
    storage: str | None = None  # where the machines of a cluster meet: s3://BUCKET/PREFIX, or a folder they share
    shards: Annotated[int, Field(ge=1)] = 8  # into how many crawls a night on a cluster is divided
    claim_seconds: Annotated[float, Field(ge=10)] = (
        300.0  # without a sign, until a worker of the cluster counts as dead
    )
    lang: Literal["vi", "en"] | None = None  # of alarms; without it both, that of the locale first
    alarms: _Words = ()  # Apprise addresses to which alarms are sent: mailto://…, json://…


def read_settings(folder: Path) -> Settings:
    """What was set up in the data folder ``folder``; a contact address in ``TINKHOI_CONTACT`` comes first,
    and so does a storage in ``TINKHOI_STORAGE``.

    Raises RunError, which names the file and the key, for a file that cannot be read, an unknown key, a wrong value.
    """
    path = folder / SETTINGS
    named = os.environ.get("TINKHOI_CONTACT")
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        environment = {"contact": named, "storage": os.environ.get("TINKHOI_STORAGE")}
        return Settings.model_validate(written | {key: value for key, value in environment.items() if value})
    except ValidationError as error:
        raise RunError("{path}: {told}", ExitCode.CONFIGURATION, path=path, told=_told(error)) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RunError(
            "{path}: cannot be read: {error}; correct it or run `tinkhoi setup` again",
            ExitCode.CONFIGURATION,
            path=path,
            error=error,
        ) from error


def write_settings(folder: Path, settings: Settings) -> Path:
    """Writes the settings of the data folder ``folder`` and returns the file's path. Raises OSError."""
    values = settings.model_dump(mode="json", exclude_defaults=True)
    # A JSON string, number or list of strings is also a TOML one.
    lines = [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in values.items()]
    path = folder / SETTINGS
    write_whole(path, "\n".join(lines) + "\n", private=True)  # an address of an alarm may hold a password
    return path


def _told(error: ValidationError) -> str:
    """The first error, with its key and what to write instead."""
    first: Any = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return Sentence("unknown key {key!r}; the keys are {keys}", key=key, keys=", ".join(Settings.model_fields))
    said = sentence_of(first["ctx"]["error"]) if first["type"] == "value_error" else first["msg"]
    # An address of an alarm may hold a password, which is not printed.
    what = key if key.startswith("alarms") else f"{key} = {first['input']!r}"
    return Sentence.row([what, said], ": ")

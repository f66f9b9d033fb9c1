"""The folder in which the program keeps its data by default."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_data_path

_PARENT = Path(__file__).resolve().parent.parent


def checkout() -> Path | None:
    """The checkout that this program runs from; None for an installed wheel."""
    return _PARENT if (_PARENT / "scrapy.cfg").is_file() else None


def default_folder() -> Path:
    """The data folder if none is named. It never depends on the working directory, because cron chooses that.

    It is ``TINKHOI_DATA``, else ``data/`` in the checkout that this program runs from, else the user's data folder.
    """
    named = os.environ.get("TINKHOI_DATA")
    if named:
        return Path(named).expanduser().absolute()
    here = checkout()
    return here / "data" if here else user_data_path("tinkhoi")

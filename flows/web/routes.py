"""All our own addresses. Each module of this room names the addresses that it answers in ``ROUTES``."""

from __future__ import annotations

import pkgutil
from importlib import import_module

import flows.web
from flows.web.page import Route


def all_routes() -> list[Route]:
    """The routes of every module of ``flows.web``, in the order of the modules' names."""
    modules = sorted(module.name for module in pkgutil.iter_modules(flows.web.__path__))
    return [
        route
        for name in modules
        if name not in {"routes", "datasette_plugin"}
        for route in getattr(import_module(f"flows.web.{name}"), "ROUTES", ())
    ]

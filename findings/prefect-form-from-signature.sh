#!/usr/bin/env bash
# Prefect 3.9.1 makes the form of a deployment from inspect.signature(flow), and Python lets any object carry a
# __signature__. So choices that are known only when a deployment is served (the ids of a user's own files) need no second
# flow and no private attribute: give a copy, flow.with_options(), another __signature__ with a Literal in it. The schema
# that the server is sent then has the choices, while the flow that runs keeps its own plain annotation. A tuple with a
# default of () becomes a list to choose from; "list | None" becomes a switch between a list and None.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet "prefect==3.9.1"
DO_NOT_TRACK=1 PREFECT_HOME="$folder/prefect" "$folder/venv/bin/python" - <<'PYTHON'
import inspect
from typing import Literal

from prefect import flow
from prefect.utilities.callables import parameter_schema


@flow
def collect(sites: tuple[str, ...] = ()):
    return sites


def field(of):
    return parameter_schema(of).model_dump_for_openapi()["properties"]["sites"]


plain = inspect.signature(collect)
offered = collect.with_options()
choices = plain.parameters["sites"].replace(annotation=tuple[Literal["baoapbac", "thtg"], ...])
offered.__signature__ = plain.replace(parameters=[choices])
print("plain:  ", field(collect))
print("offered:", field(offered))
assert field(collect)["items"] == {"type": "string"}
assert field(offered)["items"]["enum"] == ["baoapbac", "thtg"] and field(offered)["type"] == "array"
assert collect.validate_parameters({"sites": ["other"]}) == {"sites": ("other",)}
PYTHON

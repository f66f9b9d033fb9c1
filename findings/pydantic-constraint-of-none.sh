#!/usr/bin/env bash
# pydantic 2.14.3: whether a constraint on `int | None` lets None pass depends on what stands beside it.
# Annotated[int | None, Field(ge=0)] takes None, and so does the constraint followed by a BeforeValidator. But with the
# BeforeValidator first and the constraint after it, None raises a bare TypeError ("Unable to apply constraint 'ge' to
# supplied value None"), no ValidationError. A default of None does not show it, since defaults are not validated: a model
# is made without trouble and fails when its own model_dump() is read again. The constraint belongs inside, at the int.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --upgrade pip
"$folder/venv/bin/python" -m pip install --quiet pydantic==2.14.3
"$folder/venv/bin/python" - <<'PYTHON'
from typing import Annotated

from pydantic import VERSION, BaseModel, BeforeValidator, Field

before = BeforeValidator(lambda value: value)
KINDS = {
    "constraint": Annotated[int | None, Field(ge=0)],
    "constraint, validator": Annotated[int | None, Field(ge=0), before],
    "validator, constraint": Annotated[int | None, before, Field(ge=0)],
    "constraint at the int, validator": Annotated[Annotated[int, Field(ge=0)] | None, before],
}
EXPECTED = {name: "TypeError" if name == "validator, constraint" else "None" for name in KINDS}
for name, kind in KINDS.items():
    model = type("Model", (BaseModel,), {"__annotations__": {"cap": kind}, "cap": None})
    made = model()
    assert made.cap is None
    try:
        read = str(model(**made.model_dump()).cap)
    except TypeError as error:
        read = type(error).__name__
        print(f"  {error}")
    print(f"{name} -> {read}")
    assert read == EXPECTED[name], f"pydantic {VERSION}: {name} gives {read}, not {EXPECTED[name]}"
PYTHON

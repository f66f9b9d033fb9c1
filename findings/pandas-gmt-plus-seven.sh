#!/usr/bin/env bash
# pandas 3.1.1 (with python-dateutil 2.9.0.post0): one text with the zone that Vietnamese pages print is two moments, fourteen
# hours apart, by the function that reads it. '2024-07-11 15:51 GMT+07:00' is seven hours east of Greenwich to to_datetime, and
# seven hours *west* to Timestamp and to to_datetime(format="mixed"). In a column it depends on the first row: below a row
# written 'GMT+7', which is read as west by all of them, it is west as well. The article of 11 July then falls on 12 July.
# What pandas finds no format for goes to dateutil's parser, which takes the sign as POSIX does ("my time plus seven is GMT"),
# and this parser differs from dateutil's own tz.gettz('GMT+7'), seven hours east. With '+07:00' alone all agree.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet "pandas==3.1.1" "python-dateutil==2.9.0.post0"
"$folder/venv/bin/python" -W ignore - <<'PYTHON'
from datetime import datetime, timedelta

import pandas
from dateutil import tz

SHORT, LONG, PLAIN = (f"2024-07-11 15:51{zone}" for zone in (" GMT+7", " GMT+07:00", "+07:00"))
EAST, WEST = timedelta(hours=7), timedelta(hours=-7)
read = {
    "to_datetime": lambda text: pandas.to_datetime(text),
    "Timestamp": pandas.Timestamp,
    "to_datetime, mixed": lambda text: pandas.to_datetime([text], format="mixed")[0],
    "below a short one": lambda text: pandas.to_datetime(pandas.Series([SHORT, text]))[1],
}
found = {name: reader(LONG).utcoffset() for name, reader in read.items()}
for name, reader in read.items():
    print(f"{name:20} {LONG} -> {reader(LONG)}")
assert found == {"to_datetime": EAST, "Timestamp": WEST, "to_datetime, mixed": WEST, "below a short one": WEST}
assert {reader(SHORT).utcoffset() for reader in read.values()} == {WEST}
assert tz.gettz("GMT+7").utcoffset(datetime(2024, 7, 11)) == EAST
assert {pandas.to_datetime(PLAIN).utcoffset(), pandas.Timestamp(PLAIN).utcoffset()} == {EAST}
day = pandas.Timestamp(LONG).tz_convert("Asia/Ho_Chi_Minh").date()
print("its day in Vietnam:", day)
assert str(day) == "2024-07-12"
PYTHON

#!/usr/bin/env bash
# arrow 1.4.0, locale vi: a clock of twelve hours is printed without its half of the day. The locale has no words for the
# halves, so the token `a` or `A` prints nothing: a quarter to four at night and in the afternoon are both "3:45 ", and the
# text no longer says which was meant. Its parser then reads all of them as hours of the morning, without an error.
# The English locale prints "3:45 am" and "3:45 pm".
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet "arrow==1.4.0"
"$folder/venv/bin/python" - <<'PYTHON'
import arrow

night, afternoon = arrow.get("2024-07-11T03:45"), arrow.get("2024-07-11T15:45")
FORM = "h:mm a DD/MM/YYYY"
vietnamese = [moment.format(FORM, locale="vi") for moment in (night, afternoon)]
english = [moment.format(FORM, locale="en") for moment in (night, afternoon)]
print(vietnamese, english)
assert vietnamese == ["3:45  11/07/2024", "3:45  11/07/2024"]
assert english == ["3:45 am 11/07/2024", "3:45 pm 11/07/2024"]
again = arrow.get(vietnamese[1], FORM, locale="vi")
print("the afternoon read again:", again)
assert (again.hour, again.minute) == (3, 45)
PYTHON

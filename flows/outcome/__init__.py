"""How a run ends: exit codes, findings, report, messages, alarms."""

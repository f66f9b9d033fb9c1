"""When nights are due, the timers of the system, and whether tonight's night would happen."""

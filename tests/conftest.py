"""What holds for every test."""

import signal

from hypothesis import HealthCheck, settings

# A shell that starts its command in the background has it ignore Ctrl-C, and so would every
# program that a test starts and interrupts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long an example takes says more of the machine, and of what else runs on it, than of the code.
settings.register_profile(
    "unhurried",
    settings.get_profile(settings.get_current_profile_name()),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("unhurried")

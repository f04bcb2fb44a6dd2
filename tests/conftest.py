"""What every test shares: how many random examples, and from which seed."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# "ci" always draws the same examples; "search" draws new ones and takes its time, to look for what "ci" does not reach.
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("search", parent=settings.get_profile("ci"), derandomize=False, max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

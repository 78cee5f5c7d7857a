"""How many examples the property tests try: few in the fast loop, more under `make test`.

A profile is a factor; `pytest --hypothesis-profile=thorough` chooses one.
"""

from __future__ import annotations

from hypothesis import HealthCheck, settings

USUAL = 10
"""Examples of a test that names no number, in the fast loop."""

PROFILES = {"swift": 1, "thorough": 4, "exhaustive": 60}
"""Profile → how many times the examples of the fast loop, which is `swift`."""


def register_profiles() -> None:
    """Before the tests are imported: their settings start from the profile in force."""
    for name, factor in PROFILES.items():
        settings.register_profile(
            name, deadline=None, max_examples=USUAL * factor, suppress_health_check=[HealthCheck.too_slow]
        )
    settings.load_profile("swift")


def examples(number: int, *unchecked: HealthCheck) -> settings:
    """For a test whose examples are dear: so many in the fast loop, in proportion more in the other profiles."""
    return settings(
        max_examples=number * settings().max_examples // USUAL,
        suppress_health_check=[HealthCheck.too_slow, *unchecked],
    )

"""The reference scenario: one city, three zones, from 2020-01-01 to 2023-12-31, told in events and never in totals.

In comes a seed, out go statements in the order of their time. The same seed states the same events; another seed gives
other people, dates and places, and the same figures (`figures`). One module a theme: `city` (places and bodies); for the
high-tech zone `property_party` (rows A1 to A5), `complaints` (A6 to A10, A13, A14), `neighbourhood` (the others of A); for
the economic zone `centres` (B); for Xiaolan `committees` (C1, C2), `doings` (C7, C8), `xiaolan` (the others of C).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from producers.scenario.centres import centres
from producers.scenario.city import city
from producers.scenario.committees import committees
from producers.scenario.complaints import complaints
from producers.scenario.doings import doings
from producers.scenario.figures import LAST_DAY
from producers.scenario.neighbourhood import neighbourhood
from producers.scenario.property_party import property_party
from producers.scenario.telling import Stated, Teller
from producers.scenario.xiaolan import xiaolan

THEMES = (property_party, complaints, neighbourhood, centres, committees, xiaolan, doings)


def scenario(seed: int, until: date = LAST_DAY) -> Iterator[Stated]:
    """Everything that happens up to the end of the local day `until`: (event type, statements), as they arrive."""
    teller = Teller(seed)
    place = city(teller)
    for theme in THEMES:
        theme(teller, place)
    yield from teller.in_order(until)

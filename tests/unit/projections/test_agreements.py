"""Pairings and links to a hub, over local days."""

from __future__ import annotations

from schemas.catalogue import AGREEMENTS
from tests.histories import Told
from tests.unit.projections.life import rows, told
from tests.unit.projections.test_registers import day

SIGNED = told("PairingSigned", 0, AGREEMENTS, partner_id="school", valid_from=1, valid_to=20, tasks=["b", "a", "b"])
LINKED = told("FacilityLinked", 0, AGREEMENTS, agreement_id="s:2", hub_id="hub", facility_id="n", valid_from=3)


def ended(agreement_id: str, valid_to: int) -> Told:
    return told("AgreementEnded", 1, AGREEMENTS, agreement_id=agreement_id, valid_to=valid_to)


def test_pairings_and_links_stand_apart() -> None:
    (pairing,) = rows("pairings", SIGNED, LINKED, family=AGREEMENTS)
    assert (pairing["partner_id"], pairing["tasks"], pairing["demands"]) == ("school", "a,b", None)
    (link,) = rows("facility_links", SIGNED, LINKED, family=AGREEMENTS)
    assert (link["hub_id"], link["facility_id"], link["valid_from"], link["valid_to"]) == ("hub", "n", day(3), None)


def test_an_agreement_ends_on_the_earliest_day_stated() -> None:
    for stated, expected in ((10, 10), (30, 20)):
        (pairing,) = rows("pairings", SIGNED, ended("s:1", stated), family=AGREEMENTS)
        assert (pairing["valid_from"], pairing["valid_to"]) == (day(1), day(expected))
    (link,) = rows("facility_links", LINKED, ended("s:2", 10), family=AGREEMENTS)
    assert link["valid_to"] == day(10)


def test_an_end_or_an_annulled_signature_alone_has_no_row() -> None:
    annulled = told("EventAnnulled", 1, AGREEMENTS, targets=["PairingSigned@0"])
    assert rows("pairings", SIGNED, annulled, family=AGREEMENTS) == []
    assert rows("pairings", ended("s:1", 10), family=AGREEMENTS) == []

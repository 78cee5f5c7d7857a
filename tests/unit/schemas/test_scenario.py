"""The reference scenario can be told: for each of its 35 rows, the events and fields from which the row is computed."""

from __future__ import annotations

import pytest

from schemas.catalogue import event_type, schema_of

ROWS: dict[str, dict[str, str]] = {
    "A1 party organisations in property companies": {"parties.PartyRegistered": "kind parent_id place_id"},
    "A2 fallback 兜底管理": {"zones.ResponsibilityAssigned": "duty basis place_id party_id valid_from valid_to"},
    "A3 交叉任职": {"persons.PersonAppointed": "role party_id part_time valid_from valid_to"},
    "A4 每年考评": {
        "rules.ObligationSet": "bearer_kind bearer event_type bearer_field at_least period",
        "parties.PartyAssessed": "period_from period_to score criteria feeds",
    },
    "A5 部署会、专题调度会": {"meetings.MeetingHeld": "kind organiser_id"},
    "A6 在线协调 → 现场解决 → 回访": {
        "complaints.ComplaintCoordinatedOnline": "coordinated_by",
        "complaints.ComplaintHandled": "handled_by mode",
        "complaints.ComplaintFollowedUp": "followed_up_by contacted solved satisfaction final",
    },
    "A6b services on request": {
        "services.ServiceRendered": "kind requested_at rendered_by",
        "services.ActivityHeld": "kind beneficiaries",
    },
    "A7 mediation": {"complaints.ComplaintMediated": "mediated_by level outcome"},
    "A8 五位一体": {
        "meetings.MeetingHeld": "kind participants",
        "complaints.ComplaintEscalated": "from_level to_level to_party_id rule_id",
        "complaints.ComplaintDispatched": "level",
        "rules.EscalationLadderSet": "steps stage place_id",
    },
    "A9 急难愁盼": {"complaints.ComplaintFiled": "tags channel", "complaints.ComplaintClosed": "outcome"},
    "A10 问题需求清单": {
        "complaints.ComplaintListed": "list",
        "complaints.ComplaintDelisted": "list",
        "meetings.MeetingHeld": "kind matters",
    },
    "A11 boards and teams": {"services.BoardInstalled": "kind place_id", "services.TeamFormed": "kind joint"},
    "A12 posts": {
        "services.PostEstablished": "kind place_id holder_id",
        "persons.PersonAppointed": "role place_id service_id capacity",
        "persons.PersonProfiled": "political_status",
    },
    "A13 老大难 by three-party meetings": {
        "complaints.ComplaintListed": "list",
        "complaints.ComplaintFiled": "category",
        "meetings.MeetingHeld": "participants matters",
    },
    "A14 four links": {
        "complaints.ComplaintFiled": "channel",
        "meetings.MeetingHeld": "matters",
        "complaints.ComplaintNoteAdded": "kind",
    },
    "A15 joint teams": {
        "services.TeamFormed": "joint party_ids",
        "services.ActivityHeld": "team_id services beneficiaries",
    },
    "A16 红小二": {
        "visits.VisitMade": "kind team_id demands",
        "hazards.HazardFound": "visit_id team_id",
        "hazards.HazardCleared": "outcome",
    },
    "A17 resource lists": {"services.ResourceListed": "kind quantity quantity_in_use place_id"},
    "B1 centres": {"services.CentreOpened": "floor_area_cm2 investment_cents valid_from"},
    "B2 five formats": {"services.FacilityOpened": "format kind centre_id capacities"},
    "B3 nature and operators": {
        "services.ServiceUsed": "nature centre_id",
        "services.OperatorAppointed": "party_id lead funding meeting_id",
    },
    "B4 use 一老一小": {
        "services.ServiceUsed": "format kind age_group time_zone",
        "services.ActivityHeld": "age_group",
    },
    "B5 1+N+X": {"agreements.FacilityLinked": "hub_id facility_id function"},
    "B6 study visits": {"visits.VisitMade": "kind visitors_from"},
    "C1 offices, 一肩挑, 大党委": {
        "places.PlaceRegistered": "kind parents",
        "parties.PartyRegistered": "kind place_id",
        "persons.PersonAppointed": "role party_id",
    },
    "C2 mean age": {
        "persons.PersonProfiled": "birth_year birth_month",
        "persons.PersonAppointed": "role appointment_id valid_from",
        "persons.AppointmentEnded": "appointment_id valid_to",
    },
    "C2b 一降多升": {"persons.PersonProfiled": "sex education birth_year"},
    "C3 grids": {"places.PlaceRegistered": "parents", "places.PlaceMoved": "parents valid_from"},
    "C4 党建联席会": {"meetings.MeetingHeld": "kind matters"},
    "C5 挂点联系": {
        "zones.ResponsibilityAssigned": "duty person_id place_id",
        "rules.ObligationSet": "bearer target_kind target target_field filters period",
        "visits.VisitMade": "kind visitor_id place_id visited_party_id",
    },
    "C6 契约化共建": {
        "agreements.PairingSigned": "place_id partner_id valid_from",
        "agreements.AgreementEnded": "valid_to",
    },
    "C7 distinct persons": {
        "services.ActivityHeld": "participants place_id for_party_id",
        "persons.PersonAppointed": "role place_id",
    },
    "C8 projects": {
        "services.ActivityHeld": "case_ids",
        "projects.ProjectListed": "kind list demonstration case_ids",
        "projects.ProjectProgressed": "stage percent",
        "projects.ProjectFinished": "outcome",
    },
    "C9 anti-fraud visits": {"visits.VisitMade": "kind place_id household_id premises reached time_zone"},
    "C10 述职 and rule checks": {
        "meetings.MeetingHeld": "kind organiser_id",
        "visits.VisitMade": "kind visited_party_id",
    },
}


def test_all_rows_are_here() -> None:
    assert len(ROWS) == 35


@pytest.mark.parametrize("row", ROWS)
def test_its_events_have_the_fields(row: str) -> None:
    for name, fields in ROWS[row].items():
        there = {field["name"] for field in schema_of(event_type(f"linli.{name}"))["fields"]}
        assert set(fields.split()) <= there, name

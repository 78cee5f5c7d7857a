"""Which facts count, and in which order."""

from __future__ import annotations

from projections.facts import valid_facts
from projections.migrate import migrations
from projections.statements import facts_table
from schemas.catalogue import COMPLAINTS, FAMILIES, encrypted_fields, events_of
from tests.histories import START, Told, frames
from tests.unit.projections.life import at, case, facts, oddities, rows, told

FILED = told("Filed", 0)


def ids(*history: Told) -> list[str]:
    return facts(*history).facts["event_id"].to_list()


def test_times_that_are_equal_are_ordered_by_life_cycle_then_revision_then_id() -> None:
    late = told("NoteAdded", 0, id="a", revised_at=START)
    early = told("NoteAdded", 0, id="b")
    assert ids(told("Closed", 0, id="c"), late, early, FILED) == ["Filed@0", "b", "a", "c"]


def test_a_repeat_is_told_and_the_lowest_offset_stays() -> None:
    found = facts(FILED, told("Closed", 1), FILED)
    assert found.facts.height == 2
    assert found.repeats.rows() == [("s:1", "Filed@0", 2)]


def test_the_same_id_in_another_entity_is_no_repeat() -> None:
    assert facts(FILED, told("Filed", 0, case_id="s:2")).repeats.is_empty()


def test_of_what_occurs_once_the_latest_revision_counts() -> None:
    first = told("Filed", 0, id="z", category="noise")
    revised = told("Filed", 0, id="a", category="water", revised_at=START)
    assert case(revised, first)["category"] == "water"


def test_of_equal_revisions_the_greater_id_counts() -> None:
    assert ids(told("Filed", 0, id="b"), told("Filed", 0, id="a")) == ["b"]


def test_sources_do_not_overrule_each_other() -> None:
    first = told("Filed", 0, id="a", channel="app")
    second = told("Filed", 1, id="b", source="t", channel="visit")
    row = case(second, first)
    assert (row["source"], row["channel"]) == ("s", "visit")
    assert row["filed_at"] == at(0)


def test_an_annulled_revision_restores_the_earlier_one() -> None:
    first = told("Filed", 0, id="a", category="noise")
    second = told("Filed", 0, id="b", category="water")
    annulment = told("EventAnnulled", 5, targets=["b"])
    assert case(first, second, annulment)["category"] == "noise"


def test_an_annulled_annulment_restores_its_targets() -> None:
    wrong = told("EventAnnulled", 5, id="x", targets=["Closed@1"])
    undone = told("EventAnnulled", 6, targets=["x"])
    assert case(FILED, told("Closed", 1), wrong)["status"] == "open"
    assert case(undone, wrong, FILED, told("Closed", 1))["status"] == "closed"


def test_what_replaces_a_replacement_replaces_all_before() -> None:
    history = (
        told("Urged", 1, id="v1"),
        told("Urged", 1, id="v2", supersedes=["v1"]),
        told("Urged", 1, id="v3", supersedes=["v2"]),
    )
    assert case(FILED, *history)["urges"] == 1
    assert case(FILED, *history, told("EventAnnulled", 2, targets=["v3"]))["urges"] == 1


def test_a_false_record_that_is_annulled_whole_leaves_no_row() -> None:
    annulment = told("EventAnnulled", 5, targets=["Filed@0", "Closed@1"])
    assert rows("cases", FILED, told("Closed", 1), annulment) == []
    assert oddities(FILED, told("Closed", 1), annulment) == []


def test_a_circle_of_annulments_is_left_out_and_listed() -> None:
    one = told("EventAnnulled", 5, id="x", targets=["y", "Filed@0"])
    other = told("EventAnnulled", 6, id="y", targets=["x"])
    assert case(FILED, one, other)["status"] == "open"
    assert oddities(FILED, one, other) == [("annulment_cycle", "EventAnnulled")]


def test_naming_what_the_case_does_not_have_is_listed_until_it_arrives() -> None:
    annulment = told("EventAnnulled", 5, targets=["Closed@1"])
    assert oddities(FILED, annulment) == [("annulment_foreign", "EventAnnulled")]
    assert oddities(FILED, annulment, told("Closed", 1)) == []


def test_facts_hold_no_ciphertext_and_all_other_fields() -> None:
    columns = set(facts(FILED).facts.columns)
    for event_type in events_of(COMPLAINTS):
        assert not columns & encrypted_fields(event_type).keys()
    assert {"key", "dispatch_id", "due_at", "satisfaction", "disposition"} <= columns
    assert not columns & {"case_id", "received_at", "origin", "supersedes", "targets", "_offset"}


def test_every_type_of_every_family_becomes_a_fact_whatever_the_order() -> None:
    for family in FAMILIES:
        types = events_of(family)
        life = [told(event_type.name, hours, family) for hours, event_type in enumerate(types)]
        found = facts(*life, family=family).facts
        assert found["type"].to_list() == [event_type.name for event_type in types]
        assert facts(*life[::-1], *life, family=family).facts.equals(found)


def test_every_family_has_a_table_for_its_facts() -> None:
    created = "".join(migration.text for migration in migrations("any"))
    for family in FAMILIES:
        assert f"CREATE TABLE {facts_table(family)} (" in created, "add it in a migration, as 0030 does"


def test_older_schemas_lack_fields() -> None:
    ((event_type, frame),) = frames([FILED])
    found = valid_facts([(event_type, frame.drop("channel", "tags"))], COMPLAINTS).facts
    assert found["channel"].to_list() == [None]

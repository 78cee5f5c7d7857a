"""Exports of a present state: only what changed is stated, and the facts in effect are those of the history."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.known import in_effect
from producers.known import KnownFact
from schemas.catalogue import event_type
from schemas.errors import WrongUsage
from tests.examples import examples
from tests.unit.producers.files.desk import HEADER, Desk, mapping, micros, state_of

SNAPSHOT = """
source = "hotline"
title = { en = "Hot-line", zh = "热线" }
time_zone = "Asia/Shanghai"
mode = "snapshot"
record_id = "{工单编号}"
registered_on = 2000-01-01

[columns."状态"]
codes = { "待办" = "open", "办结" = "closed" }
[columns."渠道"]
optional = true
[columns."退单时间"]
optional = true

[[places]]
level = "street"
kind = "street"
key = "{街道}"
name = "{街道}"

[[events]]
type = "ComplaintFiled"
at = "受理时间"
[events.fields]
category = "{类别}"
channel = "{渠道|}"
place_id = "@place"
sub_status = { value = "{状态}", when = { "状态" = "open" } }

[[events]]
type = "ComplaintReturnDecided"
when = { "退单时间" = { present = true } }
at = "退单时间"
fields = { granted = true }

[[events]]
type = "ComplaintClosed"
when = { "状态" = "closed" }
at = ["办结时间", "@exported_at"]
fields = { sub_status = "{状态}" }
"""
COLUMNS = [*HEADER.strip().split(","), "渠道", "退单时间", "街道"]
MARCH, APRIL, MAY = "2026-03-31T18:00+08:00", "2026-04-30T18:00+08:00", "2026-05-30T18:00+08:00"

Row = dict[str, str]


def row(number: int = 1, /, **cells: str) -> Row:
    base = {"工单编号": str(number), "受理时间": "2026-03-01 09:05", "状态": "待办", "办结时间": "", "类别": "噪音"}
    return {**base, "渠道": "电话", "退单时间": "", "街道": "东湖", **cells}


def table(rows: Iterable[Row]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def export(desk: Desk, at: str, *rows: Row) -> Any:
    return desk.run(table(rows), mapping(SNAPSHOT), known=True, exported_at=at).as_dict()


def effect(desk: Desk, number: int = 1) -> list[KnownFact]:
    return in_effect(fact for fact in desk.facts() if fact.values.get("case_id") == f"hotline:{number}")


def names(desk: Desk, number: int = 1) -> list[str]:
    return [fact.event.name.removeprefix("Complaint") for fact in effect(desk, number)]


def counts(document: dict[str, Any]) -> tuple[int, int, int, int]:
    told = document["snapshot"]
    return told["new"], told["changed"], told["unchanged"], told["vanished"]


def test_new_rows_state_what_they_would_in_mode_log(desk: Desk) -> None:
    document = export(desk, MARCH, row(1), row(2, 状态="办结", 办结时间="2026-03-02"))
    assert (counts(document), document["rejected"]) == ((2, 0, 0, 0), 0)
    assert (names(desk, 1), names(desk, 2)) == (["Filed"], ["Filed", "Closed"])
    assert {fact.values["revised_at"] for fact in effect(desk, 2)} == {micros(MARCH)}


def test_unchanged_and_vanished_rows_are_counted_and_written_nothing(desk: Desk) -> None:
    export(desk, MARCH, row(1), row(2, 状态="办结"), row(3))
    before = len(desk.log.records)
    document = export(desk, APRIL, row(1), row(2, 状态="办结"))
    assert counts(document) == (0, 0, 2, 1)
    assert document["snapshot"]["vanished_ids"] == ["hotline:3"]
    assert (document["written"], document["repeated"], len(desk.log.records)) == (0, 4, before)


@pytest.mark.parametrize(
    ("change", "event", "values"),
    [
        (
            {"状态": "办结", "办结时间": "2026-04-02 08:00"},
            "Closed",
            {"occurred_at": micros("2026-04-02T08:00+08:00"), "occurred_at_basis": None},
        ),
        ({"状态": "办结"}, "Closed", {"occurred_at": micros(APRIL), "occurred_at_basis": "assumed"}),
        (
            {"类别": "扰民"},
            "Reclassified",
            {"category": "扰民", "occurred_at": micros(APRIL), "occurred_at_basis": "assumed"},
        ),
        ({"街道": "西湖"}, "Relocated", {"place_id": "hotline:西湖"}),
        (
            {"退单时间": "2026-04-03"},
            "ReturnDecided",
            {"granted": True, "occurred_at": micros("2026-04-03T00:00+08:00")},
        ),
    ],
)
def test_a_changed_cell_yields_its_event(
    desk: Desk, change: dict[str, str], event: str, values: dict[str, Any]
) -> None:
    export(desk, MARCH, row())
    document = export(desk, APRIL, row(**change))
    assert (counts(document), names(desk)) == ((0, 1, 0, 0), ["Filed", event])
    told = effect(desk)[-1].values
    assert {name: told[name] for name in values} == values
    assert told["revised_at"] == micros(APRIL)
    again = export(desk, MAY, row(**change))
    assert (counts(again), again["written"]) == ((0, 0, 1, 0), 0)


def test_a_case_that_is_open_again_was_reopened(desk: Desk) -> None:
    export(desk, MARCH, row(状态="办结", 办结时间="2026-03-02"))
    export(desk, APRIL, row())
    assert names(desk) == ["Filed", "Closed", "Reopened"]
    reopened = effect(desk)[-1].values
    assert (reopened["occurred_at"], reopened["occurred_at_basis"], reopened["sub_status"]) == (
        micros(APRIL),
        "assumed",
        "open",
    )
    export(desk, MAY, row(状态="办结", 办结时间="2026-05-02"))
    assert names(desk) == ["Filed", "Closed", "Reopened", "Closed"]


def test_a_reopening_that_was_none_is_superseded(desk: Desk) -> None:
    """Closed, shown open, and then closed with the first date again: at no time was it open."""
    export(desk, MARCH, row(状态="办结", 办结时间="2026-03-02"))
    export(desk, APRIL, row())
    export(desk, MAY, row(状态="办结", 办结时间="2026-03-02"))
    assert names(desk)[-1] == "Closed"
    assert "Reopened" not in names(desk)
    assert counts(export(desk, MAY, row(状态="办结", 办结时间="2026-03-02"))) == (0, 0, 1, 0)


def test_a_corrected_closing_time_supersedes_the_earlier_one(desk: Desk) -> None:
    for at, closed in ((MARCH, "2026-03-02"), (APRIL, "2026-03-03"), (MAY, "2026-03-02")):
        export(desk, at, row(状态="办结", 办结时间=closed))
        assert [fact.values["occurred_at"] for fact in effect(desk)[1:]] == [micros(f"{closed}T00:00+08:00")]


def test_other_fields_are_stated_anew_and_can_go_back(desk: Desk) -> None:
    for at, channel in ((MARCH, "电话"), (APRIL, "网络"), (MAY, "电话")):
        export(desk, at, row(渠道=channel))
        (filed,) = effect(desk)
        assert (filed.event.name, filed.values["channel"]) == ("ComplaintFiled", channel)


def test_a_restated_filing_keeps_what_was_reclassified_since(desk: Desk) -> None:
    export(desk, MARCH, row())
    export(desk, APRIL, row(类别="扰民"))
    export(desk, MAY, row(类别="扰民", 渠道="网络"))
    filed, reclassified = effect(desk)
    assert (filed.values["category"], filed.values["channel"], reclassified.values["category"]) == (
        "噪音",
        "网络",
        "扰民",
    )


def test_a_source_s_own_time_of_change_counts(desk: Desk) -> None:
    rules = mapping(SNAPSHOT + '\n[snapshot]\nchanged_at = "更新时间"\n')
    for at, changed, category in ((MARCH, "2026-03-05", "噪音"), (APRIL, "2026-04-05", "扰民")):
        text = (
            table([row(类别=category)])
            .replace("街道\r\n", "街道,更新时间\r\n")
            .replace("东湖\r\n", f"东湖,{changed}\r\n")
        )
        desk.run(text, rules, known=True, exported_at=at)
    reclassified = effect(desk)[-1].values
    assert (reclassified["occurred_at"], reclassified["occurred_at_basis"]) == (micros("2026-04-05T00:00+08:00"), None)


def test_the_time_of_the_export_may_stand_in_a_column(desk: Desk) -> None:
    rules = mapping(SNAPSHOT.replace("渠道|", "类别|") + '\n[snapshot]\nexported_at = "渠道"\n')
    report = desk.run(table([row(渠道="2026-03-31 18:00"), row(2, 渠道="")]), rules, known=True)
    assert effect(desk)[0].values["revised_at"] == micros(MARCH)
    assert (report.rejected, report.errors[0]["code"], report.errors[0]["column"]) == (1, "input.cell.missing", "渠道")


def test_an_export_without_a_time_is_refused(desk: Desk) -> None:
    with pytest.raises(WrongUsage) as caught:
        desk.run(table([row()]), mapping(SNAPSHOT), known=True)
    assert caught.value.code == "usage.exported_at"
    with pytest.raises(WrongUsage):
        export(desk, "2027-01-01T00:00+08:00", row())
    assert desk.log.records == []


def test_a_record_that_stands_twice_is_rejected_the_second_time(desk: Desk) -> None:
    document = export(desk, MARCH, row(1), row(2), row(1, 类别="扰民"))
    assert (counts(document), document["rejected"], document["errors"][0]["code"]) == (
        (2, 0, 0, 0),
        1,
        "input.row.twice",
    )
    assert document["errors"][0]["row"] == 4


def test_an_older_export_does_not_undo_a_newer_one(desk: Desk) -> None:
    export(desk, MARCH, row(1), row(2))
    export(desk, MAY, row(1, 类别="扰民"), row(2))
    document = export(desk, APRIL, row(1, 类别="占道"), row(2), row(3))
    assert (counts(document), document["rejected"], document["errors"][0]["code"]) == (
        (1, 0, 1, 0),
        1,
        "input.row.outdated",
    )
    assert effect(desk)[-1].values["category"] == "扰民"


def test_an_annulled_closing_is_not_stated_again_by_the_next_export(desk: Desk) -> None:
    export(desk, MARCH, row(状态="办结", 办结时间="2026-03-02"))
    closed = effect(desk)[-1]
    annulment = {
        "source": "hotline",
        "case_id": "hotline:1",
        "occurred_at": micros(MARCH),
        "targets": [closed.event_id],
        "reason": "false",
    }
    desk.publisher.publish(event_type("linli.complaints.EventAnnulled"), [annulment])
    document = export(desk, APRIL, row(状态="办结", 办结时间="2026-03-02"))
    assert (document["written"], names(desk)) == (0, ["Filed"])


STATES = st.fixed_dictionaries(
    {
        "状态": st.sampled_from(["待办", "办结"]),
        "办结时间": st.sampled_from(["", "2026-03-02", "2026-03-03"]),
        "类别": st.sampled_from(["噪音", "扰民"]),
        "渠道": st.sampled_from(["电话", "网络"]),
        "街道": st.sampled_from(["东湖", "西湖", ""]),
    }
)


@examples(2)
@given(st.lists(st.lists(STATES, min_size=4, max_size=4), min_size=8, max_size=8))
def test_after_any_exports_the_facts_say_what_the_last_one_says(
    tmp_path_factory: pytest.TempPathFactory, cases: list[list[Row]]
) -> None:
    desk = Desk(tmp_path_factory.mktemp("desk"))
    for number, at in enumerate((MARCH, APRIL, MAY, "2026-05-31T18:00+08:00")):
        states = [states[number] for states in cases]
        rows = [row(case, **state) for case, state in enumerate(states)]
        export(desk, at, *rows)
        for case, state in enumerate(states):
            assert state_of(effect(desk, case)) == {
                "open": state["状态"] == "待办",
                "category": state["类别"],
                "channel": state["渠道"],
                "place_id": f"hotline:{state['街道']}" if state["街道"] else None,
            }
        written = len(desk.log.records)
        assert counts(export(desk, at, *rows)) == (0, 0, len(cases), 0)
        assert len(desk.log.records) == written

"""Rules files: what they yield, and that each mistake is told with file, table, key, value and what was expected."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from linli.rules.read import Rules, load_rules, parse_rules
from projections.dates import number
from schemas.errors import BadRules

HEAD = 'source = "city"\nissued_on = 2026-01-05\n'
CALENDAR = '[[calendars]]\nregion = "CN"\nyear = 2026\n'
OFFICE = '[[offices]]\nregion = "nc"\ndays_of = "CN"\noffice_hours = [{ from = "09:00", to = "17:00" }]\n'
EVENING = '{ from = "16:00", to = "18:00", from_month_day = "11-01", to_month_day = "02-01" }'
LEVEL = '[[service_levels]]\nid = "x"\nstage = "handle"\nlimit = 5\nunit = "days"\nclock = "working"\nvalid_from = 2026-01-01\n'
PERIOD = '[[periods]]\nperiod = "p"\nkind = "month"\nvalid_from = 2026-01-01\n'
METRIC = '[[metrics]]\nmetric = "m"\nversion = 1\nnumerator = "a"\npopulation = "b"\ntime_axis = "due"\nvalid_from = 2026-01-01\n'
OBLIGATION = """[[obligations]]
id = "o"
bearer_kind = "role"
bearer = "leader"
event_type = "linli.visits.VisitMade"
period = "year"
valid_from = 2026-01-01
"""
LADDER = '[[ladders]]\nid = "l"\nvalid_from = 2026-01-01\nsteps = [{ level = "office", after_percent = 100 }]\n'
ALARM = '[[alarm_rules]]\nid = "a"\nvalid_from = 2026-01-01\nwindow_seconds = 600\n'


def read(text: str) -> list[tuple[str, dict[str, Any]]]:
    return list(parse_rules((HEAD + text).encode(), "city.toml").statements())


def refused(text: str) -> BadRules:
    with pytest.raises(BadRules) as caught:
        parse_rules(text.encode(), "city.toml")
    return caught.value


def only(text: str) -> dict[str, Any]:
    ((_, told),) = read(text)
    return told


class TestStatements:
    def test_each_has_source_time_and_a_name_of_its_own(self) -> None:
        (event, told), *_ = read(LEVEL)
        at = int(datetime(2026, 1, 4, 16, tzinfo=UTC).timestamp()) * 1_000_000
        assert event == "ServiceLevelSet"
        assert told == {
            "source": "city", "rule_id": "city:service_level/x", "occurred_at": at, "revised_at": at,
            "stage": "handle", "limit": 5, "unit": "days", "clock": "working", "starts": "at_once", "ends": "exact",
            "valid_from": 20454,
        }  # fmt: skip

    def test_a_calendar(self) -> None:
        text = (
            CALENDAR
            + 'days_off = [2026-01-01]\nworking_days = [2026-01-04]\noffice_hours = [{ from = "08:30", to = "24:00" }]'
        )
        told = only(text)
        assert told["rule_id"] == "city:calendar/CN/2026"
        assert (told["weekly_days_off"], told["days_off"], told["working_days"]) == ([6, 7], [20454], [20457])
        season = {"from_month_day": "01-01", "to_month_day": "12-31"}
        assert told["office_hours"] == [{**season, "from_minute": 510, "to_minute": 1440}]

    def test_an_office_has_the_days_of_the_shipped_calendars(self) -> None:
        told = [values for _, values in read(OFFICE)]
        assert [one["year"] for one in told] == list(range(2004, 2027))
        assert {one["rule_id"] for one in told} == {f"city:calendar/nc/{year}" for year in range(2004, 2027)}
        assert number(datetime(2026, 2, 14, tzinfo=UTC).date()) in told[-1]["working_days"]
        assert {one["office_hours"][0]["to_minute"] for one in told} == {1020}

    def test_an_office_of_some_years_has_the_days_of_the_file(self) -> None:
        days = CALENDAR + "working_days = [2026-01-04]\n" + CALENDAR.replace("2026", "2025")
        told = read(days + OFFICE + "from_year = 2026\n")
        assert [(values["region"], values["year"]) for _, values in told] == [("CN", 2026), ("CN", 2025), ("nc", 2026)]
        assert told[-1][1]["working_days"] == [20457]

    def test_a_category_a_period_and_a_metric(self) -> None:
        code = '[[categories]]\ncode = "Bulky Items"\nname_zh = "大件垃圾"\nname_en = "Bulky items"\nvalid_from = 2026-01-01\n'
        assert only(code)["rule_id"] == "city:code/category/Bulky Items"
        period = only(PERIOD + 'cut_day = 19\nlabelled_by = "end"\n')
        assert (period["rule_id"], period["cut_day"], period["labelled_by"]) == ("city:period/p", 19, "end")
        assert "intervals" not in period
        metric = only(METRIC + "weights = { satisfied = 1, fairly_satisfied = 0.90, rest = 100 }\n")
        assert metric["weights"] == [
            {"key": "fairly_satisfied", "value": "0.9"}, {"key": "rest", "value": "100"}, {"key": "satisfied", "value": "1"},
        ]  # fmt: skip

    def test_periods_given_one_by_one(self) -> None:
        text = (
            PERIOD.replace("month", "listed")
            + 'intervals = [{ label = "a", from_day = 2026-01-01, to_day = 2026-01-03 }]'
        )
        assert only(text)["intervals"] == [{"label": "a", "from_day": 20454, "to_day": 20456}]

    def test_an_obligation_a_ladder_and_an_alarm_rule(self) -> None:
        told = only(OBLIGATION + 'filters = { kind = "leader" }\ntarget_kind = "place_kind"\ntarget = "community"\n')
        assert (told["filters"], told["at_least"]) == ([{"key": "kind", "value": "leader"}], 1)
        assert only(LADDER)["steps"] == [{"level": "office", "after_percent": 100}]
        assert only(ALARM + 'threshold = 0.1\nunit = "mg/m³"\n')["threshold"] == pytest.approx(0.1)

    def test_two_files_differ_by_their_hash(self) -> None:
        hashes = {parse_rules((HEAD + text).encode(), "x").sha256 for text in (LEVEL, PERIOD)}
        assert len(hashes) == 2 and all(re.fullmatch("[0-9a-f]{64}", one) for one in hashes)


@pytest.mark.parametrize(
    ("text", "code", "where", "key", "value", "expected"),
    [
        ("source =", "toml", "", None, None, "TOML in UTF-8"),
        ('source = "city"\n', "key_missing", "top level", "issued_on", None, "issued_on"),
        (HEAD + "[[calender]]\n", "key_unknown", "top level", "calender", None, "one of alarm_rules, calendars"),
        (HEAD.replace("city", "Stadt Ä"), "value", "top level", "source", "Stadt Ä", "pattern"),
        (HEAD + 'time_zone = "Mars"\n', "value", "top level", "time_zone", "Mars", "IANA time zone"),
        (HEAD + CALENDAR + 'days_off = [2026-01-01, "x"]\n', "value", "[[calendars]] number 1", "days_off.2", "x", "date"),
        (HEAD + CALENDAR.replace("2026", '"2026"'), "value", "[[calendars]] number 1", "year", "2026", "integer"),
        (HEAD + CALENDAR + "days_off = [2025-10-01]\n", "value", "number 1", "days_off", "2025-10-01", "days of 2026"),
        (HEAD + CALENDAR + "days_off = [2026-10-01, 2026-10-01]\n", "value", "number 1", "days_off", "2026-10-01", "once"),
        (HEAD + CALENDAR + "working_days = [2026-01-05]\n", "value", "number 1", "working_days", "2026-01-05", "make-up days"),
        (HEAD + CALENDAR + "days_off = [2026-01-04]\nworking_days = [2026-01-04]\n", "value", "number 1", "working_days",
         "2026-01-04", "not among days_off"),
        (HEAD + CALENDAR + CALENDAR, "twice", "[[calendars]] number 2", "id", "calendar/CN/2026", "[[calendars]] number 1"),
        (HEAD + CALENDAR + 'office_hours = [{ from = "9:00", to = "12:00" }]\n', "value",
         "[[calendars]] number 1, office_hours number 1", "from", "9:00", "08:30"),
        (HEAD + CALENDAR + 'office_hours = [{ from = "09:00", to = "24:01" }]\n', "value", "office_hours number 1", "to",
         "24:01", "08:30"),
        (HEAD + CALENDAR + 'office_hours = [{ from = "09:00", too = "12:00" }]\n', "key_unknown", "office_hours number 1",
         "too", None, "one of from, from_month_day, to, to_month_day"),
        (HEAD + CALENDAR + 'office_hours = [{ from = "22:00", to = "06:00" }]\n', "value", "office_hours number 1", "to",
         "06:00", "two stretches"),
        (HEAD + CALENDAR + 'office_hours = [{ from = "09:00", to = "12:00", from_month_day = "02-30" }]\n', "value",
         "office_hours number 1", "from_month_day", "02-30", "05-01"),
        (HEAD + CALENDAR + 'office_hours = [{ from = "09:00", to = "12:00", to_month_day = "09-30" }]\n', "value",
         "[[calendars]] number 1", "office_hours", "nothing on 10-01", "cover the whole year"),
        (HEAD + OFFICE.replace(" }]", f" }}, {EVENING}]"), "value", "[[offices]] number 1", "office_hours",
         "09:00-17:00 and 16:00-18:00 on 01-01", "do not overlap"),
        (HEAD + OFFICE.replace('"CN"', '"XX"'), "value", "[[offices]] number 1", "days_of", "XX", "[[calendars]] in this file"),
        (HEAD + OFFICE + "from_year = 2027\n", "value", "[[offices]] number 1", "days_of", "CN", "or CN"),
        (HEAD + OFFICE + OFFICE, "twice", "[[offices]] number 2", "id", "calendar/nc/2004", "[[offices]] number 1"),
        (HEAD + LEVEL.replace("handle", "handel"), "value", "[[service_levels]] number 1", "stage", "handel", "'handle'"),
        (HEAD + LEVEL.replace("5", "0"), "value", "[[service_levels]] number 1", "limit", "0", "greater than or equal to 1"),
        (HEAD + LEVEL + "valid_to = 2026-01-01\n", "value", "number 1", "valid_to", "2026-01-01", "a day after valid_from"),
        (HEAD + LEVEL.replace('id = "x"', 'id = "x y"'), "value", "number 1", "id", "x y", "pattern"),
        (HEAD + LEVEL.replace('id = "x"\n', ""), "key_missing", "[[service_levels]] number 1", "id", None, "id"),
        (HEAD + PERIOD + "cut_weekday = 5\n", "value", "[[periods]] number 1", "cut_weekday", "5", "belongs to week"),
        (HEAD + PERIOD + "cut_day = 31\n", "value", "[[periods]] number 1", "cut_day", "31", "less than or equal to 28"),
        (HEAD + PERIOD + 'label_format = "%Y"\n', "value", "number 1", "label_format", "%Y", "tells every period"),
        (HEAD + PERIOD.replace("month", "listed"), "value", "number 1", "intervals", "None", "the periods"),
        (HEAD + PERIOD.replace("month", "listed") + 'intervals = [{ label = "a", from_day = 2026-01-01, to_day = 2026-01-01 }]',
         "value", "number 1", "intervals", "2026-01-01", "a to_day after"),
        (HEAD + METRIC + 'weights = { a = "x" }\n', "value", "[[metrics]] number 1", "weights.a", "x", "30 or 0.9"),
        (HEAD + OBLIGATION + 'target = "community"\n', "value", "number 1", "target", "community", "target_kind together"),
        (HEAD + OBLIGATION.replace("linli.visits.", ""), "value", "number 1", "event_type", "VisitMade", "pattern"),
        (HEAD + LADDER.replace(", after_percent = 100", ""), "value", "[[ladders]] number 1, steps number 1", "after_percent",
         "None", "either"),
        (HEAD + LADDER.replace(" }]", ' }, { level = "zone", after_percent = 80 }]'), "value", "[[ladders]] number 1", "steps",
         "100, 80", "greater after_percent"),
        (HEAD + ALARM + 'comparison = "at_most"\n', "value", "number 1", "comparison", "at_most", "a threshold"),
    ],
)  # fmt: skip
def test_each_mistake_is_told(
    text: str, code: str, where: str, key: str | None, value: str | None, expected: str
) -> None:
    error = refused(text)
    assert (error.code, error.data.get("key"), error.data.get("value")) == (f"rules.{code}", key, value)
    assert error.where.startswith("city.toml") and where in error.where
    assert expected in error.expected


def test_the_nearest_key_is_proposed_and_further_mistakes_counted() -> None:
    error = refused(HEAD + LEVEL + "limits = 3\nclok = 1\n")
    assert "(and 1 more)" in error.what and error.remedy == "did you mean 'limit'?"


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(BadRules) as caught:
        load_rules("nowhere.toml")
    assert caught.value.code == "rules.unknown" and "calendars-cn" in caught.value.expected


def test_a_file_from_disk_and_its_name(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text("\ufeff" + HEAD + LEVEL, encoding="utf-8")
    assert [rule.key for _, rule in load_rules(str(file)).expanded()] == ["service_level/x"]
    assert load_rules(str(file)).name == "mine.toml"


def test_the_page_names_every_table_and_key() -> None:
    page = (Path(__file__).parents[4] / "docs" / "rules.md").read_text(encoding="utf-8")
    for name, field in Rules.model_fields.items():
        assert f"`{name}`" in page or f"[[{name}]]" in page, name
        for model in re.findall(r"linli\.rules\.\w+\.(\w+)", str(field.annotation)):
            section = page.partition(f"## `[[{name}]]`")[2].partition("\n## ")[0]
            for key, one in _model(model).model_fields.items():
                assert f"`{one.alias or key}`" in section + page.partition("## Keys that")[2].partition("\n## ")[0], (
                    name,
                    key,
                )


def _model(name: str) -> Any:
    from linli.rules import calendars, model

    return getattr(model, name, None) or getattr(calendars, name)


def test_the_examples_of_the_page_are_right() -> None:
    page = (Path(__file__).parents[4] / "docs" / "rules.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    assert len(examples) >= 8
    for example in examples:
        text = example if example.startswith("source") else HEAD + example
        assert list(parse_rules(text.encode(), "rules.md").statements())

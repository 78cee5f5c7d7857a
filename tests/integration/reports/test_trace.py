"""From a row back to its events: after a correction both are shown."""

from __future__ import annotations

from linli.reports.session import reading
from linli.trace import Trace, trace
from schemas.catalogue import COMPLAINTS, PLACES
from tests.integration.reports.city import SCHEMAS, City


def traced(city: City, ref: str) -> Trace:
    city.apply()
    with reading(city.url) as session:
        found = trace(session, SCHEMAS, COMPLAINTS, f"town:{ref}", partition=0)
    assert found is not None
    return found


def verdicts(found: Trace) -> list[tuple[str, str, str | None]]:
    return [(told.event.name, told.verdict, told.by) for told in found.statements]


class TestCorrections:
    def test_a_date_keyed_a_day_early(self, city: City) -> None:
        wrong = city.case("1", "Filed", "2023-03-01T02:00:00")
        city.case("1", "Closed", "2023-03-05T02:00:00")
        assert [str(row["day"]) for row in city.report("counts", "day").rows] == ["2023-03-01"]
        right = city.case("1", "Filed", "2023-03-02T02:00:00", supersedes=[wrong])
        assert [str(row["day"]) for row in city.report("counts", "day").rows] == ["2023-03-02"]
        assert verdicts(traced(city, "1")) == [
            ("ComplaintFiled", "superseded", right),
            ("ComplaintFiled", "counts", None),
            ("ComplaintClosed", "counts", None),
        ]

    def test_a_record_entered_twice_under_two_ids(self, city: City) -> None:
        city.case("1", "Filed", "2023-03-01T02:00:00")
        twice = city.case("2", "Filed", "2023-03-01T02:00:00")
        assert city.report("counts").totals["cases"] == 2
        annulment = city.annul(COMPLAINTS, "2", twice)
        assert city.report("counts").totals["cases"] == 1
        assert verdicts(traced(city, "2")) == [
            ("ComplaintFiled", "annulled", annulment),
            ("EventAnnulled", "counts", None),
        ]

    def test_an_annulled_annulment_restores(self, city: City) -> None:
        filed = city.case("1", "Filed", "2023-03-01T02:00:00")
        first = city.annul(COMPLAINTS, "1", filed, at="2023-03-02")
        second = city.annul(COMPLAINTS, "1", first, at="2023-03-03")
        assert city.report("counts").totals["cases"] == 1
        assert verdicts(traced(city, "1")) == [
            ("ComplaintFiled", "counts", None),
            ("EventAnnulled", "annulled", second),
            ("EventAnnulled", "counts", None),
        ]

    def test_of_several_annulments_the_one_that_counts_is_named(self, city: City) -> None:
        filed = city.case("1", "Filed", "2023-03-01T02:00:00")
        annulments = [city.annul(COMPLAINTS, "1", filed, at=f"2023-03-0{day}") for day in (2, 3, 4)]
        for number in (0, 2):
            city.annul(COMPLAINTS, "1", annulments[number], at=f"2023-03-1{number}")
        assert verdicts(traced(city, "1"))[0] == ("ComplaintFiled", "annulled", annulments[1])

    def test_a_later_statement_of_what_happens_once_outrates(self, city: City) -> None:
        city.case("1", "Filed", "2023-03-01T02:00:00", revised_at="2023-03-01T03:00:00")
        later = city.case("1", "Filed", "2023-03-01T01:00:00", revised_at="2023-03-02T03:00:00")
        assert verdicts(traced(city, "1")) == [
            ("ComplaintFiled", "counts", None),
            ("ComplaintFiled", "outrated", later),
        ]


class TestDocument:
    def test_where_an_event_stands(self, city: City) -> None:
        city.case("1", "Filed", "2023-03-01T02:00:00", origin="file abc row 7", source_ref="1")
        document = traced(city, "1").as_json()
        (fact,) = document["facts"]
        assert (fact["topic"], fact["partition"], fact["offset"]) == ("linli.complaints", 0, 0)
        assert (fact["occurred_at"], fact["recorded_at"]) == ("2023-03-01T02:00:00Z", "2023-11-14T22:13:20Z")
        assert (fact["origin"], fact["source_ref"]) == ("file abc row 7", "1")
        assert document["rows"]["cases"][0]["filed_day"] == "2023-03-01"
        assert document["rows"].keys() == {"cases", "dispatches", "irregularities"}

    def test_sealed_texts_open_only_with_keys(self, city: City) -> None:
        city.case("1", "Filed", "2023-03-01T02:00:00", description="the lift is stuck")
        found = traced(city, "1")
        assert found.as_json()["facts"][0]["values"]["description"] == "[sealed]"
        assert found.as_json(city.key_store)["facts"][0]["values"]["description"] == "the lift is stuck"
        city.key_store._keys.clear()
        assert found.as_json(city.key_store)["facts"][0]["values"]["description"] == "[erased]"

    def test_places_are_traced_by_the_same_code(self, city: City) -> None:
        city.place("a", "A", "b", valid_from="2020-01-01")
        city.apply()
        with reading(city.url) as session:
            found = trace(session, SCHEMAS, PLACES, "town:a")
            assert trace(session, SCHEMAS, PLACES, "town:nowhere") is None
        assert found is not None
        document = found.as_json()
        assert document["facts"][0]["values"]["valid_from"] == "2020-01-01"
        assert document["rows"]["place_parents"][0]["parent_id"] == "town:b"

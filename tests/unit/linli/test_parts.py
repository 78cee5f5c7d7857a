"""What is shown of the parts, and what they are resolved from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from linli.home import PARTS, Home
from linli.parts import supervision
from linli.parts.supervision import CONFIGURED, states
from linli.settings import load_settings

MAVEN = {"m": "http://maven.apache.org/POM/4.0.0"}


def pom(name: str) -> ET.Element:
    return ET.fromstring(files("linli.parts").joinpath(name).read_text(encoding="utf-8"))  # noqa: S314  our own file


def test_a_configured_part_is_shown_without_its_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "_READY", {part: lambda told: True for part in PARTS})
    given = {
        "LINLI_HOME": str(tmp_path),
        "LINLI_KAFKA_BOOTSTRAP": "k:9092",
        "LINLI_REGISTRY_URL": "https://me:secret@registry/api",
        "LINLI_POSTGRES_URL": "postgresql://me:secret@db:5432/city",
    }
    told = states(Home(load_settings(given)))
    assert [one.state for one in told] == [CONFIGURED] * len(PARTS)
    assert [one.url for one in told] == ["k:9092", "https://me:***@registry/api", "postgresql://me:***@db:5432/city"]


def test_the_stand_in_is_the_parent_of_the_registry_s_release() -> None:
    wanted = pom("pom.xml").findtext("m:properties/m:apicurio.version", namespaces=MAVEN)
    stand_in = pom("apicurio-parent.xml")
    told = [stand_in.findtext(f"m:{name}", namespaces=MAVEN) for name in ("groupId", "artifactId", "version")]
    assert told == ["io.apicurio", "apicurio-registry", wanted]


def test_maven_is_told_no_repository() -> None:
    root = pom("pom.xml")
    assert [module.text for module in root.findall("m:modules/m:module", MAVEN)] == ["apicurio-parent.xml"]
    assert root.find("m:repositories", MAVEN) is None

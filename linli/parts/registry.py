"""Apicurio Registry with its storage in the broker (`kafkasql`), answering the Confluent-compatible API on loopback."""

from __future__ import annotations

from linli.home import REGISTRY, Home, Recorded
from linli.parts import processes
from linli.parts.jars import Jars
from schemas.errors import LinliError
from schemas.registry import Registry

_JAVA = ("-Xms64m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true")
_API = "/apis/ccompat/v7"

_OPTIONS = {
    "quarkus.http.host": "127.0.0.1",
    "quarkus.log.level": "WARN",
    "apicurio.storage.kind": "kafkasql",
    "apicurio.disable.apis": "/apis/ibmcompat/.*,/ui/.*",
    # At its start it polls the snapshots' topic once, for so long (5 s unless told). We have none: the journal is kept
    # whole, and a snapshot is a script that would be read from a folder that anybody may write to.
    "apicurio.kafkasql.consumer.poll.timeout": "500",
    "apicurio.kafkasql.snapshot.every.seconds": "off",
    # It keeps what it knows in memory: twenty connections to that are of no use.
    "apicurio.datasource.jdbc.initial-size": "1",
    "apicurio.datasource.jdbc.min-size": "1",
}


def start(home: Home, jars: Jars, before: Recorded | None, kafka_bootstrap: str) -> Recorded:
    """Start the registry on its recorded port where it is free; it waits for the broker by itself."""
    port = processes.free_port(before.ports[0] if before else home.settings.registry_port)
    folder = home.folder(REGISTRY)
    own = {
        "quarkus.http.port": str(port),
        "apicurio.kafkasql.bootstrap.servers": kafka_bootstrap,
        "apicurio.import.work-dir": str(folder),
        "apicurio.storage.snapshot.location": str(folder),
    }
    given = [f"-D{name}={value}" for name, value in {**_OPTIONS, **own}.items()]
    process = processes.start(["java", *_JAVA, *given, "-jar", str(jars.registry)], home.log(REGISTRY), folder)
    return Recorded(f"http://127.0.0.1:{port}{_API}", process.pid, process.create_time(), (port,))


def ready(told: Recorded) -> bool:
    """Whether the registry answers a question."""
    if told.ports and not processes.answers(told.ports[0]):
        return False
    try:
        return bool(Registry(told.url, tries=0).compatibility())
    except LinliError:
        return False

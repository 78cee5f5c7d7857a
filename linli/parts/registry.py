"""Apicurio Registry with its storage in the broker (`kafkasql`), answering the Confluent-compatible API on loopback."""

from __future__ import annotations

from linli.home import REGISTRY, Home, Recorded
from linli.parts import processes
from linli.parts.jars import Jars
from schemas.errors import LinliError
from schemas.registry import Registry

_JAVA = ("-Xms64m", "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true")
_API = "/apis/ccompat/v7"


def start(home: Home, jars: Jars, before: Recorded | None, kafka_bootstrap: str) -> Recorded:
    """Start the registry on its recorded port where it is free; it waits for the broker by itself."""
    port = processes.free_port(before.ports[0] if before else home.settings.registry_port)
    options = {
        "quarkus.http.host": "127.0.0.1",
        "quarkus.http.port": str(port),
        "quarkus.log.level": "WARN",
        "apicurio.storage.kind": "kafkasql",
        "apicurio.kafkasql.bootstrap.servers": kafka_bootstrap,
        "apicurio.disable.apis": "/apis/ibmcompat/.*,/ui/.*",
    }
    given = [f"-D{name}={value}" for name, value in options.items()]
    process = processes.start(["java", *_JAVA, *given, "-jar", str(jars.registry)], home.log(REGISTRY), home.folder(REGISTRY))
    return Recorded(f"http://127.0.0.1:{port}{_API}", process.pid, process.create_time(), (port,))


def ready(told: Recorded) -> bool:
    """Whether the registry answers a question."""
    if not processes.answers(told.ports[0]):
        return False
    try:
        return bool(Registry(told.url, tries=0).compatibility())
    except LinliError:
        return False

"""Apache Kafka in KRaft mode: one node that is broker and controller, listening on loopback only."""

from __future__ import annotations

import base64
import subprocess
import uuid
from pathlib import Path

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from linli.home import KAFKA, Home, Recorded
from linli.parts import processes
from linli.parts.jars import Jars
from schemas.errors import Unavailable

# A broker lives from its page cache: a small heap, and the fastest start (the compiler's first level, one collector).
_JAVA = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true")

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{broker},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{broker}
controller.listener.names=CONTROLLER
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
log.retention.ms=-1
unclean.leader.election.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
share.coordinator.state.topic.num.partitions=4
share.coordinator.state.topic.replication.factor=1
share.coordinator.state.topic.min.isr=1
group.initial.rebalance.delay.ms=0
"""


def start(home: Home, jars: Jars, before: Recorded | None) -> Recorded:
    """Start the broker on its recorded ports where they are free; it may not answer yet."""
    wanted = before.ports if before else (home.settings.kafka_port, home.settings.kafka_port + 1)
    broker = processes.free_port(wanted[0])
    controller = processes.free_port(wanted[1] if wanted[1] != broker else 0)
    folder = home.folder(KAFKA)
    properties = folder / "server.properties"
    properties.write_text(
        _PROPERTIES.format(broker=broker, controller=controller, data=folder / "data"), encoding="utf-8"
    )
    if not (folder / "data" / "meta.properties").exists():
        _format(jars, properties, home.log(KAFKA))
    process = processes.start(
        ["java", *_JAVA, *_logging(folder), "-cp", jars.kafka, "kafka.Kafka", str(properties)], home.log(KAFKA), folder
    )
    return Recorded(f"127.0.0.1:{broker}", process.pid, process.create_time(), (broker, controller))


def ready(told: Recorded) -> bool:
    """Whether the broker serves metadata."""
    if told.ports and not processes.answers(told.ports[0]):
        return False
    try:
        client = AdminClient({"bootstrap.servers": told.url, "socket.timeout.ms": 2000, "log_level": 0})
        return bool(client.list_topics(timeout=2).brokers)
    except KafkaException:
        return False


def _format(jars: Jars, properties: Path, log: Path) -> None:
    """Give a new data folder its cluster id."""
    cluster = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    tool = ["kafka.tools.StorageTool", "format", "-t", f"1{cluster[1:]}", "-c", str(properties)]
    command = ["java", *_JAVA, *_logging(properties.parent), "-cp", jars.kafka, *tool]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    with log.open("a", encoding="utf-8") as output:
        output.write(done.stdout + done.stderr)
    if done.returncode:
        raise Unavailable(
            f"Kafka's data folder could not be made: {(done.stdout + done.stderr)[-300:]}",
            code="part.kafka",
            where=str(properties),
        )


def _logging(folder: Path) -> list[str]:
    """A log4j2 configuration: warnings and what matters at start, to standard output."""
    file = folder / "log4j2.properties"
    file.write_text(
        "status=error\nappender.out.type=Console\nappender.out.name=out\nappender.out.layout.type=PatternLayout\n"
        "appender.out.layout.pattern=%d %p %m (%c{1})%n\nrootLogger.level=warn\nrootLogger.appenderRef.out.ref=out\n"
        "logger.server.name=kafka.server\nlogger.server.level=info\n",
        encoding="utf-8",
    )
    return [f"-Dlog4j2.configurationFile={file}"]

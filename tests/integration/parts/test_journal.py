"""The registry's schemas live in the broker, and are kept as long as the events that need them."""

from __future__ import annotations

import pytest
from confluent_kafka.admin import AdminClient, ConfigResource

pytestmark = pytest.mark.integration


@pytest.mark.usefixtures("registry_url")
def test_the_registry_s_journal_never_forgets(kafka_bootstrap: str) -> None:
    journal = ConfigResource(ConfigResource.Type.TOPIC, "kafkasql-journal")
    admin = AdminClient({"bootstrap.servers": kafka_bootstrap})
    told = admin.describe_configs([journal])[journal].result(30)
    assert (told["retention.ms"].value, told["cleanup.policy"].value) == ("-1", "delete")

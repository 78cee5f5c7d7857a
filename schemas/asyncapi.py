"""The catalogue as an AsyncAPI 3.0 document, for the tools that read one: a channel for each topic, a message for each
event type with its released Avro schema inside, so that the document needs no other file.

The keys of extensions begin with `x-linli-`: `rank` and `once` as in the catalogue.
"""

from __future__ import annotations

from typing import Any

from schemas.catalogue import EVENTS, FAMILIES, EventType, Family, events_of, schema_of

AVRO = "application/vnd.apache.avro+json;version=1.9.0"
BINDING = "0.5.0"
"""Version of the Kafka bindings (AsyncAPI bindings, "Kafka")."""

Json = dict[str, Any]

_ABOUT = (
    "Every visit, complaint and service event of a city's neighbourhoods, immutable, on Apache Kafka. A value is framed"
    " as Confluent does (0x00, schema id of 4 bytes, Avro body); the key is the id of the entity that the event is about,"
    " partitioned by murmur2; CloudEvents attributes are headers (binary content mode). Topics are kept for ever and"
    " never compacted; what was recorded when is the broker's append time. Bytes of a field with `encrypted_for` are"
    " ciphertext under the key of the entity that this field names. 邻里事件目录"
)
_HEADERS = {
    "ce_id": "Event id, the same as `event_id`; always the first header. 事件标识",
    "ce_type": "Full name of the event type. 事件类型",
    "ce_source": "The registered feed, the same as `source`. 数据来源",
    "ce_time": "When it happened, RFC 3339. 发生时间",
    "ce_specversion": "Version of CloudEvents: 1.0. 规范版本",
    "ce_dataschema": "urn:sha256:<hex> of the released .avsc file. 模式指纹",
    "content-type": "application/avro. 内容类型",
}


def document(version: str) -> Json:
    """The whole document; `version` is the release's."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Linli 邻里",
            "version": version,
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/avro",
        "servers": {"kafka": _server()},
        "channels": {family.name: _channel(family) for family in FAMILIES},
        "operations": {name: told for family in FAMILIES for name, told in _operations(family).items()},
        "components": {
            "messages": {event.full_name: _message(event) for event in EVENTS},
            "messageTraits": {"cloudevents": _trait()},
        },
    }


def _server() -> Json:
    return {
        "host": "{bootstrap}",
        "protocol": "kafka",
        "description": "The installation's broker; its own, or one that was configured. 消息服务器",
        "variables": {
            "bootstrap": {"default": "localhost:9092", "description": "Host and port; `linli status` tells them."}
        },
    }


def _channel(family: Family) -> Json:
    return {
        "address": family.topic,
        "title": family.name,
        "description": f"{family.doc} Key: `{family.key}`.",
        "messages": {event.name: {"$ref": f"#/components/messages/{event.full_name}"} for event in events_of(family)},
        "bindings": {
            "kafka": {
                "topic": family.topic,
                "topicConfiguration": {"cleanup.policy": ["delete"], "retention.ms": -1, "retention.bytes": -1},
                "bindingVersion": BINDING,
            }
        },
    }


def _operations(family: Family) -> dict[str, Json]:
    channel = {"$ref": f"#/channels/{family.name}"}
    appended = "Feeds state what happened; an edge appends it, idempotent and acknowledged by all replicas. 写入"
    read = "Workers apply every event once; whoever may read the topic may replay it. 读取"
    return {
        f"append.{family.name}": {"action": "send", "channel": channel, "summary": appended},
        f"read.{family.name}": {"action": "receive", "channel": channel, "summary": read},
    }


def _message(event: EventType) -> Json:
    return {
        "name": event.full_name,
        "title": event.name,
        "summary": schema_of(event)["doc"],
        "contentType": "application/avro",
        "traits": [{"$ref": "#/components/messageTraits/cloudevents"}],
        "payload": {"schemaFormat": AVRO, "schema": schema_of(event)},
        "bindings": {
            "kafka": {
                "key": {"type": "string", "description": f"`{event.family.key}`"},
                "schemaIdLocation": "payload",
                "schemaIdPayloadEncoding": "confluent",
                "schemaLookupStrategy": "TopicRecordNameStrategy",
                "bindingVersion": BINDING,
            }
        },
        "x-linli-rank": event.rank,
        "x-linli-once": event.once,
    }


def _trait() -> Json:
    properties = {name: {"type": "string", "description": text} for name, text in _HEADERS.items()}
    return {"headers": {"type": "object", "required": list(_HEADERS), "properties": properties}}

"""The real parts, embedded: a home comes in, a Kafka, a schema registry and a PostgreSQL in it go out."""

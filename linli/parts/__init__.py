"""The real parts, embedded: what comes in is a home, what goes out are a Kafka, a schema registry and a PostgreSQL in it."""

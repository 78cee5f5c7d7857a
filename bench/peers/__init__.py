"""One program a system. Each runs as a process of its own (`python -m bench.peers.<name> JOB.json`).

The peers' environments hold their framework, fastavro and psycopg, and nothing of Linli: only `work` is shared.
"""

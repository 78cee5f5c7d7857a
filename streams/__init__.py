"""From Kafka partitions to the store: in come records, a stretch of one partition at a time; out go batches of decoded
facts, the positions that move with them, and dead letters. The only package that knows Faust.
"""

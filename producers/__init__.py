"""A feed's record becomes one valid event in Kafka. What comes in is what a source states; what goes out are records of a log.

`publish` gives a statement its identity and its envelope, `log` keeps it; each feed is a folder or module of its own.
"""

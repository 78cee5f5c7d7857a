"""The contract: which events exist, how they look on the wire, which errors are told.

What comes in is nothing; what goes out are the catalogue, the Avro files and the codec that every other package relies on.
"""

"""The files feed: a table somebody exported (CSV, XLSX, XLS, JSON, NDJSON) comes in, statements for the `Publisher`
go out.

A mapping file (TOML, see docs/feeds/files.md) says which column is what. The way of one file, in this order: 1 survey
(what is it, which bytes), 2 read (chunks of cells), 3 values (cells → typed columns), 4 statements (rows → events), 5
compare (what the source has stated before), 6 publish, 7 rejects and reconciliation. `flow.import_file` is that list.
"""

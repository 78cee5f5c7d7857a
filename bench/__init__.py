"""The same work by Linli and by its peers, on the same topic in alternation: events in → a table of figures out.

`python -m bench` runs it. `load` makes the events, `peers` holds one program for each system, `runner` runs them, and
`table` tells the figures in `docs/benchmarks.md`. Nothing of Linli imports this package.
"""

"""Rules that people write: TOML files of calendars, limits, periods, code lists, metrics, obligations come in, statements for
the family `rules` go out. Everything is checked before anything is stated.
"""

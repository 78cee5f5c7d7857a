"""The installation: settings, commands, reports, and the parts that Linli runs on.

What comes in are a person's commands; what goes out are events through `producers`, work through `streams`, and numbers.
"""

"""`python -m linli` is `linli`."""

from linli.cli import main

main()

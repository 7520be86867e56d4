"""``python -m tomada``: the command line, for an environment whose scripts are not on the path."""

from tomada.cli import main

main()

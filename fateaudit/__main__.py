"""`python -m fateaudit` is `fateaudit`."""

from fateaudit.cli import main

main()

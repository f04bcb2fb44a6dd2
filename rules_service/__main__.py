"""`python -m rules_service`: the `rules-service` command."""

from rules_service.cli import main

if __name__ == "__main__":
    main(prog_name="rules-service")

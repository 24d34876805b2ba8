"""``python -m next_evidence`` is the command line."""

from next_evidence.cli.main import main

if __name__ == "__main__":
    main()

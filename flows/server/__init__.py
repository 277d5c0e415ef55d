"""The Prefect server to report to: `find` one that runs, or start a `temporary` one for the time of a command."""

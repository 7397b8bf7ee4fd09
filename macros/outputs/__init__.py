"""Site data as files for other programs: pure functions of the `Site`. Runs without MkDocs."""

"""Records to HTML, by a template of the same name. Runs without MkDocs."""

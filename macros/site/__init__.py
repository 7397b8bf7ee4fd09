"""MkDocs: its events and the pages it is given. Nothing outside this package knows MkDocs."""

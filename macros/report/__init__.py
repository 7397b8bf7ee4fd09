"""What a change does to the site, as one file for whoever reviews it."""

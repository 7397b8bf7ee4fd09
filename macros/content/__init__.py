"""Facts and prose: reading, the model, the rules. Knows neither HTML nor MkDocs."""

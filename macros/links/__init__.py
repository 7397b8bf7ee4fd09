"""Whether the pages of other sites that ours sends people to are still there: asked politely, told in Russian."""

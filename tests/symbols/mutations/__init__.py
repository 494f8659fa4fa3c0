"""Small packages in six languages, and what can happen to the names in them."""

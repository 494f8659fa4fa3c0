"""TypeScript: `running` runs it, `mapping` reads it for the code map; neither loads the other."""

"""TypeScript: type-checked and emitted by its native compiler, then run on Node.js."""

"""Go: programs, packages, testable examples, tests and fragments, without the go command."""

"""Java: compilation units, members, statements and `jshell` sessions, on a JDK 17 or newer."""

"""Rust: rustdoc's examples, whole programs, items and fragments, compiled by rustc alone."""

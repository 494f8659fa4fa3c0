"""`doc-healing config`: the settings in force and where each comes from."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from doc_healing import config
from doc_healing.cli.selection import root_of, working_directory
from doc_healing.documents.discovery import checkout, reader
from doc_healing.settings import origins
from doc_healing.settings import read as read_settings


@click.command("config")
@click.option("-f", "--format", "shape", type=click.Choice(["text", "json"]), default="text")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of .doc-healing.yml.")
def command(shape: str, schema: bool) -> int:
    """Show every setting in force and where it comes from; stops at the first invalid one."""
    if schema:
        click.echo(json.dumps(config.schema(), indent=2))
        return 0
    here = working_directory()
    located = config.find(reader(checkout(root_of([here], here))))
    rows = [*_repository(located), *_operator()]
    if shape == "json":
        keys = ("name", "value", "origin")
        shown = [dict(zip(keys, row, strict=True)) for row in rows]
        click.echo(json.dumps({"schema": 1, "settings": shown}, indent=2, default=str))
    else:
        for name, value, origin in rows:
            click.echo(f"{name} = {json.dumps(value, default=str)}   ({origin})")
    return 0


def _repository(located: config.Located) -> Iterator[tuple[str, Any, str]]:
    said = located.config.model_dump(exclude_unset=True, by_alias=True)
    for name, value in _flat(located.config.model_dump(by_alias=True)):
        yield name, value, located.path if name in dict(_flat(said)) else "default"


def _operator() -> Iterator[tuple[str, Any, str]]:
    said = origins()
    for name, value in _flat(asdict(read_settings())):
        flat = name.replace("limits.", "").replace("install.", "install_")
        yield f"operator.{name}", value, said.get(flat, "default")


def _flat(tree: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value

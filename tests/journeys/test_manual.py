"""The manual page of the command line, compared with the commands and tried."""

import importlib
import re
from pathlib import Path

import click
import pytest

from doc_healing.cli.main import COMMANDS
from doc_healing.report import FORMATS, LIST_FORMATS
from tests.journeys.desk import call, fence, repository

PAGE = (Path(__file__).parents[2] / "docs/cli.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## ([a-z]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def members_of(command: click.Command) -> dict[str, click.Command]:
    if not isinstance(command, click.Group):
        return {}
    context = click.Context(command)
    found = {name: command.get_command(context, name) for name in command.list_commands(context)}
    return {name: one for name, one in found.items() if one}


def options_of(command: click.Command) -> set[str]:
    of_all = [command, *members_of(command).values()]
    return {
        name
        for each in of_all
        for parameter in each.params
        if isinstance(parameter, click.Option)
        for name in (*parameter.opts, *parameter.secondary_opts)
    }


def test_every_command_has_its_section() -> None:
    assert set(SECTIONS) == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_options_and_page_are_in_step(name: str) -> None:
    command = importlib.import_module(f"doc_healing.cli.{COMMANDS[name][0]}").command
    rows = [line.split("|")[1] for line in SECTIONS[name].splitlines() if line.startswith("| `-")]
    documented = {word for row in rows for word in re.findall(r"`(--?[a-z-]+)", row)}
    assert documented == options_of(command)
    if isinstance(command, click.Group):
        assert all(f"{name} {each}" in SECTIONS[name] for each in members_of(command))


def test_the_formats_are_those_of_the_page() -> None:
    (row,) = (line for line in SECTIONS["check"].splitlines() if "`--format" in line)
    assert re.findall(r"`([a-z]+)`", row) == list(FORMATS)
    (row,) = (line for line in SECTIONS["list"].splitlines() if "`--format" in line)
    assert re.findall(r"`([a-z]+)`", row) == list(LIST_FORMATS)


def test_the_last_lines_of_the_page_are_those_of_the_text(tmp_path: Path) -> None:
    example = re.findall(r"^19 snippets:.*\nChecked .*$", PAGE, re.MULTILINE)[0]
    root = repository(tmp_path, a_dot_md=fence("python", "1 / 0\n") + fence("text", "x\n"))
    shown = "\n".join(call("check", cwd=root).out.splitlines()[-2:])
    shape = r"\d+ snippets: \d+ broken · .*illustrative\nChecked \d+ of \d+ runnable snippets? in "
    assert re.match(shape, shown)
    assert re.match(shape, example)


@pytest.mark.parametrize(
    ("variables", "arguments", "coloured"),
    [
        ({}, [], False),
        ({"FORCE_COLOR": "1"}, [], True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, [], False),
        ({"NO_COLOR": "1"}, ["--color", "always"], True),
        ({"FORCE_COLOR": "1"}, ["--color", "never"], False),
        ({"FORCE_COLOR": "0"}, [], False),
        ({"NO_COLOR": ""}, ["--color", "auto"], False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, [], True),
    ],
)
def test_colours_as_the_page_says(
    tmp_path: Path, variables: dict[str, str], arguments: list[str], coloured: bool
) -> None:
    root = repository(tmp_path, a_dot_md=fence("python", "print(1)\n"))
    result = call("list", *arguments, cwd=root, variables={"NO_COLOR": "", **variables})
    assert ("\x1b[" in result.out) is coloured

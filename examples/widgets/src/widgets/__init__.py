"""Widgets, boxes of them, and their weight."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Widget:
    """A thing with a name and a weight in grams."""

    name: str
    grams: int = 1

    def __post_init__(self) -> None:
        if self.grams <= 0:
            raise ValueError("a widget weighs something")


@dataclass
class Box:
    """What holds widgets."""

    widgets: list[Widget] = field(default_factory=list)

    def add(self, widget: Widget) -> "Box":
        self.widgets.append(widget)
        return self

    @property
    def grams(self) -> int:
        return sum(widget.grams for widget in self.widgets)


def open_box(*names: str) -> Box:
    """A box with one widget for each name. Version 1 called it `make_box`."""
    return Box([Widget(name) for name in names])

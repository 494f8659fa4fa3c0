package org.example.widgets;

import java.util.ArrayList;
import java.util.List;

/** What holds widgets. */
public final class Box {
    private final List<Widget> widgets = new ArrayList<>();

    /** A box with one widget for each name. Version 1 called it {@code make}. */
    public static Box open(String... names) {
        Box box = new Box();
        for (String name : names) {
            box.add(new Widget(name, 1));
        }
        return box;
    }

    public Box add(Widget widget) {
        widgets.add(widget);
        return this;
    }

    public int grams() {
        return widgets.stream().mapToInt(Widget::grams).sum();
    }
}

package org.example.widgets;

/** A thing with a name and a weight in grams. */
public record Widget(String name, int grams) {
    public Widget {
        if (grams <= 0) {
            throw new IllegalArgumentException("a widget weighs something");
        }
    }
}

/** A box of widgets. */
export class Box {
  #widgets = [];

  add(name, { weight = 1 } = {}) {
    if (weight <= 0) throw new RangeError("a widget weighs something");
    this.#widgets.push({ name, weight });
    return this;
  }

  get weight() {
    return this.#widgets.reduce((sum, widget) => sum + widget.weight, 0);
  }

  names() {
    return this.#widgets.map((widget) => widget.name);
  }
}

/** Version 2 has renamed `makeBox`. */
export function openBox(...names) {
  return names.reduce((box, name) => box.add(name), new Box());
}

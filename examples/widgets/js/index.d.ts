/** A box of widgets. */
export declare class Box {
  add(name: string, options?: { weight?: number }): this;
  get weight(): number;
  names(): string[];
}

/** Version 2 has renamed `makeBox`. */
export declare function openBox(...names: string[]): Box;

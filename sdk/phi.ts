// A box for protected health information that cannot be printed by accident.
import { inspect } from "node:util";

/**
 * Holds one value that identifies a patient (HIPAA Safe Harbor, 45 CFR 164.514(b)(2)).
 * It has no string form: logs, JSON, template literals and `util.inspect` all show `[phi]`.
 * `reveal()` is the one way out, so that every use can be found by searching for it.
 */
export class Phi<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return "[phi]";
  }

  toJSON(): string {
    return "[phi]";
  }

  [inspect.custom](): string {
    return "[phi]";
  }
}

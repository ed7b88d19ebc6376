// Remembers how to take apart what was put together, in reverse order.

export class Closing {
  readonly #actions: (() => Promise<void>)[] = [];
  #done: Promise<void> | undefined;

  add(action: () => Promise<void>): void {
    this.#actions.push(action);
  }

  /** Runs every action once, last one first; one that fails does not keep the others from running. */
  run(): Promise<void> {
    this.#done ??= this.#run();
    return this.#done;
  }

  async #run(): Promise<void> {
    const failures: unknown[] = [];
    for (const action of this.#actions.toReversed()) {
      try {
        await action();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, "not everything could be stopped");
  }
}

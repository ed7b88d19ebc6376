// Work that is done in batches: what comes while one batch is under way makes up the next one.

/** Does a batch and answers each of its items, in order. */
type BatchWork<Item, Answer> = (batch: readonly Item[]) => Promise<readonly Answer[]>;

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly accept: (answer: Answer) => void;
  readonly refuse: (error: unknown) => void;
}

/** Nothing waits for a batch to fill up: the first item goes at once, and alone. */
export class Gathering<Item, Answer> {
  readonly #work: BatchWork<Item, Answer>;
  readonly #largest: number;
  #waiting: Waiting<Item, Answer>[] = [];
  #running: Promise<void> | undefined;

  /** @param largest items of one batch */
  constructor(work: BatchWork<Item, Answer>, largest: number) {
    this.#work = work;
    this.#largest = largest;
  }

  add(item: Item): Promise<Answer> {
    return new Promise((accept, refuse) => {
      this.#waiting.push({ item, accept, refuse });
      this.#running ??= this.#run();
    });
  }

  /** Resolves when nothing waits any more. */
  async drain(): Promise<void> {
    while (this.#running) await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, this.#largest);
      try {
        const answers = await this.#work(batch.map(({ item }) => item));
        for (const [index, { accept }] of batch.entries()) accept(answers[index]!);
      } catch (error) {
        await this.#oneByOne(batch, error);
      }
    }
    this.#running = undefined;
  }

  /** One bad item must not refuse its neighbours. */
  async #oneByOne(batch: readonly Waiting<Item, Answer>[], error: unknown): Promise<void> {
    if (batch.length === 1) return batch[0]!.refuse(error);
    for (const { item, accept, refuse } of batch) {
      try {
        const [answer] = await this.#work([item]);
        accept(answer!);
      } catch (own) {
        refuse(own);
      }
    }
  }
}

// Takes server-sent events out of a stream of text, however it was cut into pieces.

export interface ServerEvent {
  readonly event: string;
  /** Of this event or the last one before it that had one. */
  readonly id: string | undefined;
  readonly data: string;
}

export class EventReader {
  #rest = "";
  #id: string | undefined;

  /** @returns the events that are whole now */
  read(piece: string): ServerEvent[] {
    const blocks = (this.#rest + piece).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    return blocks.flatMap((block) => this.#eventOf(block));
  }

  #eventOf(block: string): ServerEvent[] {
    const fields = new Map(
      block.split("\n").map((line) => {
        const colon = line.indexOf(":");
        return [line.slice(0, colon), line.slice(colon + 1).trimStart()] as const;
      }),
    );
    this.#id = fields.get("id") ?? this.#id;
    const event = fields.get("event");
    return event === undefined ? [] : [{ event, id: this.#id, data: fields.get("data") ?? "" }];
  }
}

// What the status of a C-STORE response means for a delivery (PS3.4 Table B.2-1, PS3.7 Annex C).

export interface StoreMeaning {
  readonly kind: "stored" | "warning" | "retry" | "refused";
  /** In words, for a person. */
  readonly text: string;
}

/** Single codes; ranges follow below. */
const EXACT: Readonly<Record<number, StoreMeaning>> = {
  0: { kind: "stored", text: "success" },
  // The same instance was sent before, and an instance never changes.
  273: { kind: "warning", text: "the instance is there already" },
  272: { kind: "retry", text: "processing failure" },
  279: { kind: "refused", text: "invalid SOP Instance UID" },
  290: { kind: "refused", text: "SOP class not supported" },
  292: { kind: "refused", text: "not authorised" },
  528: { kind: "refused", text: "duplicate invocation" },
  529: { kind: "refused", text: "unrecognised operation" },
  530: { kind: "refused", text: "mistyped argument" },
  531: { kind: "retry", text: "resource limitation" },
  45056: { kind: "warning", text: "coercion of data elements" },
  45062: { kind: "warning", text: "elements discarded" },
  45063: { kind: "warning", text: "data set does not match SOP class" },
};

/** First and last code of a range. */
const RANGES: readonly (readonly [number, number, StoreMeaning])[] = [
  [0xa700, 0xa7ff, { kind: "retry", text: "out of resources" }],
  [0xa900, 0xa9ff, { kind: "refused", text: "data set does not match SOP class" }],
  [0xb000, 0xbfff, { kind: "warning", text: "stored with a warning" }],
  [0xc000, 0xcfff, { kind: "refused", text: "cannot understand" }],
];

/** @param status of the response; an unknown one counts as refused */
export function meaningOfStoreStatus(status: number): StoreMeaning {
  const range = RANGES.find(([first, last]) => status >= first && status <= last);
  return EXACT[status] ?? range?.[2] ?? { kind: "refused", text: "unknown status" };
}

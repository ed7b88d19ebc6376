// What the bench and its load process say to each other.

/** What is to be sent next. */
export interface LoadOrder {
  readonly port: number;
  readonly calledAe: string;
  readonly associations: number;
  /** How many objects of the corpus, from the first. */
  readonly objects: number;
  /** A new association for each object. */
  readonly churn: boolean;
  /** Never the same twice: it makes the UIDs new. */
  readonly run: number;
}

/** How it went. */
export interface LoadResult {
  /** From the first byte to the last answer. */
  readonly seconds: number;
  /** CPU time of the load process meanwhile. */
  readonly cpuSeconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Bytes of all data sets. */
  readonly bytes: number;
  /** Answers other than success, by status. */
  readonly refused: Readonly<Record<string, number>>;
}

/** To the load process: get ready for an order (associations open, messages framed), then send it. */
export type LoadRequest = { readonly prepare: LoadOrder } | { readonly send: true };

/** From the load process: an answer to each request, and one when it has read the corpus. */
export type LoadReply =
  | { readonly ready: true }
  | { readonly result: LoadResult }
  | { readonly failure: string };

// The one table of legal moves of a study and of an order.

export const STUDY_STATUSES = [
  "receiving",
  "checking",
  "deidentifying",
  "held",
  /** Checked; nothing is ordered for it yet. */
  "waiting",
  "queued",
  "processing",
  "processed",
  "delivered",
  "undelivered",
  "failed",
  "unknown",
  "cancelled",
] as const;
export type StudyStatus = (typeof STUDY_STATUSES)[number];

/** Late instances bring any status back to `receiving`, with a new revision. */
export const STUDY_MOVES: Readonly<Record<StudyStatus, readonly StudyStatus[]>> = {
  receiving: ["checking", "deidentifying", "waiting", "queued", "processed", "failed", "cancelled"],
  checking: ["receiving", "deidentifying", "held", "waiting", "queued", "failed", "processed", "cancelled"],
  deidentifying: ["receiving", "held", "waiting", "queued", "failed", "processed", "cancelled"],
  held: ["receiving", "checking", "deidentifying", "waiting", "queued", "processed", "failed", "cancelled"],
  waiting: ["receiving", "queued", "processing", "failed", "cancelled"],
  queued: ["receiving", "processing", "processed", "delivered", "failed", "unknown", "cancelled"],
  processing: ["receiving", "queued", "processed", "delivered", "failed", "unknown", "cancelled"],
  // another product may be ordered for a study whose first one is through
  processed: [
    "receiving",
    "queued",
    "processing",
    "delivered",
    "undelivered",
    "unknown",
    "failed",
    "cancelled",
  ],
  delivered: ["receiving", "queued", "processing", "processed", "undelivered", "unknown", "failed"],
  undelivered: [
    "receiving",
    "queued",
    "processing",
    "processed",
    "delivered",
    "unknown",
    "failed",
    "cancelled",
  ],
  failed: ["receiving", "checking", "deidentifying", "queued", "processing", "cancelled"],
  unknown: [
    "receiving",
    "queued",
    "processing",
    "processed",
    "delivered",
    "undelivered",
    "failed",
    "cancelled",
  ],
  // whatever was cancelled may be tried again
  cancelled: ["receiving", "checking", "deidentifying", "queued"],
};

export const ORDER_STATUSES = [
  "queued",
  "processing",
  "processed",
  "delivered",
  "undelivered",
  "failed",
  "unknown",
  "cancelled",
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

export const ORDER_MOVES: Readonly<Record<OrderStatus, readonly OrderStatus[]>> = {
  queued: ["processing", "processed", "delivered", "failed", "unknown", "cancelled"],
  processing: ["queued", "processed", "delivered", "failed", "unknown", "cancelled"],
  processed: ["delivered", "undelivered", "unknown", "failed", "cancelled"],
  delivered: ["processed", "undelivered", "unknown"],
  undelivered: ["processed", "delivered", "unknown", "cancelled"],
  failed: ["queued", "processing", "cancelled"],
  unknown: ["queued", "processing", "processed", "delivered", "undelivered", "failed", "cancelled"],
  cancelled: ["queued"],
};

/** A move that the table does not know is a bug of the hub, never of its users. */
export function assertMove<S extends string>(table: Readonly<Record<S, readonly S[]>>, from: S, to: S): void {
  if (from === to || table[from].includes(to)) return;
  throw new Error(`illegal move from ${from} to ${to}`);
}

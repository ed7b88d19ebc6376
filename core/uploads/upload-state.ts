// The states of an upload and the one table of legal moves between them.

export const UPLOAD_STATES = [
  /** Announced, with its form values; no byte has come. */
  "created",
  /** Bytes come, or may be resumed. */
  "receiving",
  /** All bytes are there and on the disk; the hub checks them and takes them in. */
  "unpacking",
  /** Taken in; problems of single files may be listed. */
  "done",
  /** Nothing was taken in. */
  "failed",
  "cancelled",
] as const;
export type UploadState = (typeof UPLOAD_STATES)[number];

export const UPLOAD_MOVES: Readonly<Record<UploadState, readonly UploadState[]>> = {
  created: ["receiving", "failed", "cancelled"],
  receiving: ["unpacking", "failed", "cancelled"],
  unpacking: ["done", "failed"],
  done: [],
  failed: [],
  cancelled: [],
};

/** States from which a move leads to `to`; for updates that must not move anything else. */
export function statesBefore(to: UploadState): UploadState[] {
  return UPLOAD_STATES.filter((state) => UPLOAD_MOVES[state].includes(to));
}

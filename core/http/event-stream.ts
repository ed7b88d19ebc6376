// The head of an answer that is a stream of server-sent events.

/** Nobody keeps it, and no proxy gathers it up. */
export const EVENT_STREAM_HEAD = {
  "Content-Type": "text/event-stream",
  "Cache-Control": "no-store",
  "X-Accel-Buffering": "no",
} as const;

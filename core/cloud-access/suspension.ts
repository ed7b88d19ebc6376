// Suspends what has keys, and lets it go on.

/** @returns the past tense of what was done, or undefined when nothing was */
export function suspension(
  row: { suspendedAt?: Date | null | undefined },
  wanted: boolean | undefined,
): "suspended" | "resumed" | undefined {
  const isSuspended = row.suspendedAt instanceof Date;
  if (wanted === undefined || wanted === isSuspended) return undefined;
  row.suspendedAt = wanted ? new Date() : null;
  return wanted ? "suspended" : "resumed";
}

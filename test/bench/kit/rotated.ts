// Who comes first changes with every repetition, so that nobody always has the quiet or the warm machine.

export function rotated<T>(kinds: readonly T[], repetition: number): T[] {
  const first = repetition % Math.max(1, kinds.length);
  return [...kinds.slice(first), ...kinds.slice(0, first)];
}

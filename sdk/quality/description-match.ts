// Compares descriptions with the patterns of a rule set: case and blanks do not count, * stands for any text.

/** An empty list accepts every description. */
export function descriptionMatcher(patterns: readonly string[]): (description: string) => boolean {
  const wanted = patterns.map((pattern) => plain(pattern).split("*"));
  return (description) => wanted.length === 0 || wanted.some((parts) => matches(plain(description), parts));
}

const plain = (text: string): string => text.trim().replace(/\s+/g, " ").toLowerCase();

/** Whether a text has the parts in order, the first at its start and the last at its end. */
function matches(text: string, parts: readonly string[]): boolean {
  const [first = "", ...others] = parts;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first) || !text.slice(first.length).endsWith(last)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    at = found + part.length;
  }
  return true;
}

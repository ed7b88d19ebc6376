// Reads the list of features, docs/features.md.

export interface Feature {
  /** `A-215` */
  readonly id: string;
  readonly name: string;
  readonly section: string;
}

export function featuresIn(page: string): Feature[] {
  let section = "";
  return page.split("\n").flatMap((line) => {
    section = /^## (.+)$/.exec(line)?.[1] ?? section;
    const [, id, name] = /^\| ([A-Z]-\d{3}) \| (.+) \|$/.exec(line) ?? [];
    return id !== undefined && name !== undefined ? [{ id, name, section }] : [];
  });
}

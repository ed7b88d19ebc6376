// Takes what a template writes, piece by piece.

export interface TextWriter {
  literal(text: string): void;
  /**
   * @param raw written with three braces
   * @returns how many characters were written
   * @throws Unwritable
   */
  value(value: unknown, raw: boolean): number;
  /** @throws Unwritable */
  end(): string;
}

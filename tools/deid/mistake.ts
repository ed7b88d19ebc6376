// What the user of the command did wrong.

/** What the user needs to see, and nothing else; the exit code is 2. */
export class Mistake extends Error {
  override readonly name = "Mistake";
}

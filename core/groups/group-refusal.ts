// Why something about a group is not done; the words name no study but by the hub's id.

export class GroupRefusal extends Error {
  override readonly name = "GroupRefusal";
  /** `group.…`; in docs/error-codes.md. */
  readonly code: string;
  /** Studies it is about, by the hub's ids. */
  readonly studyIds: readonly string[];

  constructor(code: string, message: string, studyIds: readonly string[] = []) {
    super(message);
    this.code = code;
    this.studyIds = studyIds;
  }
}

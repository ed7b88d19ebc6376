// Who is calling.

export type Role = "admin" | "user";

export interface Visitor {
  readonly accountId: string;
  readonly name: string;
  readonly role: Role;
  /** SHA-256 of the session's token. */
  readonly session: string;
}

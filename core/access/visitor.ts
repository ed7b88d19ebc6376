// Who is calling.
import type { Permission } from "./permissions.ts";

export interface Visitor {
  /** Of a key: of who made it. */
  readonly accountId: string;
  /** As the journal names it; `key:<name>` for a program with a key. */
  readonly name: string;
  readonly role: string;
  readonly permissions: ReadonlySet<Permission>;
  /** Id of the session; undefined for a key. */
  readonly session: string | undefined;
}

// Why something about organisations and keys is not done, and the transaction in which it would have been.
import { DriverException, UniqueConstraintViolationException } from "@mikro-orm/core";
import type { EntityManager, MikroORM } from "@mikro-orm/postgresql";

export class AccessRefusal extends Error {
  override readonly name = "AccessRefusal";
  /** `cloud-access.…`; in docs/error-codes.md. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** foreign_key_violation and, from PostgreSQL 18 on, restrict_violation. */
const STILL_REFERENCED = ["23503", "23001"];

/**
 * One transaction, in which the database has the last word.
 * @throws AccessRefusal `cloud-access.name-taken`, `cloud-access.in-use`
 */
export async function changing<T>(orm: MikroORM, work: (em: EntityManager) => Promise<T>): Promise<T> {
  try {
    return await orm.em.fork().transactional(work);
  } catch (error) {
    if (error instanceof UniqueConstraintViolationException) {
      throw new AccessRefusal("cloud-access.name-taken", "This name is taken. Choose another one.");
    }
    if (error instanceof DriverException && STILL_REFERENCED.includes(error.code ?? "")) {
      const message = "Orders or counted runs belong to it, so it cannot be deleted. Suspend it instead.";
      throw new AccessRefusal("cloud-access.in-use", message);
    }
    throw error;
  }
}

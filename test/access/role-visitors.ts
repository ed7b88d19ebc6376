// Accounts with a role each, and clients that are signed in as them.
import { randomUUID } from "node:crypto";
import type { EntityManager } from "@mikro-orm/postgresql";
import { hashPassword } from "../../core/access/password.ts";
import { connect } from "../../core/database/database.ts";
import { Account } from "../../core/database/entities/account.ts";
import { ApiClient } from "../support/api-client.ts";
import type { TestSite } from "../support/hub-in-test.ts";

export const PERSONS_PASSWORD = "Made-for-this-test-1";

/** One account for each role, named after it. */
export async function plantAccounts(site: TestSite, roles: readonly string[]): Promise<void> {
  const orm = await connect(site.databaseUrl);
  const em = orm.em.fork();
  await plantAccountsIn(em, roles);
  await em.flush();
  await orm.close();
}

export async function plantAccountsIn(em: EntityManager, roles: readonly string[]): Promise<void> {
  const passwordHash = await hashPassword(PERSONS_PASSWORD);
  for (const role of roles) em.create(Account, { id: randomUUID(), name: `a-${role}`, passwordHash, role });
}

export async function signedInAs(port: number, role: string): Promise<ApiClient> {
  const client = new ApiClient(port);
  const body = { name: `a-${role}`, password: PERSONS_PASSWORD };
  const { status } = await client.call("POST", "/api/session", body);
  if (status !== 200) throw new Error(`sign-in as ${role} answered ${status}`);
  return client;
}

export interface Operation {
  readonly method: string;
  /** With ids of nothing that is there. */
  readonly address: string;
  readonly operationId: string;
  readonly permission: string;
}

const MISSING = "00000000-0000-4000-8000-000000000000";

/** Every operation of the hub's OpenAPI document. */
export async function allOperations(port: number): Promise<Operation[]> {
  const { body } = await new ApiClient(port).call<{
    paths: Record<string, Record<string, { operationId: string; "x-permission": string }>>;
  }>("GET", "/api-docs/openapi.json");
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      address: path.replaceAll(/\{\w+\}/g, MISSING).replace("*name", "report"),
      operationId: operation.operationId,
      permission: operation["x-permission"],
    })),
  );
}

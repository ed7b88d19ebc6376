// Puts together who may use the cloud API: the service for plugins, and what the console changes.
import type { MikroORM } from "@mikro-orm/postgresql";
import type { CloudAccess, CloudCaller, Metrics } from "@thalamus/sdk";
import { Organisation } from "../database/entities/organisation.ts";
import { CoreMetrics } from "../observe/core-metrics.ts";
import { Agents } from "./agents.ts";
import { Callers } from "./callers.ts";
import { Entitlements } from "./entitlements.ts";
import { Keys } from "./keys.ts";
import { Members } from "./members.ts";
import { Organisations } from "./organisations.ts";
import { countUse, usesOf } from "./usage.ts";

/** What people change and see. */
export interface AccessBook {
  readonly organisations: Organisations;
  readonly members: Members;
  readonly keys: Keys;
  readonly entitlements: Entitlements;
  readonly agents: Agents;
}

export interface OpenCloudAccess {
  readonly book: AccessBook;
  /** What plugins and the order desk ask. */
  readonly access: CloudAccess;
}

/** @param offered products that this hub can run */
export function openCloudAccess(
  orm: MikroORM,
  offered: () => Iterable<string>,
  metrics: Metrics,
): OpenCloudAccess {
  const book: AccessBook = {
    organisations: new Organisations(orm),
    members: new Members(orm),
    keys: new Keys(orm),
    entitlements: new Entitlements(orm, offered),
    agents: new Agents(orm),
  };
  metrics.read(CoreMetrics.cloudAgents, async () =>
    Object.entries(await book.agents.counts()).map(([state, value]) => ({ labels: { state }, value })),
  );
  return { book, access: accessFor(orm, book, metrics) };
}

function accessFor(orm: MikroORM, { entitlements, agents }: AccessBook, metrics: Metrics): CloudAccess {
  const callers = new Callers(orm);
  const checks = metrics.counter(CoreMetrics.cloudSecrets);
  const runs = metrics.counter(CoreMetrics.cloudRuns);
  const checked = (caller: CloudCaller | undefined) => {
    checks.of({ outcome: caller ? "admitted" : "refused" }).add();
    return caller;
  };
  return {
    callerOfSecret: async (secret) => checked(await callers.ofSecret(secret)),
    callerOfClient: async (clientId, secret) => checked(await callers.ofClient(clientId, secret)),
    callerOfKey: (keyId) => callers.ofKey(keyId),
    organisationName: async (id) => (await orm.em.fork().findOneOrFail(Organisation, id)).name,
    orderDays: async (id) => (await orm.em.fork().findOneOrFail(Organisation, id)).orderDays,
    productNamed: (organisation, name) => entitlements.productNamed(organisation, name),
    countUse: async ({ keyId }, orderId, product) => {
      const counted = await countUse(orm, keyId, orderId, product);
      runs.of({ outcome: counted ? "admitted" : "no-uses-left" }).add();
      return counted;
    },
    uses: async ({ keyId, organisationId, isAdmin }, from, until) => {
      const who = isAdmin ? { organisationId } : { keyId };
      const uses = await usesOf(orm.em.fork(), who, { from, until });
      return uses.map(({ prefix: _, member: __, ...use }) => use);
    },
    heartbeat: ({ organisationId }, heartbeat) => agents.heard(organisationId, heartbeat),
  };
}

// The clouds of this hub as people see them: what is on its way, what is being processed there, what is in the way.
import type { MikroORM } from "@mikro-orm/postgresql";
import { Permanent, type ProbeReport, Transient } from "@thalamus/sdk";
import { journal } from "../observe/journal.ts";
import type { PluginRegistry } from "../plugins/plugin-registry.ts";
import type { Service } from "../plugins/plugin-scope.ts";
import { cloudEntries } from "./cloud-entries.ts";

export interface CloudParts {
  readonly orm: MikroORM;
  readonly registry: PluginRegistry;
  readonly services: readonly Service[];
}

export interface CloudSight {
  readonly name: string;
  readonly plugin: string;
  readonly title: string;
  /** Orders that have not begun, or whose study is being sent. */
  readonly sending: number;
  /** Orders that the cloud works on. */
  readonly inCloud: number;
  readonly failed: number;
  /** What keeps orders waiting, the commonest first. */
  readonly troubles: readonly { readonly code: string; readonly message: string; readonly orders: number }[];
  readonly canTest: boolean;
  readonly actions: readonly { readonly name: string; readonly title: string }[];
}

/** A person waits for it. */
const LONGEST_ACTION_MS = 30_000;
const MOST_TROUBLES = 5;

export class Clouds {
  readonly #parts: CloudParts;

  constructor(parts: CloudParts) {
    this.#parts = parts;
  }

  async all(): Promise<CloudSight[]> {
    const { orm, registry, services } = this.#parts;
    const entries = cloudEntries(registry, services);
    if (entries.length === 0) return [];
    const em = orm.em.fork();
    const targets = entries.map(({ name }) => name);
    const counts = await em.execute<Counts[]>(
      `select target, count(*) filter (where ${OPEN} and sent_at is null)::int as sending,
              count(*) filter (where ${OPEN} and sent_at is not null)::int as in_cloud,
              count(*) filter (where state = 'rejected')::int as failed
         from step where phase = 'process' and target in (?) and (${OPEN} or state = 'rejected') group by target`,
      [targets],
    );
    const troubles = await em.execute<(Trouble & { readonly target: string })[]>(
      `select target, outcome ->> 'code' as code, max(outcome ->> 'message') as message, count(*)::int as orders
         from step where phase = 'process' and target in (?) and ${OPEN} and outcome ->> 'code' is not null
        group by target, outcome ->> 'code' order by orders desc`,
      [targets],
    );
    return entries.map(({ name, plugin }) => {
      const own = counts.find(({ target }) => target === name);
      return {
        ...{ name, plugin: plugin.name, title: plugin.title },
        ...{ sending: own?.sending ?? 0, inCloud: own?.in_cloud ?? 0, failed: own?.failed ?? 0 },
        troubles: troubles.filter(({ target }) => target === name).slice(0, MOST_TROUBLES),
        canTest: plugin.probe !== undefined,
        actions: (plugin.actions ?? []).map(({ id, label }) => ({ name: id, title: label })),
      };
    });
  }

  /** @returns undefined when there is no such cloud or action */
  async act(name: string, action: string, actor: string): Promise<ProbeReport | undefined> {
    const { orm, registry, services } = this.#parts;
    const entry = cloudEntries(registry, services).find((one) => one.name === name);
    const found = entry?.plugin.actions?.find((one) => one.id === action);
    if (!entry || !found) return undefined;
    await journal(orm.em.fork(), { event: "cloud.action", actor, detail: { target: name, action } });
    const signal = AbortSignal.timeout(LONGEST_ACTION_MS);
    try {
      return await found.run(entry.scope, signal);
    } catch (error) {
      if (error instanceof Transient || error instanceof Permanent)
        return { ok: false, message: error.message };
      if (!signal.aborted) throw error;
      return { ok: false, message: `The cloud gave no answer within ${LONGEST_ACTION_MS / 1000} seconds.` };
    }
  }
}

const OPEN = "state in ('ready', 'claimed', 'acting')";

interface Counts {
  readonly target: string;
  readonly sending: number;
  readonly in_cloud: number;
  readonly failed: number;
}

type Trouble = CloudSight["troubles"][number];

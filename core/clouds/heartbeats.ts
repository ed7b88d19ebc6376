// Sends heartbeats to the clouds that the settings allow them for, and shows each word for word.
import { randomUUID } from "node:crypto";
import type { MikroORM } from "@mikro-orm/postgresql";
import { Permanent, Transient } from "@thalamus/sdk";
import type { Heartbeat } from "@thalamus/sdk/cloud";
import { CloudAgent, type CloudAgentRow } from "../database/entities/cloud.ts";
import type { HubLog } from "../observe/log.ts";
import type { ChoreDeclaration } from "../upkeep/chore-clock.ts";
import type { CloudEntry } from "./cloud-entries.ts";
import { type ContentParts, heartbeatContent } from "./heartbeat-content.ts";

export interface HeartbeatParts extends ContentParts {
  readonly orm: MikroORM;
  readonly entries: () => readonly CloudEntry[];
  readonly log: HubLog;
}

export interface HeartbeatSight {
  readonly target: string;
  /** Null when the settings of the entry send none; what would be sent if they did is not made up. */
  readonly content: Heartbeat | null;
  readonly last: {
    readonly at: Date;
    readonly ok: boolean;
    readonly message: string;
    readonly content: unknown;
  } | null;
}

const LONGEST_SENDING_MS = 60_000;

export class HeartbeatDesk {
  readonly #parts: HeartbeatParts;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
  }

  /** One for each cloud that is told something. */
  chores(): ChoreDeclaration[] {
    return this.#told().map(({ name, plan }) => ({
      name: `heartbeat.${name}`,
      title: `Send the heartbeat to ${name}`,
      schedule: `*/${plan.everyMinutes} * * * *`,
      run: (signal) => this.#send(name, signal),
    }));
  }

  /** Of every cloud that could be told something. */
  async sight(): Promise<HeartbeatSight[]> {
    const able = this.#parts.entries().filter(({ plugin }) => plugin.heartbeats !== undefined);
    return Promise.all(
      able.map(async ({ name, plugin, settings }) => {
        const plan = plugin.heartbeats?.plan(settings);
        const row = await this.#agent(name);
        const content = plan ? await heartbeatContent(this.#parts, row.agentId, plan) : null;
        return { target: name, content, last: lastOf(row) };
      }),
    );
  }

  /** A failure is on record and on the page; it is no reason for a line in the journal every few minutes. */
  async #send(name: string, signal: AbortSignal): Promise<Readonly<Record<string, number>>> {
    const told = this.#told().find((one) => one.name === name);
    if (!told) return {};
    const { agentId } = await this.#agent(name);
    const content = await heartbeatContent(this.#parts, agentId, told.plan);
    const either = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_SENDING_MS)]);
    let end: Pick<CloudAgentRow, "lastOk" | "lastMessage"> = { lastOk: true, lastMessage: null };
    try {
      await told.heartbeats.send(content, told.scope, either);
    } catch (error) {
      signal.throwIfAborted();
      end = { lastOk: false, lastMessage: wordsFor(error, either) };
      this.#parts.log.warn("heartbeat.not-sent", { target: name, code: codeOf(error) });
    }
    const row = { lastAt: new Date(), lastSent: content, ...end };
    await this.#parts.orm.em.fork().nativeUpdate(CloudAgent, { target: name }, row);
    return {};
  }

  #told() {
    return this.#parts.entries().flatMap(({ name, plugin: { heartbeats }, settings, scope }) => {
      const plan = heartbeats?.plan(settings);
      return heartbeats && plan ? [{ name, heartbeats, plan, scope }] : [];
    });
  }

  /** The id is made once: of several hubs that come first at the same time all get the same. */
  async #agent(target: string): Promise<CloudAgentRow> {
    const em = this.#parts.orm.em.fork();
    await em.execute(
      "insert into cloud_agent (target, agent_id) values (?, ?) on conflict (target) do nothing",
      [target, randomUUID()],
    );
    return em.findOneOrFail(CloudAgent, target);
  }
}

function lastOf({ lastAt, lastOk, lastMessage, lastSent }: CloudAgentRow): HeartbeatSight["last"] {
  if (lastAt == null) return null;
  return { at: lastAt, ok: lastOk === true, message: lastMessage ?? "", content: lastSent };
}

function wordsFor(error: unknown, signal: AbortSignal): string {
  if (error instanceof Transient || error instanceof Permanent) return error.message;
  return signal.aborted ? "The cloud gave no answer in time." : "The plugin failed; the log has more.";
}

const codeOf = (error: unknown): string =>
  error instanceof Transient || error instanceof Permanent ? error.code : "plugin.bug";

// What runs in this hub, each with since when and how it is: database, console, scheduler, work on studies, listeners, plugins.

import type { ListenerSight } from "../http/routes/system-routes.ts";
import type { PluginReport } from "../plugins/plugin-registry.ts";

export interface ServiceLine {
  /** `database`, or the name of a plugin entry. */
  readonly name: string;
  readonly title: string;
  readonly state: "ok" | "warning" | "failing";
  /** Null for what does not run. */
  readonly since: Date | null;
  /** One sentence when there is something to say, else empty. */
  readonly message: string;
}

export interface ServiceFacts {
  readonly startedAt: Date;
  readonly database: { readonly since: Date; readonly answersMs: number } | undefined;
  readonly overdueChores: readonly string[];
  readonly disk: "ample" | "low" | "full";
  readonly plugins: readonly PluginReport[];
  readonly listeners: readonly ListenerSight[];
  readonly heldQueues: readonly string[];
}

/** */
export function serviceLines(facts: ServiceFacts): ServiceLine[] {
  const { startedAt, database, overdueChores, disk, plugins, heldQueues } = facts;
  const own: ServiceLine[] = [
    line("console", "Console and API", startedAt),
    database
      ? line("database", "Database", database.since, slowWords(database.answersMs))
      : {
          name: "database",
          title: "Database",
          state: "failing",
          since: null,
          message: "It does not answer.",
        },
    disk === "full"
      ? {
          ...line("intake", "Receiving", startedAt),
          state: "failing",
          message: "The disk is full: senders are told to come again later.",
        }
      : line("intake", "Receiving", startedAt, disk === "low" ? "The disk is running low." : ""),
    line(
      "steps",
      "Work on studies",
      startedAt,
      heldQueues.length > 0 ? `Held: ${heldQueues.join(", ")}.` : "",
    ),
    line(
      "scheduler",
      "Scheduler",
      startedAt,
      overdueChores.length > 0 ? `Overdue: ${overdueChores.join(", ")}.` : "",
    ),
  ];
  return [...own, ...plugins.map((report) => pluginLine(report, facts))];
}

const line = (name: string, title: string, since: Date, message = ""): ServiceLine => {
  return { name, title, since, message, state: message === "" ? "ok" : "warning" };
};

const SLOW_MS = 500;
const slowWords = (ms: number): string => (ms > SLOW_MS ? `It answers slowly: ${Math.round(ms)} ms.` : "");

function pluginLine({ name, state, problem = "" }: PluginReport, facts: ServiceFacts): ServiceLine {
  if (state === "failed") return { name, title: name, state: "failing", since: null, message: problem };
  const health = facts.listeners.find((listener) => listener.name === name)?.health;
  if (health && !health.ok)
    return { name, title: name, state: "failing", since: facts.startedAt, message: health.message };
  return line(name, name, facts.startedAt, problem);
}

// Follows one study through the hub and prints what happens to it as it happens.
import { setTimeout as wait } from "node:timers/promises";
import { DemoFailure } from "./demo-failure.ts";
import type { HubClient, Info } from "./hub-client.ts";
import type { Terminal } from "./terminal.ts";

const LOOK_MS = 150;
const APPEAR_MS = 30_000;
/** Nothing at all has changed for this long: something is stuck. */
const STUCK_MS = 180_000;

export interface Following {
  /** `id revision` of studies that were there before. */
  readonly known: ReadonlySet<string>;
  /** Number of objects that are on their way. */
  readonly files: number;
  readonly screen: Terminal;
}

/** Resolves when the study is delivered. @throws DemoFailure that names the step and the reason */
export async function followStudy(api: HubClient, { known, files, screen }: Following): Promise<Info> {
  const id = await appeared(api, known);
  const told = new Set<string>();
  const once = (key: string, part: string, text: string) => {
    if (told.has(key)) return;
    told.add(key);
    screen.line(part, text);
  };
  let last = "";
  let changedAt = Date.now();
  for (;;) {
    const info = await api.info(id);
    const { study } = info;
    if (!told.has("stable"))
      screen.bar("received", Math.min(1, study.instanceCount / files), `${study.instanceCount} of ${files}`);
    if (study.stableAt !== null) {
      if (!told.has("stable")) screen.endBar();
      once("received", "received", `${study.instanceCount} of ${files} objects, ${study.seriesCount} series`);
      once("stable", "stable", "nothing more came, the study is complete");
      tellSteps(info, once, screen);
    }
    const end = endOf(info);
    if (end) return end;
    const sight = JSON.stringify([study, info.steps]);
    if (sight !== last) changedAt = Date.now();
    last = sight;
    if (Date.now() - changedAt > STUCK_MS)
      throw new DemoFailure(study.status, "nothing has moved for three minutes");
    await wait(LOOK_MS);
  }
}

async function appeared(api: HubClient, known: ReadonlySet<string>): Promise<string> {
  const giveUp = Date.now() + APPEAR_MS;
  while (Date.now() < giveUp) {
    const fresh = (await api.studies()).find(({ id, revision }) => !known.has(`${id} ${revision}`));
    if (fresh) return fresh.id;
    await wait(LOOK_MS);
  }
  throw new DemoFailure(
    "C-STORE",
    "no new study appeared; your folder may have been sent before, then there is nothing to do",
  );
}

function tellSteps(
  info: Info,
  once: (key: string, part: string, text: string) => void,
  screen: Terminal,
): void {
  for (const step of info.steps.filter(({ revision }) => revision === info.study.revision)) {
    for (const { id, title, verdict, found } of step.lines) {
      once(`${step.id} ${id}`, "QC", `${verdict.padEnd(5)} ${id} ${title}: ${found}`);
    }
    if (step.phase === "process" && (step.state === "claimed" || step.state === "acting")) {
      screen.bar("processing", step.progress ?? 0, step.stage ?? "");
    }
    if (step.state === "ready" && step.code !== null) {
      once(`${step.id} retry ${step.attempt}`, step.target, `waits for another try: ${step.message}`);
    }
    if (step.phase === "deliver" && step.state === "done") once(step.id, "delivered", step.target);
  }
  for (const { id, kind, product, productVersion, artifacts } of info.results) {
    const formats = artifacts.map(({ name }) => name).join(", ");
    once(id, "report", `${kind} result of ${product} ${productVersion}: ${formats}`);
  }
}

/** The study's story when it went well to its end. @throws DemoFailure when it ended badly */
function endOf(info: Info): Info | undefined {
  const current = info.steps.filter(({ revision }) => revision === info.study.revision);
  switch (info.study.status) {
    case "delivered":
      return info;
    case "held": {
      const failed = current.flatMap(({ lines }) => lines).filter(({ verdict }) => verdict === "fail");
      const reasons = failed.map(({ id, found, howToFix }) => `${id}: ${found}. ${howToFix ?? ""}`.trim());
      throw new DemoFailure("QC", `quality control held the study for a person. ${reasons.join(" ")}`);
    }
    case "failed": {
      const error = info.results.find(({ kind }) => kind === "failure")?.error;
      const rejected = current.find(({ state }) => state === "rejected");
      const reason = error ?? rejected;
      throw new DemoFailure(rejected?.target ?? "processing", `${reason?.code}: ${reason?.message}`);
    }
    case "undelivered":
    case "unknown": {
      const rejected = current.find(({ state }) => state === "rejected" || state === "unknown");
      throw new DemoFailure(rejected?.target ?? "delivery", `${rejected?.code}: ${rejected?.message}`);
    }
    default:
      return undefined;
  }
}

// Steps for tests of this plugin: a small copy, a memo that survives, and the hub's own HTTP client.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OutboundStep } from "@thalamus/sdk";
import {
  HttpToken,
  type Keep,
  KeepToken,
  LogToken,
  MetricsToken,
  type OutboundFacts,
  type Outcome,
} from "@thalamus/sdk";
import {
  checkStepOf,
  copyOfStudy,
  type MemoBook,
  memoBook,
  recordingLog,
  recordingMetrics,
  studyOfFiles,
  tellingFacts,
  writeDwiPhantom,
} from "@thalamus/sdk/testing";
import { offer, scopeOf } from "@thalamus/sdk/testing/contracts";
import { from, lastValueFrom } from "rxjs";
import { realServices } from "../../../test/support/real-services.ts";
import plugin from "../plugin.ts";

export class MemoryKeep implements Keep {
  readonly #values = new Map<string, string>();

  put = async (name: string, value: string): Promise<void> => void this.#values.set(name, value);
  get = async (name: string): Promise<string | undefined> => this.#values.get(name);
  forget = async (name: string): Promise<void> => void this.#values.delete(name);
  once = async (name: string, make: () => Promise<string>): Promise<string> => {
    const value = this.#values.get(name) ?? (await make());
    this.#values.set(name, value);
    return value;
  };
}

export type EdgeScope = ReturnType<EdgeBench["scope"]>;

export interface StepOptions {
  readonly id?: string;
  readonly book?: MemoBook;
  readonly round?: number;
  readonly signal?: AbortSignal;
  readonly facts?: OutboundFacts;
  readonly product?: string;
}

export class EdgeBench implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), "thalamus-edge-"));
  readonly http = realServices().http;
  readonly log = recordingLog();
  readonly keep = new MemoryKeep();
  #copy: OutboundStep["study"] | undefined;

  async [Symbol.asyncDispose](): Promise<void> {
    await this.http.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Another scope is another run of the hub: nothing is remembered but the memo. */
  scope(url: string, settings: object = {}) {
    const services = [
      offer(HttpToken, this.http),
      offer(KeepToken, this.keep),
      offer(LogToken, this.log),
      offer(MetricsToken, recordingMetrics()),
    ];
    const quick = { pollSeconds: 0.1, longestPollSeconds: 0.2, connectSeconds: 5, answerSeconds: 5 };
    const site = { clientId: "edge", clientSecret: "s3cret", privateNetworks: ["127.0.0.0/8"] };
    return scopeOf(plugin, { url, ...site, ...quick, ...settings }, services);
  }

  async copy(): Promise<OutboundStep["study"]> {
    if (this.#copy) return this.#copy;
    const options = { matrix: 16, slices: 2, directions: 6 };
    const { files } = await writeDwiPhantom(join(this.folder, "study"), options);
    this.#copy = copyOfStudy(await studyOfFiles(files), this.folder);
    return this.#copy;
  }

  async step(options: StepOptions = {}): Promise<OutboundStep> {
    const { book = memoBook(), round = 1, id = randomUUID(), product = "far-away" } = options;
    const study = await this.copy();
    return {
      ...checkStepOf(study as never, options.signal),
      ...book.parts,
      ...tellingFacts(options.facts ?? { patientAge: "066Y", patientSex: "F" }),
      ...{ id, round, study, order: { id: `order-${id}`, product, params: {} } },
    };
  }

  /** One look, as the hub hands it out. */
  async once(step: OutboundStep, scope: EdgeScope): Promise<Outcome> {
    return (await lastValueFrom(plugin.process(from([step]), scope))).outcome;
  }

  /**
   * Until it ends. A try that fails is one more look, and so is a pause.
   * @param looks after which it must have ended
   */
  async through(step: OutboundStep, scope: () => EdgeScope, looks = 60): Promise<Outcome> {
    for (let look = 0; look < looks; look += 1) {
      const outcome = await this.once(step, scope());
      if (outcome.kind !== "waiting" && outcome.kind !== "retry") return outcome;
      await new Promise((resolve) => setTimeout(resolve, Math.min(outcome.afterMs ?? 10, 30)));
    }
    throw new Error(`not through after ${looks} looks`);
  }
}

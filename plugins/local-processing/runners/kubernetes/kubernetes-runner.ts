// Runs a product as a Job of a Kubernetes cluster.
import { dirname, relative } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Log } from "@thalamus/sdk";
import { EngineRefusal } from "../engine-http.ts";
import { isWanted } from "../run-folder.ts";
import { containerUser, handOver } from "../run-user.ts";
import { notStarted, RunWatch } from "../run-watch.ts";
import { type Ending, EngineAway, type ProductRun, type RunEnd, type Runner } from "../runner.ts";
import { FOLDER_NOTE, jobName, jobSpec, RUN_NOTE, SITE_LABEL } from "./job-spec.ts";
import { KubernetesApi } from "./kubernetes-api.ts";
import type { KubernetesSettings } from "./kubernetes-settings.ts";
import { followLogs } from "./pod-logs.ts";
import { type PodSight, sightOf } from "./pod-sight.ts";

/** Between two looks at a Job. */
const LOOK_MS = 1000;
/** An API server that does not answer for so long is away. */
const AWAY_MS = 60_000;
/** The last lines of a container are there by then. */
const LOGS_WAIT_MS = 10_000;

export class KubernetesRunner implements Runner {
  readonly kind = "kubernetes";
  readonly #api: KubernetesApi;
  readonly #settings: KubernetesSettings;
  readonly #site: string;
  readonly #log: Log;

  constructor(settings: KubernetesSettings, site: string, log: Log) {
    this.#settings = settings;
    this.#site = site;
    this.#log = log;
    this.#api = new KubernetesApi(settings);
  }

  async run(run: ProductRun): Promise<RunEnd> {
    run.signal.throwIfAborted();
    if (!run.product.image) return notStarted("no-image");
    const folder = dirname(run.folders.out);
    const { volumeFolder } = this.#settings;
    if (relative(volumeFolder, folder).startsWith("..")) {
      this.#log.warn("job.outside-volume", { run: run.id, folder, volumeFolder });
      return notStarted("outside-volume");
    }
    const user = containerUser(this.#settings.user);
    await handOver(run.folders, user);
    const spec = jobSpec(run, { site: this.#site, folder, user, settings: this.#settings });
    const name = jobName(run.id);
    try {
      await this.#api.createJob(spec, run.signal);
    } catch (error) {
      run.signal.throwIfAborted();
      if (!(error instanceof EngineRefusal)) throw error;
      this.#log.warn("job.refused", { run: run.id, status: error.status, problem: error.message });
      return notStarted(`kubernetes-${error.status}`);
    }
    try {
      const began = await this.#started(run, name);
      if (began.kind !== "running") return this.#neverRan(run, began);
      return await this.#runStarted(run, name, began.pod);
    } finally {
      // when the API is away, what is left is found by its label later
      await this.#delete(name).catch((error: unknown) => {
        this.#log.warn("job.not-removed", { run: run.id, problem: (error as Error).message });
      });
    }
  }

  async endOrphans(): Promise<readonly string[]> {
    const ended: string[] = [];
    for (const { metadata } of await this.#api.jobsWith(`${SITE_LABEL}=${this.#site}`)) {
      if (await isWanted(metadata?.annotations?.[FOLDER_NOTE] ?? "")) continue;
      await this.#delete(metadata?.name ?? "");
      ended.push(metadata?.annotations?.[RUN_NOTE] ?? metadata?.name ?? "");
    }
    return ended;
  }

  close(): Promise<void> {
    return this.#api.close();
  }

  /** Waits until the product runs, has run, or will not run. */
  async #started(run: ProductRun, name: string): Promise<PodSight> {
    const late = Date.now() + this.#settings.startSeconds * 1000;
    let told = "";
    for (;;) {
      run.signal.throwIfAborted();
      const sight = await this.#look(name);
      if (sight.kind !== "waiting") return sight;
      if (Date.now() > late) return { kind: "hopeless", reason: sight.reason };
      if (sight.reason !== told) {
        told = sight.reason;
        this.#log.info("job.waits", { run: run.id, reason: sight.reason });
        run.onProgress?.(0, sight.reason);
      }
      await delay(run.lookMs ?? LOOK_MS, undefined, { signal: run.signal }).catch(() => undefined);
    }
  }

  /** It ended before anybody saw it run, or never did. */
  async #neverRan(run: ProductRun, sight: PodSight): Promise<RunEnd> {
    if (sight.kind === "waiting" || sight.kind === "hopeless") return notStarted(sight.reason);
    using watch = new RunWatch(run, () => undefined);
    if (sight.kind !== "ended") return watch.end(STOPPED);
    if (sight.pod !== undefined) {
      await followLogs(this.#api, sight.pod, (line) => watch.mixedLine(line), Promise.resolve());
    }
    return watch.end(sight.ending);
  }

  async #runStarted(run: ProductRun, name: string, pod: string): Promise<RunEnd> {
    // pods get SIGTERM when their Job goes, and SIGKILL after their time of grace: the cluster keeps the time
    const send = () => void this.#delete(name).catch(() => undefined);
    using watch = new RunWatch(run, send);
    const ended = this.#ended(name, pod, watch, run.lookMs ?? LOOK_MS);
    const over = Promise.race([ended, watch.stopper.gaveUp]);
    const heard = followLogs(this.#api, pod, (line) => watch.mixedLine(line), over);
    const ending = await over.finally(() => watch.stopper.ended());
    await Promise.race([heard, delay(LOGS_WAIT_MS, undefined, { ref: false })]);
    return watch.end(ending ?? { kind: "killed", signal: "SIGKILL", memoryFine: true });
  }

  /** Settled when the container has ended, or its pod is gone. */
  async #ended(name: string, pod: string, watch: RunWatch, lookMs: number): Promise<Ending> {
    let away = Date.now();
    for (;;) {
      await delay(lookMs, undefined, { ref: false });
      const sight = await this.#look(name).catch((error: unknown) => {
        // an API server that starts anew is no reason to give up what runs well
        if (!(error instanceof EngineAway) || Date.now() - away > AWAY_MS) throw error;
      });
      if (!sight) continue;
      away = Date.now();
      if (sight.kind === "ended") return sight.ending;
      if (sight.kind === "gone") return STOPPED;
      // the cluster took the pod away and makes another one: a new try of the hub's is better than half of one
      const other = sight.kind === "waiting" || (sight.kind === "running" && sight.pod !== pod);
      if (other && watch.stopper.reason === undefined) return STOPPED;
    }
  }

  /** The Job first: when it says that it is over, its pods have said how. */
  async #look(name: string): Promise<PodSight> {
    const job = await this.#api.job(name).catch((error: unknown) => {
      if (!(error instanceof EngineRefusal) || error.status !== 404) throw error;
    });
    const pods = await this.#api.podsOf(name);
    return job || pods.length > 0 ? sightOf(job ?? {}, pods) : { kind: "gone" };
  }

  async #delete(name: string): Promise<void> {
    await this.#api.deleteJob(name).catch((error: unknown) => {
      if (!(error instanceof EngineRefusal) || error.status !== 404) throw error;
    });
  }
}

/** Removed by somebody, or by the cluster: nothing that the product did. */
const STOPPED: Ending = { kind: "killed", signal: "SIGTERM" };

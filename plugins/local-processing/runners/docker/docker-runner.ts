// Runs a product as a container of a Docker engine.
import { dirname } from "node:path";
import type { Readable } from "node:stream";
import { type Log, printable } from "@thalamus/sdk";
import { EngineRefusal } from "../engine-http.ts";
import { exitEnding } from "../exit-ending.ts";
import { isWanted } from "../run-folder.ts";
import { containerUser, handOver } from "../run-user.ts";
import { notStarted, RunWatch } from "../run-watch.ts";
import { EngineAway, type ProductRun, type RunEnd, type Runner } from "../runner.ts";
import { containerSpec, FOLDER_LABEL, RUN_LABEL, SITE_LABEL } from "./container-spec.ts";
import { DockerEngine } from "./docker-engine.ts";
import type { DockerSettings } from "./docker-settings.ts";
import { PullFailed, requireImage } from "./image-pull.ts";
import { FrameCutter } from "./output-frames.ts";

export class DockerRunner implements Runner {
  readonly kind = "docker";
  readonly engine: DockerEngine;
  readonly #settings: DockerSettings;
  readonly #site: string;
  readonly #log: Log;

  constructor(settings: DockerSettings, site: string, log: Log) {
    this.#settings = settings;
    this.#site = site;
    this.#log = log;
    this.engine = new DockerEngine(settings);
  }

  async run(run: ProductRun): Promise<RunEnd> {
    run.signal.throwIfAborted();
    const { image } = run.product;
    if (!image) return notStarted("no-image");
    try {
      await this.#requireImage(image, run);
    } catch (error) {
      if (!(error instanceof PullFailed)) throw error;
      this.#log.warn("image.not-pulled", { image, problem: printable(error.message, 300) });
      return notStarted("image-not-pulled");
    }
    const user = containerUser(this.#settings.user);
    await handOver(run.folders, user);
    const { hostFolder } = this.#settings;
    const folder = dirname(run.folders.out);
    const spec = containerSpec(run, { site: this.#site, folder, user, hostFolder });
    let id: string;
    try {
      id = await this.engine.create(`thalamus-${run.id}`, spec, run.signal);
    } catch (error) {
      return this.#refused(error, run);
    }
    try {
      return await this.#runCreated(run, id);
    } finally {
      // when the engine is away, what is left is found by its labels later
      await this.engine.remove(id).catch((error: unknown) => this.#notRemoved(error, run));
    }
  }

  async endOrphans(): Promise<readonly string[]> {
    const ended: string[] = [];
    for (const { Id, Labels } of await this.engine.list([`${SITE_LABEL}=${this.#site}`])) {
      const folder = Labels[FOLDER_LABEL] ?? "";
      if (await isWanted(folder)) continue;
      await this.engine.remove(Id);
      ended.push(Labels[RUN_LABEL] ?? Id);
    }
    return ended;
  }

  async removeImage(image: string): Promise<boolean> {
    try {
      await this.engine.removeImage(image);
      return true;
    } catch (error) {
      if (error instanceof EngineRefusal) return false;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.engine.close();
  }

  async #requireImage(image: string, run: ProductRun): Promise<void> {
    let told = -1;
    const onProgress = (value: number) => {
      const tenths = Math.floor(value * 10);
      if (tenths <= told) return;
      told = tenths;
      this.#log.info("image.pulling", { image, percent: tenths * 10 });
      run.onProgress?.(0, `pull ${tenths * 10} percent`);
    };
    const { registry } = this.#settings;
    const pulled = await requireImage(this.engine, image, { registry, signal: run.signal, onProgress });
    if (pulled) this.#log.info("image.pulled", { image });
  }

  async #runCreated(run: ProductRun, id: string): Promise<RunEnd> {
    const output = await this.engine.attach(id);
    const waiting = await this.engine.waiting(id);
    try {
      await this.engine.start(id);
    } catch (error) {
      output.destroy();
      waiting.destroy();
      return this.#refused(error, run);
    }
    const send = (signal: "SIGTERM" | "SIGKILL") => {
      // it may have ended by now
      void this.engine.kill(id, signal).catch(() => undefined);
    };
    using watch = new RunWatch(run, send);
    const heard = hear(output, watch);
    const exited = exitOf(waiting).then(() => this.engine.state(id));
    const state = await Promise.race([exited, watch.stopper.gaveUp]).finally(() => watch.stopper.ended());
    if (state) await heard;
    output.destroy();
    waiting.destroy();
    return watch.end(
      state
        ? exitEnding(state.ExitCode, state.OOMKilled)
        : { kind: "killed", signal: "SIGKILL", memoryFine: true },
    );
  }

  #refused(error: unknown, run: ProductRun): RunEnd {
    run.signal.throwIfAborted();
    if (!(error instanceof EngineRefusal)) throw error;
    this.#log.warn("container.refused", { run: run.id, status: error.status, problem: error.message });
    return notStarted(`docker-${error.status}`);
  }

  #notRemoved(error: unknown, run: ProductRun): void {
    if (error instanceof EngineRefusal && error.status === 404) return;
    this.#log.warn("container.not-removed", { run: run.id, problem: (error as Error).message });
  }
}

/** Settled when both outputs have ended, however. */
async function hear(output: Readable, watch: RunWatch): Promise<void> {
  const cutter = new FrameCutter({
    stdout: (bytes) => watch.output(bytes),
    stderr: (bytes) => watch.errorOutput(bytes),
  });
  try {
    for await (const chunk of output) cutter.feed(chunk as Buffer);
  } catch {
    // the line broke: what was said until then counts, and the end of the container is asked for anyway
  }
  watch.outputEnded();
}

/** @throws EngineAway when the engine goes before the container has ended */
async function exitOf(waiting: Readable): Promise<void> {
  let text = "";
  try {
    for await (const chunk of waiting) text += String(chunk);
  } catch (error) {
    throw new EngineAway("The Docker engine went away while the product ran.", { cause: error });
  }
  if (!text.includes("StatusCode"))
    throw new EngineAway("The Docker engine stopped waiting for the product.");
}

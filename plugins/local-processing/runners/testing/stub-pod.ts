// A pod of the Kubernetes stub: its container is a process of this machine, and its log is kept with times.
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import type { Static } from "@thalamus/sdk";
import { LineCutter } from "../product-lines.ts";
import type { JobCreate } from "./kubernetes-shapes.ts";
import { type LocalContainer, startLocalContainer } from "./local-container.ts";

type Job = Static<typeof JobCreate>;
type ContainerState =
  | { waiting: { reason: string } }
  | { running: { startedAt: string } }
  | { terminated: { exitCode: number; reason: string } };

const NAME = "product";
const NANOSECONDS = 1_000_000n;

export class StubPod {
  readonly job: string;
  readonly name: string;
  state: ContainerState = { waiting: { reason: "ContainerCreating" } };
  conditions: { type: string; status: string; reason?: string }[] = [];
  readonly #log: { at: string; text: string }[] = [];
  readonly #followers = new Set<ServerResponse>();
  #container: LocalContainer | undefined;
  #nanoseconds = BigInt(Date.now()) * NANOSECONDS;
  /** Settled when the container has ended and its log is whole. */
  ended: Promise<void> = Promise.resolve();
  /** Ends each stream of a log after a line, as a rotation does. */
  cutsStreams = false;

  constructor(job: string, name: string) {
    this.job = job;
    this.name = name;
  }

  /** @param volume folder of this machine that the claim stands for */
  start({ spec }: Job, volume: string): void {
    const [{ args, env, volumeMounts, resources, image }] = spec.template.spec.containers as [
      Job["spec"]["template"]["spec"]["containers"][0],
    ];
    if (image.includes("without-program")) {
      this.state = { terminated: { exitCode: 128, reason: "StartError" } };
      return;
    }
    const folders = volumeMounts.flatMap(({ mountPath, subPath }) =>
      subPath === undefined ? [] : [[mountPath, join(volume, subPath)] as const],
    );
    const container = startLocalContainer({
      words: args,
      environment: Object.fromEntries(env.map(({ name, value }) => [name, value])),
      folders: new Map(folders),
      memoryBytes: resources.limits["memory"] === undefined ? undefined : Number(resources.limits["memory"]),
    });
    this.#container = container;
    this.state = { running: { startedAt: new Date().toISOString() } };
    const outputs = [container.stdout, container.stderr].map((stream) => {
      const cutter = new LineCutter((text) => this.#print(text));
      stream.on("data", (bytes: Buffer) => cutter.feed(bytes));
      return new Promise<void>((done) => stream.once("end", () => done(cutter.end())));
    });
    this.ended = Promise.all([container.exited, ...outputs]).then(([{ exitCode, outOfMemory }]) => {
      const reason = outOfMemory ? "OOMKilled" : exitCode === 0 ? "Completed" : "Error";
      this.state = { terminated: { exitCode, reason } };
      for (const follower of this.#followers) follower.end();
    });
  }

  /** As kubelet does it: asked first, and killed when the time is over. */
  async terminate(graceSeconds: number): Promise<void> {
    this.#container?.signal("SIGTERM");
    const timer = setTimeout(() => this.#container?.signal("SIGKILL"), graceSeconds * 1000);
    await this.ended;
    clearTimeout(timer);
  }

  kill(): void {
    this.#container?.signal("SIGKILL");
  }

  /** @param since RFC 3339; lines of that very time are given, too */
  follow(response: ServerResponse, since: string): void {
    response.writeHead(200, { "content-type": "text/plain" }).flushHeaders();
    for (const { at, text } of this.#log) if (at >= since) response.write(`${at} ${text}\n`);
    if ("terminated" in this.state) {
      response.end();
      return;
    }
    this.#followers.add(response);
    response.once("close", () => this.#followers.delete(response));
  }

  view(): object {
    const [kind] = Object.keys(this.state);
    const phase = { waiting: "Pending", running: "Running", terminated: "Failed" }[kind ?? ""];
    return {
      metadata: {
        name: this.name,
        labels: { "job-name": this.job },
        creationTimestamp: new Date(0).toISOString(),
      },
      status: {
        phase,
        conditions: this.conditions,
        containerStatuses: this.conditions.some(({ reason }) => reason === "Unschedulable")
          ? undefined
          : [{ name: NAME, image: "", imageID: "", ready: false, restartCount: 0, state: this.state }],
      },
    };
  }

  #print(text: string): void {
    // no two lines have the same time
    this.#nanoseconds += 1n;
    const seconds = new Date(Number(this.#nanoseconds / NANOSECONDS)).toISOString().slice(0, 19);
    const fraction = String(this.#nanoseconds % (1000n * NANOSECONDS)).padStart(9, "0");
    const at = `${seconds}.${fraction}Z`;
    this.#log.push({ at, text });
    for (const follower of this.#followers) {
      follower.write(`${at} ${text}\n`);
      if (!this.cutsStreams) continue;
      follower.end();
      this.#followers.delete(follower);
    }
  }
}

// The bench's side of the load process.
import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { LoadOrder, LoadReply, LoadRequest, LoadResult } from "./load-protocol.ts";

export class LoadClient implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #gone: Promise<void>;

  private constructor(corpusFolder: string) {
    this.#child = fork(join(import.meta.dirname, "load-process.ts"), [corpusFolder], {
      stdio: ["ignore", "ignore", "inherit", "ipc"],
    });
    this.#gone = new Promise((resolve) => this.#child.once("exit", () => resolve()));
  }

  /** Resolves when the corpus is in memory. */
  static async start(corpusFolder: string): Promise<LoadClient> {
    const client = new LoadClient(corpusFolder);
    await client.#reply();
    return client;
  }

  /** Opens the associations and frames the messages; nothing is sent yet. */
  async prepare(order: LoadOrder): Promise<void> {
    await this.#ask({ prepare: order });
  }

  async send(): Promise<LoadResult> {
    const reply = await this.#ask({ send: true });
    if (!("result" in reply)) throw new Error("the load process answered out of turn");
    return reply.result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#gone;
  }

  #ask(request: LoadRequest): Promise<LoadReply> {
    const reply = this.#reply();
    this.#child.send(request);
    return reply;
  }

  #reply(): Promise<LoadReply> {
    return new Promise((resolve, reject) => {
      const ended = () => reject(new Error("the load process ended"));
      this.#child.once("exit", ended);
      this.#child.once("message", (reply: LoadReply) => {
        this.#child.off("exit", ended);
        if ("failure" in reply) reject(new Error(reply.failure));
        else resolve(reply);
      });
    });
  }
}

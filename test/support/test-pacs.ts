// A PACS for tests: a real Storage SCP that remembers what came, and can be made to wait with its answer.
import type { Intake, Log } from "@thalamus/sdk";
import { recordingMetrics } from "@thalamus/sdk/testing";
import { withDefaults } from "../../core/plugins/plugin-settings.ts";
import dicomScp from "../../plugins/dicom-scp/plugin.ts";

export interface ReceivedObject {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly bytes: number;
}

export interface TestPacs {
  readonly port: number;
  /** Everything that came, repeats included, in order. */
  readonly received: ReceivedObject[];
  /** From now on objects are taken in but not answered. */
  hold(): void;
  /** Answers what waits, and everything from now on. */
  release(): void;
  /** Resolves when an object waits for its answer. */
  waiting(): Promise<void>;
  stop(): Promise<void>;
}

export const PACS_AE = "TESTPACS";

/** @param port one that was there before comes back */
export async function startTestPacs({ port = 0 } = {}): Promise<TestPacs> {
  const received: ReceivedObject[] = [];
  const gate = new Gate();
  const intake: Intake = {
    open: () => ({
      receive: ({ sopClassUid, sopInstanceUid }) => {
        let bytes = 0;
        return {
          write: (part) => {
            bytes += part.length;
          },
          finish: async () => {
            received.push({ sopClassUid, sopInstanceUid, bytes });
            await gate.pass();
            return { outcome: "stored", studyId: "" };
          },
          abandon: () => undefined,
        };
      },
      close: async () => undefined,
    }),
  };
  const settings = withDefaults(dicomScp.settings, { host: "127.0.0.1", port, aeTitle: PACS_AE });
  const listener = await dicomScp.start({ settings, intake, log: SILENT, metrics: recordingMetrics() });
  return {
    port: listener.address.port,
    received,
    hold: () => gate.shut(),
    release: () => gate.open(),
    waiting: () => gate.occupied(),
    stop: () => listener.stop(),
  };
}

class Gate {
  #closed: Promise<void> | undefined;
  #open: () => void = () => undefined;
  #arrived: () => void = () => undefined;
  #occupied: Promise<void> = Promise.resolve();

  shut(): void {
    this.#closed = new Promise((resolve) => {
      this.#open = resolve;
    });
    this.#occupied = new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }

  open(): void {
    this.#closed = undefined;
    this.#open();
  }

  occupied(): Promise<void> {
    return this.#occupied;
  }

  async pass(): Promise<void> {
    this.#arrived();
    await this.#closed;
  }
}

const ignore = () => undefined;
const SILENT: Log = { debug: ignore, info: ignore, warn: ignore, error: ignore };

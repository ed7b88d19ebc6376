// Starts the receiver on a free port with an intake of its own and listens to its log.
import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Listener, Log, LogField } from "@thalamus/sdk";
import { type RecordingMetrics, recordingMetrics } from "@thalamus/sdk/testing";
import { listen } from "../listener.ts";
import type { DicomScpSettings } from "../settings.ts";
import { FolderIntake } from "./folder-intake.ts";

export const DEFAULTS: DicomScpSettings = {
  host: "127.0.0.1",
  port: 0,
  sharePort: false,
  aeTitle: "THALAMUS",
  checkCalledAe: true,
  allowedCallers: [],
  maxAssociations: 64,
  maxAssociationsPerCaller: 0,
  waitingAssociations: 0,
  waitingSeconds: 10,
  privateSopClasses: ["*"],
  leastBytesPerSecond: 1000,
  maxPduLength: 131_072,
  idleTimeoutSeconds: 10,
  artimSeconds: 10,
  tls: { enabled: false, profile: "bcp195", clientCertificates: "none" },
};

export type LogLine = { readonly event: string } & Readonly<Record<string, LogField>>;

/** Keeps every line and tells of it. */
export class ListeningLog implements Log {
  readonly lines: LogLine[] = [];
  readonly #events = new EventEmitter<{ line: [LogLine] }>();

  readonly debug = (event: string, fields = {}) => this.#add(event, fields);
  readonly info = (event: string, fields = {}) => this.#add(event, fields);
  readonly warn = (event: string, fields = {}) => this.#add(event, fields);
  readonly error = (event: string, fields = {}) => this.#add(event, fields);

  /** The first line of this event, also when it comes later. */
  async line(event: string): Promise<LogLine> {
    return this.lineWhere((line) => line.event === event);
  }

  /** The first line that fits, also when it comes later. */
  async lineWhere(fits: (line: LogLine) => boolean): Promise<LogLine> {
    for (;;) {
      const line = this.lines.find(fits);
      if (line) return line;
      await once(this.#events, "line");
    }
  }

  all(event: string): LogLine[] {
    return this.lines.filter((line) => line.event === event);
  }

  #add(event: string, fields: Readonly<Record<string, LogField>>): void {
    const line = { event, ...fields };
    this.lines.push(line);
    this.#events.emit("line", line);
  }
}

export interface ScpUnderTest extends AsyncDisposable {
  readonly port: number;
  readonly intake: FolderIntake;
  readonly log: ListeningLog;
  readonly metrics: RecordingMetrics;
  readonly health: Listener["health"];
  retire(): ReturnType<NonNullable<Listener["retire"]>>;
  stop(): Promise<void>;
}

/** Files of a certificate are looked at this often. */
const LOOK_EVERY_MS = 20;

/** @param stopGraceMs how long `stop` lets associations go on */
export async function startScp(
  settings: Partial<DicomScpSettings> = {},
  stopGraceMs = 0,
): Promise<ScpUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), "dicom-scp-"));
  const intake = new FolderIntake(folder);
  const log = new ListeningLog();
  const whole = { ...DEFAULTS, ...settings };
  const metrics = recordingMetrics();
  const parts = { settings: whole, intake, log, metrics, stopGraceMs, lookEveryMs: LOOK_EVERY_MS };
  const listener = await listen(parts);
  const stop = () => listener.stop();
  return {
    port: listener.address.port,
    intake,
    log,
    metrics,
    health: listener.health,
    retire: () => listener.retire!(),
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      rmSync(folder, { recursive: true });
    },
  };
}

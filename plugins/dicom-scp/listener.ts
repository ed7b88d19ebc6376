// The listening socket: takes connections, counts associations, and brings them all to an end on stop.
import { once } from "node:events";
import type { Server, Socket } from "node:net";
import {
  type Intake,
  type Listener,
  type ListenerHealth,
  type Log,
  type Metrics,
  Permanent,
} from "@thalamus/sdk";
import { type Admission, createAdmission, NO_PLACE, type Refusal, STOPPING } from "./admission.ts";
import { Association, type AssociationHost } from "./association.ts";
import { type Door, plainDoor, tlsDoor } from "./door.ts";
import { type ScpCounts, scpCounts } from "./metrics.ts";
import { ServerCertificate } from "./server-certificate.ts";
import type { DicomScpSettings } from "./settings.ts";
import { identityCheck } from "./user-check.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** How long running associations may go on after `stop`, in milliseconds. */
const STOP_GRACE_MS = 5000;

/** How long a peer has to read the A-ABORT of the end, in milliseconds. */
const LAST_WORDS_MS = 500;

/** Connections that are still opening or closing beside the associations; more are dropped by the system. */
const SPARE_CONNECTIONS = 64;

export interface ListenerParts {
  readonly settings: DicomScpSettings;
  readonly intake: Intake;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly stopGraceMs?: number;
  /** How often the files of the certificate are looked at. */
  readonly lookEveryMs?: number;
}

/**
 * Starts to listen.
 * @throws Permanent `dicom-scp.listen-failed` when the address cannot be had, `dicom-scp.bad-caller-address`,
 * `dicom-scp.tls-settings`, `dicom-scp.tls-files`
 */
export async function listen(parts: ListenerParts): Promise<Listener> {
  const { tls } = parts.settings;
  const certificate = tls.enabled ? await ServerCertificate.load(tls, parts.log) : undefined;
  const listener = new DicomListener(parts, certificate);
  await listener.start();
  return listener;
}

class DicomListener implements Listener {
  readonly health?: () => ListenerHealth;
  readonly certificate?: () => string;
  readonly #parts: ListenerParts;
  readonly #certificate: ServerCertificate | undefined;
  readonly #door: Door;
  readonly #counts: ScpCounts;
  readonly #stopCounting: () => void;
  readonly #host: AssociationHost;
  /** Every connection, from its first moment until nothing of it is left to do. */
  readonly #connections = new Set<Association>();
  /** Those of them that are accepted and not ended. */
  readonly #open = new Set<Association>();
  readonly #waiting: WaitingRoom<Association>;
  #lastId = 0;
  #lastEchoAt: Date | undefined;
  #stopping: Promise<void> | undefined;
  #lastEnded: (() => void) | undefined;
  /** The socket does not listen any more, and every connection has ended. */
  #closed: Promise<unknown> | undefined;

  constructor(parts: ListenerParts, certificate: ServerCertificate | undefined) {
    this.#parts = parts;
    const counts = scpCounts(parts.metrics);
    this.#counts = { ...counts, echo: () => this.#echoed(counts) };
    const { waitingAssociations, waitingSeconds } = parts.settings;
    this.#waiting = new WaitingRoom(waitingAssociations, waitingSeconds * 1000);
    this.#stopCounting = this.#counts.readLoad(
      () => this.#open.size,
      () => this.#waiting.guests.length,
    );
    this.#host = this.#createHost(parts, createAdmission(parts.settings));
    this.#certificate = certificate;
    const connected = (socket: Socket) => this.#connected(socket);
    if (certificate) {
      this.#door = tlsDoor(parts, certificate, this.#counts, connected);
      this.health = () => certificate.health();
      this.certificate = () => certificate.pem;
    } else {
      this.#door = plainDoor(connected);
    }
    this.#server.maxConnections = parts.settings.maxAssociations + waitingAssociations + SPARE_CONNECTIONS;
    this.#server.on("drop", () => {
      this.#counts.ended("dicom-scp.too-many-connections");
      parts.log.warn("connection.dropped", { code: "dicom-scp.too-many-connections" });
    });
  }

  /** For who sets up a sender and waits for its first sign. */
  lastEchoAt(): string | undefined {
    return this.#lastEchoAt?.toISOString();
  }

  #echoed(counts: ScpCounts): void {
    this.#lastEchoAt = new Date();
    counts.echo();
  }

  get #server(): Server {
    return this.#door.server;
  }

  get address() {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the receiver is not listening");
    return { host: address.address, port: address.port, aeTitle: this.#parts.settings.aeTitle };
  }

  associations(): number {
    return this.#open.size;
  }

  async start(): Promise<void> {
    const { host, port, sharePort: reusePort } = this.#parts.settings;
    this.#server.listen({ host, port, backlog: 511, reusePort });
    try {
      await once(this.#server, "listening");
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? "unknown";
      throw new Permanent("dicom-scp.listen-failed", `cannot listen on ${host} port ${port}: ${reason}`);
    }
    this.#certificate?.watch((options) => this.#door.exchange(options), this.#parts.lookEveryMs);
    this.#parts.log.info("listener.started", { ...this.address, tls: this.#certificate !== undefined });
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  /** New associations are rejected while running ones may go on; then everything is closed. */
  async #stop(): Promise<void> {
    await this.#graceForRunning();
    const closed = this.#close();
    this.#certificate?.stop();
    this.#door.dropHandshakes();
    const connections = [...this.#connections];
    for (const association of connections) association.stop(LAST_WORDS_MS);
    await Promise.all(connections.map((association) => association.finished));
    await closed;
    this.#stopCounting();
    this.#parts.log.info("listener.stopped");
  }

  /** A listener with other settings takes the address; associations that are open or wait go on here. */
  retire(): { closed: Promise<void>; ended: Promise<void> } {
    const all = this.#close();
    const ended = all.then(() => {
      this.#certificate?.stop();
      // a hub that stops meanwhile has done it
      if (this.#stopping === undefined) this.#stopCounting();
      this.#parts.log.info("listener.retired");
    });
    // Node gives the address up within the call; the event waits for connections
    return { closed: Promise.resolve(), ended };
  }

  #close(): Promise<unknown> {
    if (!this.#closed) {
      this.#closed = once(this.#server, "close");
      this.#server.close();
    }
    return this.#closed;
  }

  /** Resolves when no association is open any more, or when the grace is over. */
  async #graceForRunning(): Promise<void> {
    this.#waiting.sendAllAway();
    if (this.#open.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#lastEnded = resolve;
    const timer = setTimeout(resolve, this.#parts.stopGraceMs ?? STOP_GRACE_MS);
    await promise;
    clearTimeout(timer);
  }

  #connected(socket: Socket): void {
    this.#lastId += 1;
    const association = new Association(socket, this.#lastId, this.#host);
    this.#connections.add(association);
    const closed = new Promise((resolve) => socket.once("close", resolve));
    void Promise.all([association.finished, closed]).then(() => this.#connections.delete(association));
  }

  async #wait(association: Association): Promise<Refusal | undefined> {
    if (await this.#waiting.enter(association)) return undefined;
    return this.#stopping === undefined ? NO_PLACE : STOPPING;
  }

  #countOf(callingAe: string): number {
    return [...this.#open, ...this.#waiting.guests].filter((one) => one.callingAe === callingAe).length;
  }

  #createHost(parts: ListenerParts, admission: Admission): AssociationHost {
    const checks = parts.settings.allowedCallers.map(identityCheck);
    const users = checks.filter((check) => check !== undefined);
    return {
      ...parts,
      counts: this.#counts,
      admit: (association, request, peer) => {
        const load = {
          openAssociations: this.#open.size,
          ofCaller: this.#countOf(request.callingAe),
          stopping: this.#stopping !== undefined,
        };
        const refusal = admission(request, peer, load);
        if (refusal === undefined) this.#open.add(association);
        return refusal === NO_PLACE && !this.#waiting.isFull ? this.#wait(association) : refusal;
      },
      vouchesFor: (request) => users.some((isUser) => isUser(request.user.identity)),
      ended: (association) => {
        this.#waiting.leave(association);
        // the place goes on at once: whoever comes now has to wait behind those who wait
        if (this.#open.delete(association) && this.#stopping === undefined) {
          const next = this.#waiting.next();
          if (next) this.#open.add(next);
        }
        if (this.#open.size === 0) this.#lastEnded?.();
      },
    };
  }
}

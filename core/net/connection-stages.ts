// Follows a connection on its way, and tells in words how far it came: for the test buttons.
import { isIP, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import type { ProbeStage } from "@thalamus/sdk";
import type { PeerAddress } from "./peer-connection.ts";

const ADVICE: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nobody listens there. Check the port, and whether the other side runs.",
  EHOSTUNREACH: "there is no way to it. Check address and network.",
  ENETUNREACH: "there is no way to it. Check address and network.",
  ECONNRESET: "the other side hung up. Check whether it knows this hub's address.",
};

const TLS_ADVICE = "Check who signed its certificate, the name in it, and whether the port has TLS on.";

/** The stages of a socket that is about to connect: name, connect and, where it is encrypted, TLS. */
export class ConnectionStages {
  readonly done: ProbeStage[] = [];
  readonly #peer: PeerAddress;
  /** Of the operating system or of OpenSSL. */
  #errorCode: string | undefined;

  constructor(peer: PeerAddress, socket: Socket) {
    this.#peer = peer;
    const { host, port, tls } = peer;
    if (isIP(host) !== 0) this.pass("name", `${host} is an address.`);
    socket.once("lookup", (error: Error | null, address: string) => {
      if (!error) this.pass("name", `${host} is ${address}.`);
    });
    socket.once("connect", () => this.pass("connect", `Port ${port} takes connections.`));
    socket.once("error", (error: NodeJS.ErrnoException) => {
      this.#errorCode = error.code;
    });
    if (tls) socket.once("secureConnect", () => this.pass("tls", describeTls(socket)));
  }

  pass(stage: ProbeStage["stage"], message: string): void {
    this.done.push({ stage, ok: true, message });
  }

  /** What is not reached yet of the connection itself. */
  get pending(): "name" | "connect" | "tls" | undefined {
    const way = ["name", "connect", ...(this.#peer.tls ? (["tls"] as const) : [])] as const;
    return way.find((stage) => !this.done.some((one) => one.stage === stage));
  }

  /**
   * All stages, the last one being that at which it ended.
   * @param message what to say when the connection itself is there
   * @param later the stage it ended at then
   */
  failed(message: string, later: ProbeStage["stage"]): readonly ProbeStage[] {
    const stage = this.pending ?? later;
    return [...this.done, { stage, ok: false, message: this.#explain(stage, message) }];
  }

  #explain(stage: ProbeStage["stage"], message: string): string {
    const { host, port } = this.#peer;
    const why = this.#errorCode ?? message;
    if (stage === "name") return `The name ${host} is not known (${why}). Check the host.`;
    if (stage === "connect") {
      const advice = ADVICE[why] ?? `${why}. Check address, port and the firewalls between.`;
      return `No connection to ${host} on port ${port}: ${advice}`;
    }
    if (stage === "tls") return `No encrypted connection: ${why}. ${TLS_ADVICE}`;
    return message;
  }
}

function describeTls(socket: Socket): string {
  if (!(socket instanceof TLSSocket)) return "Encrypted.";
  const { subject, valid_to: until } = socket.getPeerCertificate();
  const name = [subject?.CN ?? "no name"].flat().join(", ");
  return `${socket.getProtocol() ?? "TLS"} with a certificate of ${name}, valid until ${until}.`;
}

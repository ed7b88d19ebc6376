// Receivers other people wrote: storescp of dcmtk as a process, dcmjs-dimse in this one.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import dimse from "dcmjs-dimse";

const { Scp, constants, log, responses } = dimse;

/** Whether dcmtk is installed; tests that need it are skipped, and say so, when it is not. */
export const hasDcmtk = isInstalled();

/** Name of a test that needs dcmtk. */
export const NEEDS_DCMTK = hasDcmtk ? "" : " (SKIPPED: dcmtk is not installed, apt-get install dcmtk)";

/**
 * storescp with bit preserving storage. It is started for each connection as inetd would, with the socket as
 * its standard input: so it needs no port of its own, and nobody has to wait until it listens.
 */
export class StoreScp implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), "storescp-"));
  readonly #server: Server;
  readonly #ended: Promise<unknown>[] = [];

  private constructor(options: readonly string[]) {
    const args = ["--inetd", "+B", "+xa", "-od", this.#folder, ...options];
    const env = { ...process.env, TCP_NODELAY: "1" };
    this.#server = createServer({ pauseOnConnect: true }, (socket) => {
      const child = spawn("storescp", args, { stdio: [socket, "ignore", "ignore"], env });
      this.#ended.push(once(child, "close"));
      socket.destroy();
    });
  }

  static async start(...options: string[]): Promise<StoreScp> {
    const receiver = new StoreScp(options);
    receiver.#server.listen({ port: 0, host: "127.0.0.1" });
    await once(receiver.#server, "listening");
    return receiver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The files it stored, after the last association has ended. */
  async files(): Promise<Buffer[]> {
    await Promise.all(this.#ended);
    return readdirSync(this.#folder).map((name) => readFileSync(join(this.#folder, name)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    await Promise.all(this.#ended);
    rmSync(this.#folder, { recursive: true });
  }
}

/** A receiver on dcmjs-dimse that counts what it gets. */
export async function startDimseReceiver() {
  log.disableAll();
  const seen = { echoes: 0, sopInstanceUids: [] as string[] };
  class Receiver extends Scp {
    override associationRequested(
      association: Parameters<InstanceType<typeof Scp>["associationRequested"]>[0],
    ) {
      for (const { id } of association.getPresentationContexts()) {
        const context = association.getPresentationContext(id);
        const [syntax] = context.getTransferSyntaxUids();
        context.setResult(constants.PresentationContextResult.Accept, syntax);
      }
      this.sendAssociationAccept();
    }

    override cEchoRequest(...[request, callback]: Parameters<InstanceType<typeof Scp>["cEchoRequest"]>) {
      seen.echoes += 1;
      const response = responses.CEchoResponse.fromRequest(request);
      response.setStatus(constants.Status.Success);
      callback(response);
    }

    override cStoreRequest(...[request, callback]: Parameters<InstanceType<typeof Scp>["cStoreRequest"]>) {
      seen.sopInstanceUids.push(String(request.getAffectedSopInstanceUid()));
      const response = responses.CStoreResponse.fromRequest(request);
      response.setStatus(constants.Status.Success);
      callback(response);
    }

    override associationReleaseRequested() {
      this.sendAssociationReleaseResponse();
    }
  }
  const server = createServer((socket) => {
    new Receiver(socket, {});
  });
  server.listen({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  return {
    seen,
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: async () => {
      server.close();
      await once(server, "close");
    },
  };
}

function isInstalled(): boolean {
  try {
    execFileSync("storescp", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

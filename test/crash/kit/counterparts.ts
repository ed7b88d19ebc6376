// The other sides of every delivery, real ones, each behind a relay; they tell under which key something arrived.
import { accept, MllpTestReceiver } from "../../../core/hl7/testing/mllp-receiver.ts";
import { answering, WebReceiver } from "../../../sdk/testing/web-receiver.ts";
import { startMailServer, type TestMailServer } from "../../support/mail-server.ts";
import { PACS_AE, startTestPacs, type TestPacs } from "../../support/test-pacs.ts";
import { StageRelay } from "./stage-relay.ts";

const ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1";
export const DESTINATIONS = ["pacs-pdf", "pacs-sr", "rest", "mail", "hl7"] as const;
/** Whom notices go to. */
export const WATCHER = "desk";
export type CounterpartName = (typeof DESTINATIONS)[number] | typeof WATCHER;
export const EVERYBODY: readonly CounterpartName[] = [...DESTINATIONS, WATCHER];

export class Counterparts implements AsyncDisposable {
  readonly #pacs: TestPacs;
  readonly #web: WebReceiver;
  readonly #mail: TestMailServer;
  readonly #desk: TestMailServer;
  readonly #hl7: MllpTestReceiver;
  readonly #relays: Readonly<Record<CounterpartName, StageRelay>>;

  private constructor(
    [pacs, web, mail, desk, hl7]: readonly [
      TestPacs,
      WebReceiver,
      TestMailServer,
      TestMailServer,
      MllpTestReceiver,
    ],
    relays: Readonly<Record<CounterpartName, StageRelay>>,
  ) {
    [this.#pacs, this.#web, this.#mail, this.#desk, this.#hl7] = [pacs, web, mail, desk, hl7];
    this.#relays = relays;
  }

  static async start(): Promise<Counterparts> {
    const all = await Promise.all([
      startTestPacs(),
      WebReceiver.start(answering(201)),
      startMailServer(),
      startMailServer(),
      MllpTestReceiver.start(),
    ]);
    const [pacs, web, mail, desk, hl7] = all;
    return new Counterparts(all, {
      "pacs-pdf": await StageRelay.start(pacs.port),
      "pacs-sr": await StageRelay.start(pacs.port),
      rest: await StageRelay.start(web.port),
      mail: await StageRelay.start(mail.port),
      hl7: await StageRelay.start(hl7.port),
      desk: await StageRelay.start(desk.port),
    });
  }

  /** Plugin entries that deliver to them, as a configuration names them. */
  entries(): object[] {
    const port = (name: CounterpartName) => this.#relays[name].port;
    const archive = { host: "127.0.0.1", calledAe: PACS_AE };
    const letters = { host: "localhost", security: "none", from: "hub@example.org", to: "a@example.org" };
    const url = `http://127.0.0.1:${port("rest")}/reports`;
    return [
      { use: "deliver-dicom-pdf", name: "pacs-pdf", settings: { ...archive, port: port("pacs-pdf") } },
      { use: "deliver-sr", name: "pacs-sr", settings: { ...archive, port: port("pacs-sr") } },
      { use: "deliver-rest", name: "rest", settings: { url, privateNetworks: ["127.0.0.0/8"] } },
      { use: "deliver-email", name: "mail", settings: { ...letters, port: port("mail") } },
      { use: "deliver-hl7", name: "hl7", settings: { host: "127.0.0.1", port: port("hl7") } },
      {
        use: "notify",
        name: WATCHER,
        settings: { ...letters, port: port(WATCHER), events: ["product.completed"] },
      },
    ];
  }

  /** Whether each line knows how long a message is, and so where `sending` has to hold it. */
  get areMeasured(): boolean {
    return EVERYBODY.every((name) => this.#relays[name].longest > 0);
  }

  /** Lines are held from the next connection on. */
  holdLines(hold: "connected" | "sending"): void {
    for (const relay of Object.values(this.#relays)) relay.hold(hold);
  }

  /** Breaks lines that are kept open between two messages. */
  cutLines(): void {
    for (const relay of Object.values(this.#relays)) relay.hold(undefined);
  }

  /** Those whose line is held now. */
  get held(): CounterpartName[] {
    return EVERYBODY.filter((name) => this.#relays[name].held > 0);
  }

  /** Everything is taken in and kept, and nobody answers. */
  holdAnswers(): void {
    this.#pacs.hold();
    this.#web.answer = () => {};
    for (const server of [this.#mail, this.#desk]) server.stalls = "answer";
    this.#hl7.answering = () => {};
  }

  /** Everybody answers from now on; what hung is broken off. */
  release(): void {
    this.#pacs.release();
    this.#web.answer = answering(201);
    for (const server of [this.#mail, this.#desk]) server.stalls = undefined;
    this.#hl7.answering = accept;
    this.cutLines();
  }

  /** Keys under which something arrived whole, repeats included. */
  arrived(name: CounterpartName): string[] {
    switch (name) {
      case "pacs-pdf":
      case "pacs-sr":
        return this.#pacs.received
          .filter(({ sopClassUid }) => (sopClassUid === ENCAPSULATED_PDF) === (name === "pacs-pdf"))
          .map(({ sopInstanceUid }) => sopInstanceUid);
      case "rest":
        return this.#web.requests.map(({ headers }) => String(headers["idempotency-key"]));
      case "mail":
        return this.#mail.taken.map(messageId);
      case "desk":
        return this.#desk.taken.map(messageId);
      case "hl7":
        return this.#hl7.received.map(({ controlId }) => controlId);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.release();
    await Promise.all(Object.values(this.#relays).map((relay) => relay[Symbol.asyncDispose]()));
    await this.#pacs.stop();
    for (const server of [this.#web, this.#mail, this.#desk, this.#hl7]) await server[Symbol.asyncDispose]();
  }
}

const messageId = (raw: string): string => /^Message-ID: (.*)$/im.exec(raw)?.[1]?.trim() ?? "";

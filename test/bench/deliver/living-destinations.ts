// Four destinations that live, one of each protocol, and a fifth that is no good.
import { MllpTestReceiver } from "../../../core/hl7/testing/mllp-receiver.ts";
import { type Answering, answering, WebReceiver } from "../../../sdk/testing/web-receiver.ts";
import { startMailServer, type TestMailServer } from "../../support/mail-server.ts";
import { PACS_AE, startTestPacs, type TestPacs } from "../../support/test-pacs.ts";

export const LIVING = ["dicom", "rest", "mail", "hl7"] as const;
export type LivingName = (typeof LIVING)[number];
/** `silent`: takes everything and never answers; `refusing`: answers 503 to each try. */
export const BAD = ["silent", "refusing"] as const;
export type BadName = (typeof BAD)[number];

const answerOf: Readonly<Record<BadName, Answering>> = { silent: () => {}, refusing: answering(503) };

export class Destinations implements AsyncDisposable {
  readonly pacs: TestPacs;
  readonly web: WebReceiver;
  readonly mail: TestMailServer;
  readonly hl7: MllpTestReceiver;
  readonly #bad: ReadonlyMap<BadName, WebReceiver>;

  private constructor(
    living: readonly [TestPacs, WebReceiver, TestMailServer, MllpTestReceiver],
    bad: ReadonlyMap<BadName, WebReceiver>,
  ) {
    [this.pacs, this.web, this.mail, this.hl7] = living;
    this.#bad = bad;
  }

  static async start(): Promise<Destinations> {
    const living = await Promise.all([
      startTestPacs(),
      WebReceiver.start(),
      startMailServer(),
      MllpTestReceiver.start(),
    ]);
    const bad = await Promise.all(
      BAD.map(async (name) => [name, await WebReceiver.start(answerOf[name])] as const),
    );
    return new Destinations(living, new Map(bad));
  }

  /** What has arrived whole. */
  arrived(name: LivingName): number {
    switch (name) {
      case "dicom":
        return this.pacs.received.length;
      case "rest":
        return this.web.requests.length;
      case "mail":
        return this.mail.received.length;
      case "hl7":
        return this.hl7.received.length;
    }
  }

  /** Plugin entries, as a configuration names them. */
  entries(): object[] {
    const host = "127.0.0.1";
    const letters = { host: "localhost", security: "none", from: "hub@example.org", to: "a@example.org" };
    const rest = ({ url }: WebReceiver) => ({
      ...{ url: `${url}/in`, privateNetworks: ["127.0.0.0/8"], answerSeconds: 3600, totalSeconds: 7200 },
    });
    const archive = { host, port: this.pacs.port, calledAe: PACS_AE };
    return [
      { use: "deliver-dicom-pdf", name: "dicom", settings: archive },
      { use: "deliver-rest", name: "rest", settings: rest(this.web) },
      { use: "deliver-email", name: "mail", settings: { ...letters, port: this.mail.port } },
      { use: "deliver-hl7", name: "hl7", settings: { host, port: this.hl7.port } },
      ...[...this.#bad].map(([name, receiver]) => ({ use: "deliver-rest", name, settings: rest(receiver) })),
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pacs.stop();
    for (const one of [this.web, this.mail, this.hl7, ...this.#bad.values()])
      await one[Symbol.asyncDispose]();
  }
}

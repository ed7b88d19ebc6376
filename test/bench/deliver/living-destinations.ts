// Four destinations that live, one of each protocol, and one that takes everything and never answers.
import { MllpTestReceiver } from "../../../core/hl7/testing/mllp-receiver.ts";
import { WebReceiver } from "../../../sdk/testing/web-receiver.ts";
import { startMailServer, type TestMailServer } from "../../support/mail-server.ts";
import { PACS_AE, startTestPacs, type TestPacs } from "../../support/test-pacs.ts";

export const LIVING = ["dicom", "rest", "mail", "hl7"] as const;
export type LivingName = (typeof LIVING)[number];
export const DEAD = "dead";

export class Destinations implements AsyncDisposable {
  readonly pacs: TestPacs;
  readonly web: WebReceiver;
  readonly mail: TestMailServer;
  readonly hl7: MllpTestReceiver;
  readonly #dead: WebReceiver;

  private constructor(
    parts: readonly [TestPacs, WebReceiver, TestMailServer, MllpTestReceiver, WebReceiver],
  ) {
    [this.pacs, this.web, this.mail, this.hl7, this.#dead] = parts;
  }

  static async start(): Promise<Destinations> {
    return new Destinations(
      await Promise.all([
        startTestPacs(),
        WebReceiver.start(),
        startMailServer(),
        MllpTestReceiver.start(),
        WebReceiver.start(() => {}),
      ]),
    );
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
      { use: "deliver-rest", name: DEAD, settings: rest(this.#dead) },
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.pacs.stop();
    for (const one of [this.web, this.mail, this.hl7, this.#dead]) await one[Symbol.asyncDispose]();
  }
}

// A REST destination: sends reports to it, and tries it.
import {
  type DeliverStep,
  delivered,
  type Http,
  type HttpAnswer,
  type HttpDestination,
  HttpError,
  type Outcome,
  type OutgoingDocument,
  Permanent,
  type ProbeReport,
  type ResultView,
  sampleDelivery,
  skipped,
  type Templates,
  Transient,
} from "@thalamus/sdk";
import { AccessTokens } from "./access-tokens.ts";
import { documentRequest } from "./document-request.ts";
import { receiptId, requireTaken, shownAddress } from "./receipt.ts";
import { type ReportRequest, type RestTemplates, readTemplates, reportRequest } from "./report-body.ts";
import type { RestSettings } from "./settings.ts";
import { signInHeaders } from "./sign-in.ts";

export class RestDestination {
  readonly #settings: RestSettings;
  readonly #http: Http;
  readonly #templates: RestTemplates;
  readonly #compiler: Templates;
  readonly #tokens: AccessTokens;

  /** @throws TemplateProblem; settings that were asked for their problems have none */
  constructor(settings: RestSettings, http: Http, templates: Templates) {
    this.#settings = settings;
    this.#http = http;
    this.#compiler = templates;
    this.#templates = readTemplates(settings, templates);
    this.#tokens = new AccessTokens(http, destinationOf(settings, settings.url), settings.auth);
  }

  async deliver(step: DeliverStep, signal: AbortSignal): Promise<Outcome> {
    const { result } = step;
    const { results, artifact: wanted, failureArtifact } = this.#settings;
    if (results !== "both" && result.kind !== results) {
      return skipped(`Results of kind ${result.kind} are not delivered to this destination.`);
    }
    const artifact = artifactOf(result, result.kind === "failure" ? failureArtifact : wanted);
    const request = reportRequest(step, artifact, this.#settings, this.#templates);
    const receipt = await this.#hand(request, () => step.acting(), signal);
    const { name, sha256, bytes } = artifact;
    const url = shownAddress(this.#settings.url);
    return delivered({ ...receipt, url, artifact: name, sha256, bytes });
  }

  /** A document that belongs to no study: as it is, or in a body of its own template. */
  async deliverDocument(document: OutgoingDocument, signal: AbortSignal): Promise<Outcome> {
    const request = documentRequest(document, this.#settings, this.#compiler);
    const receipt = await this.#hand(request, () => document.acting(), signal);
    const { sha256, bytes } = document;
    const url = shownAddress(this.#settings.documentUrl ?? this.#settings.url);
    return delivered({ ...receipt, url, sha256, bytes });
  }

  /** @returns what is kept of the answer */
  async #hand(
    request: ReportRequest,
    acting: () => Promise<void>,
    signal: AbortSignal,
  ): Promise<{ readonly status: number; readonly id?: string }> {
    await request.body.verify();
    await acting();
    const answer = await this.#sendSignedIn(request, signal);
    requireTaken(answer, this.#settings.successStatuses);
    const id = receiptId(answer, this.#settings);
    return { status: answer.status, ...(id === undefined ? {} : { id }) };
  }

  /** Asks the destination something that changes nothing, as the hub would sign in for a report. */
  async probe(signal: AbortSignal): Promise<ProbeReport> {
    const { probeUrl, auth } = this.#settings;
    const method = probeUrl === undefined ? "OPTIONS" : "GET";
    const asked = probeUrl ?? this.#templates.url(sampleDelivery("diagnostic"));
    const signed = { method, url: asked, body: nothing() };
    try {
      const headers = await signInHeaders(auth, signed, this.#tokens, signal);
      return await this.#http.probe(
        destinationOf(this.#settings, asked),
        { method, url: asked, headers },
        signal,
      );
    } catch (error) {
      // a token that was not given out
      if (!(error instanceof HttpError || error instanceof Permanent || error instanceof Transient))
        throw error;
      return {
        ok: false,
        message: error.message,
        stages: [{ stage: "sign-in", ok: false, message: error.message }],
      };
    }
  }

  /** A token may have been withdrawn before its time: one more try with a new one. */
  async #sendSignedIn(request: ReportRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const answer = await this.#send(request, signal);
    if (answer.status !== 401 || this.#settings.auth.kind !== "oauth2") return answer;
    this.#tokens.forget();
    return this.#send(request, signal);
  }

  async #send({ url, headers, body }: ReportRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { method, auth } = this.#settings;
    try {
      const signed = { method, url, body: body.stream() };
      const own = await signInHeaders(auth, signed, this.#tokens, signal);
      const destination = destinationOf(this.#settings, this.#settings.url);
      return await this.#http.send(
        destination,
        { method, url, headers: { ...headers, ...own }, body },
        signal,
      );
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      if (error.permanent) throw new Permanent("deliver-rest.not-sent", error.message);
      throw new Transient("deliver-rest.unreachable", error.message);
    }
  }
}

function artifactOf({ artifacts }: ResultView, wanted: string) {
  const artifact = artifacts.find(({ name }) => name === wanted);
  if (artifact) return artifact;
  throw new Permanent("deliver-rest.no-report", `The result has no "${wanted}".`);
}

async function* nothing(): AsyncIterable<Uint8Array> {}

/** Settings hold more than the client needs to know. */
function destinationOf(settings: RestSettings, url: string): HttpDestination {
  const { tls, proxy, privateNetworks, connectSeconds, answerSeconds, totalSeconds, atOnce, perMinute } =
    settings;
  return {
    url,
    ...(tls ? { tls } : {}),
    ...(proxy === undefined ? {} : { proxy }),
    privateNetworks,
    timeouts: {
      connectMs: connectSeconds * 1000,
      headersMs: answerSeconds * 1000,
      bodyMs: answerSeconds * 1000,
      totalMs: totalSeconds * 1000,
    },
    limits: {
      concurrent: atOnce,
      ...(perMinute === undefined ? {} : { perInterval: perMinute, intervalMs: 60_000 }),
    },
  };
}

// The certificate of the console over the API: see it, exchange it, confirm it.
import type { TLSSocket } from "node:tls";
import type { Request } from "express";
import { type Static, Type } from "typebox";
import type { Api } from "../api.ts";
import { ApiProblem, oneOf, Time } from "../schemas.ts";
import { type CertificateFacts, checkCertificate } from "../tls/certificate-facts.ts";
import type { ConsoleCertificate } from "../tls/console-certificate.ts";
import { asAccessAnswer } from "./access-answers.ts";

const tag = "Access";
const permission = "certificates.manage";
const Pem = Type.String({ minLength: 1, maxLength: 100_000 });

const facts = {
  state: oneOf(["valid", "expiring", "expired"]),
  subject: Type.String(),
  issuer: Type.String(),
  names: Type.String({ description: "Hosts that it is for" }),
  beginsAt: Time,
  expiresAt: Time,
  fingerprint: Type.String({ description: "SHA-256" }),
};
const Facts = Type.Object(facts);
const Trial = Type.Object({
  endsAt: Time,
  reached: Type.Boolean({ description: "Whether the connection that asks was made over it" }),
});

const CertificateInfo = Type.Object({
  https: Type.Boolean({ description: "Whether the console speaks HTTPS" }),
  message: Type.Optional(Type.String()),
  used: Type.Optional(Facts),
  kept: Type.Optional(
    Type.Object(facts, { description: "Uploaded, and in use after a start with http.tls in the file" }),
  ),
  trial: Type.Optional(Trial),
});
const Uploaded = Type.Object(
  { certificate: Pem, key: Pem, ca: Type.Optional(Pem) },
  { additionalProperties: false },
);

export function certificateRoutes(api: Api, certificate: () => ConsoleCertificate): void {
  api.route(
    {
      ...{ method: "get", path: "/api/certificate", operationId: "getCertificate", tag, permission },
      summary: "The certificate of the console, and the one on trial",
      responses: { 200: CertificateInfo },
    },
    async ({ request }) => {
      const [sight, trial, kept] = [
        certificate().sight(),
        await certificate().trial(),
        await certificate().kept(),
      ];
      const body = {
        https: sight !== undefined,
        ...(sight ? { message: sight.message, used: shown(sight) } : {}),
        ...(kept ? { kept: shown(kept) } : {}),
        ...(trial
          ? { trial: { endsAt: trial.endsAt.toISOString(), reached: metWith(request) === trial.fingerprint } }
          : {}),
      };
      return { status: 200, body };
    },
  );

  api.route(
    {
      ...{ method: "post", path: "/api/certificate/check", operationId: "checkCertificate", tag, permission },
      summary: "What a certificate says, and whether it could be used: key, chain, dates. Nothing is kept",
      body: Uploaded,
      responses: {
        200: Type.Object({
          ok: Type.Boolean(),
          problem: Type.Optional(Type.String()),
          facts: Type.Optional(Facts),
          chain: Type.Array(Type.String(), { description: "Subjects, from the certificate on" }),
          warnings: Type.Array(Type.String()),
        }),
      },
    },
    async ({ body }) => {
      const { ok, problem, facts: read, chain, warnings } = checkCertificate(body);
      const answer = {
        ...{ ok, chain: [...chain], warnings: [...warnings] },
        ...(problem === undefined ? {} : { problem }),
        ...(read ? { facts: shown(read) } : {}),
      };
      return { status: 200, body: answer };
    },
  );

  api.route(
    {
      ...{ method: "put", path: "/api/certificate", operationId: "uploadCertificate", tag, permission },
      summary:
        "Uploads certificate, key and authorities in PEM. It is tried: confirm it over a new connection in time",
      body: Uploaded,
      responses: {
        200: Type.Object({
          confirmUntil: Type.Optional(
            Type.String({
              description: "Without a confirmation until then the certificate of before comes back",
            }),
          ),
        }),
        400: ApiProblem,
      },
    },
    async ({ body, visitor, response }) => {
      // whoever comes back has to make a new connection, which meets the new certificate
      response.setHeader("Connection", "close");
      const until = await certificate().upload(body, visitor!.name).catch(asAccessAnswer);
      return { status: 200, body: until ? { confirmUntil: until.toISOString() } : {} };
    },
  );

  api.route(
    {
      ...{
        method: "post",
        path: "/api/certificate/confirm",
        operationId: "confirmCertificate",
        tag,
        permission,
      },
      summary: "Keeps the certificate on trial; only a connection that was made over it may say so",
      responses: { 204: null, 409: ApiProblem },
    },
    async ({ request, visitor }) => {
      await certificate().confirm(metWith(request), visitor!.name).catch(asAccessAnswer);
      return { status: 204, body: undefined };
    },
  );
}

/** Fingerprint of the certificate that the connection of a request was met with. */
function metWith({ socket }: Request): string | undefined {
  const local = (socket as Partial<TLSSocket>).getCertificate?.();
  return local && "fingerprint256" in local ? local.fingerprint256 : undefined;
}

const shown = ({ beginsAt, expiresAt, ...facts }: CertificateFacts): Static<typeof Facts> => ({
  ...{ state: facts.state, subject: facts.subject, issuer: facts.issuer, names: facts.names },
  fingerprint: facts.fingerprint,
  beginsAt: beginsAt.toISOString(),
  expiresAt: expiresAt.toISOString(),
});

// The certificate of the console over the API: see it, exchange it, confirm it.
import type { TLSSocket } from "node:tls";
import { Type } from "typebox";
import type { Api } from "../api.ts";
import { ApiProblem, oneOf, Time } from "../schemas.ts";
import type { ConsoleCertificate } from "../tls/console-certificate.ts";
import { asAccessAnswer } from "./access-answers.ts";

const tag = "Access";
const permission = "certificates.manage";
const Pem = Type.String({ minLength: 1, maxLength: 100_000 });

const CertificateInfo = Type.Object({
  https: Type.Boolean({ description: "Whether the console speaks HTTPS" }),
  state: Type.Optional(oneOf(["valid", "expiring", "expired"])),
  subject: Type.Optional(Type.String()),
  issuer: Type.Optional(Type.String()),
  names: Type.Optional(Type.String()),
  expiresAt: Type.Optional(Time),
  fingerprint: Type.Optional(Type.String({ description: "SHA-256" })),
  message: Type.Optional(Type.String()),
});

export function certificateRoutes(api: Api, certificate: () => ConsoleCertificate): void {
  api.route(
    {
      ...{ method: "get", path: "/api/certificate", operationId: "getCertificate", tag, permission },
      summary: "The certificate of the console",
      responses: { 200: CertificateInfo },
    },
    async () => {
      const sight = certificate().sight();
      if (!sight) return { status: 200, body: { https: false } };
      return { status: 200, body: { ...sight, https: true, expiresAt: sight.expiresAt.toISOString() } };
    },
  );

  api.route(
    {
      ...{ method: "put", path: "/api/certificate", operationId: "uploadCertificate", tag, permission },
      summary:
        "Uploads certificate, key and authorities in PEM. It is tried: confirm it over a new connection in time",
      body: Type.Object(
        { certificate: Pem, key: Pem, ca: Type.Optional(Pem) },
        { additionalProperties: false },
      ),
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
    async ({ body, visitor }) => {
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
      const local = (request.socket as Partial<TLSSocket>).getCertificate?.();
      const fingerprint = local && "fingerprint256" in local ? local.fingerprint256 : undefined;
      await certificate().confirm(fingerprint, visitor!.name).catch(asAccessAnswer);
      return { status: 204, body: undefined };
    },
  );
}

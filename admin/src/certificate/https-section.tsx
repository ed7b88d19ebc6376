// HTTPS of this hub: the certificate in use, another one with a look at it first, and the trial that follows.
import { Alert, AlertTitle, Box, Typography } from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { ErrorState, Late, say, sayWith } from "@thalamus/sdk/ui";
import { useState } from "react";
import type { GetCertificateAnswer, GetStatusAnswer } from "../api.gen.ts";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { useReading } from "../list/reading.ts";
import { CertificateFactList } from "./certificate-facts.tsx";
import { CertificateForm } from "./certificate-form.tsx";
import { CertificateTrial } from "./certificate-trial.tsx";
import { ListenerCertificates } from "./listener-certificates.tsx";

const LOOK_MS = 5_000;

export function HttpsSection() {
  const queries = useQueryClient();
  // another hub, or somebody at the files, may exchange it
  const { data, error, refetch } = useReading<GetCertificateAnswer>("certificate", "/api/certificate", {
    everyMs: LOOK_MS,
  });
  const { data: status } = useReading<GetStatusAnswer>("status-certificates", "/api/status");
  const [triedUntil, setTriedUntil] = useState<Date>();
  const until = triedUntil ?? (data?.trial ? new Date(data.trial.endsAt) : undefined);
  const again = () => queries.invalidateQueries({ queryKey: ["certificate"] });
  return (
    <Box sx={{ display: "grid", gap: 2 }}>
      <Typography variant="h2">HTTPS</Typography>
      <Typography variant="body2" sx={{ color: "text.secondary", mt: -1 }}>
        {say(
          "The certificate with which this hub speaks HTTPS. A new one is tried for a minute: if no browser comes back over it, the one before is in use again.",
        )}
      </Typography>
      {error && (
        <ErrorState
          title={say("The certificate could not be read")}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {!data && !error && (
        <Late>
          <ListSkeleton rows={4} />
        </Late>
      )}
      {data && <InUse certificate={data} />}
      {data && until && (
        <CertificateTrial
          until={until}
          onEnd={() => {
            setTriedUntil(undefined);
            void again();
          }}
        />
      )}
      {data && !until && (
        <CertificateForm
          https={data.https}
          onUsed={(confirmUntil) => {
            setTriedUntil(confirmUntil);
            void again();
          }}
        />
      )}
      <ListenerCertificates listeners={status?.listeners ?? []} />
    </Box>
  );
}

function InUse({ certificate }: { readonly certificate: GetCertificateAnswer }) {
  const { https, used, kept, message } = certificate;
  return (
    <>
      {!https && !kept && (
        <Alert severity="warning">
          <AlertTitle>{say("This hub speaks plain HTTP")}</AlertTitle>
          {sayWith(
            "Passwords and values of patients go over the network as they are, unless a proxy in front of it takes HTTPS. Upload a certificate, and set %{code} in the hub's file.",
            { code: <code>http.tls</code> },
          )}
        </Alert>
      )}
      {kept && (
        <Alert severity="warning" role="status">
          <AlertTitle>{say("A restart is needed")}</AlertTitle>
          {sayWith(
            "The certificate below is kept. It is in use when %{code} stands in the hub's file and the hub has been started again.",
            { code: <code>{"http: { tls: {} }"}</code> },
          )}
        </Alert>
      )}
      {used && used.state !== "valid" && (
        <Alert severity={used.state === "expired" ? "error" : "warning"} role="status">
          {message}
        </Alert>
      )}
      {used && <CertificateFactList label={say("Certificate in use")} facts={used} />}
      {kept && <CertificateFactList label={say("Certificate that waits")} facts={kept} />}
    </>
  );
}

// What to do when no study has come yet: where to send one, ready to copy.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import HourglassEmptyOutlined from "@mui/icons-material/HourglassEmptyOutlined";
import MoveToInboxOutlined from "@mui/icons-material/MoveToInboxOutlined";
import { Box, Button, Link } from "@mui/material";
import { CopyButton, clockTime, EmptyState, MONO, say, ToneChip } from "@thalamus/sdk/ui";
import { useGetOne } from "react-admin";
import { Link as RouteLink } from "react-router";
import { HUB, type HubStatus } from "../hub-data.ts";

/** While somebody waits for a sign. */
const LOOK_MS = 2000;

export function NoStudies() {
  const { data: hub } = useGetOne<HubStatus>("status", { id: HUB }, { refetchInterval: LOOK_MS });
  const listeners = hub?.listeners ?? [];
  return (
    <EmptyState
      icon={MoveToInboxOutlined}
      title={say("No studies yet")}
      action={
        <Button component={RouteLink} to="/upload" variant="outlined">
          {say("Upload one")}
        </Button>
      }
    >
      <div>
        {listeners.length === 0
          ? say("The hub has no DICOM receiver: add the plugin dicom-scp to its configuration.")
          : say("Send one from your PACS or scanner to this address. It shows up here by itself.")}
      </div>
      {listeners.length > 0 && (
        <EchoListener times={listeners.flatMap(({ lastEchoAt }) => lastEchoAt ?? [])} />
      )}
      {listeners.map(({ name, host, port, aeTitle, certificate }) => (
        <Box key={name} component="dl" sx={ADDRESS}>
          {aeTitle !== undefined && <Line term="AE title" value={aeTitle} />}
          <Line term={say("Host")} value={reachable(host)} />
          <Line term={say("Port")} value={String(port)} />
          {certificate !== undefined && <CertificateLine address={certificate} />}
        </Box>
      ))}
    </EmptyState>
  );
}

/** Who sets up a sender sees here that its first sign came through. */
function EchoListener({ times }: { times: readonly string[] }) {
  const last = times.toSorted().at(-1);
  return (
    <Box role="status" sx={{ mt: 2 }}>
      {last === undefined ? (
        <ToneChip tone="neutral" icon={HourglassEmptyOutlined} word={say("Waiting for a C-ECHO…")} />
      ) : (
        <ToneChip
          tone="good"
          icon={CheckCircleOutlined}
          word={say("A C-ECHO came at %{time}: the line works", { time: clockTime(new Date(last)) })}
        />
      )}
    </Box>
  );
}

/** A listener on every address is reached by the name this page was opened with. */
function reachable(host: string): string {
  return host === "0.0.0.0" || host === "::" ? window.location.hostname : host;
}

/** Who sends over TLS has to trust it. */
function CertificateLine({ address }: { address: string }) {
  return (
    <>
      <Box component="dt" sx={{ color: "text.secondary", textAlign: "end" }}>
        TLS
      </Box>
      <Box component="dd" sx={{ m: 0 }}>
        <Link href={address} download>
          {say("certificate to trust")}
        </Link>
      </Box>
    </>
  );
}

function Line({ term, value }: { term: string; value: string }) {
  return (
    <>
      <Box component="dt" sx={{ color: "text.secondary", textAlign: "end" }}>
        {term}
      </Box>
      <Box
        component="dd"
        sx={{ m: 0, display: "flex", alignItems: "center", gap: 0.5, color: "text.primary" }}
      >
        <Box component="span" sx={{ fontFamily: MONO }}>
          {value}
        </Box>
        <CopyButton text={value} what={term} />
      </Box>
    </>
  );
}

const ADDRESS = {
  display: "inline-grid",
  gridTemplateColumns: "auto auto",
  alignItems: "center",
  gap: "6px 16px",
  m: "20px 0 0",
  px: 3,
  py: 2,
  border: 1,
  borderColor: "divider",
  borderRadius: 2,
  bgcolor: "background.default",
} as const;

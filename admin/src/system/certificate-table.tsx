// The certificates of this hub: whose, and when they expire.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import WarningAmberOutlined from "@mui/icons-material/WarningAmberOutlined";
import { Box } from "@mui/material";
import { say, sayWith, TimeText, ToneChip } from "@thalamus/sdk/ui";
import type { SystemInfo } from "../api.gen.ts";
import { LINE, LIST, NOTHING } from "./line-look.ts";

type Certificate = SystemInfo["certificates"][number];

export function CertificateTable({ certificates }: { readonly certificates: readonly Certificate[] }) {
  if (certificates.length === 0)
    return (
      <Box sx={NOTHING}>
        {say("No certificate is in use: neither the console nor a listener speaks TLS.")}
      </Box>
    );
  return (
    <Box component="ul" aria-label={say("Certificates")} sx={LIST}>
      {certificates.map((certificate) => (
        <Box component="li" key={certificate.usedBy} aria-label={certificate.usedBy} sx={LINE}>
          <Box component="span" sx={{ fontWeight: 550 }}>
            {certificate.usedBy}
          </Box>
          <ExpiryChip certificate={certificate} />
          <Box sx={{ flex: 1 }} />
          <Box component="span" sx={{ color: "text.secondary" }}>
            {sayWith("until %{time}", { time: <TimeText at={certificate.expiresAt} /> })}
          </Box>
          <Box sx={{ flexBasis: "100%", color: "text.secondary", overflowWrap: "anywhere" }}>
            {certificate.subject}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

function ExpiryChip({ certificate: { state, daysLeft } }: { readonly certificate: Certificate }) {
  if (state === "expired") return <ToneChip tone="bad" icon={ErrorOutlined} word={say("Expired")} />;
  const words = say("1 day left |||| %{count} days left", { count: daysLeft });
  return state === "expiring" ? (
    <ToneChip tone="warning" icon={WarningAmberOutlined} word={words} />
  ) : (
    <ToneChip tone="good" icon={CheckCircleOutlined} word={words} />
  );
}

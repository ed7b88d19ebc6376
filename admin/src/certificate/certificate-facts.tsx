// What a certificate says of itself.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import WarningAmberOutlined from "@mui/icons-material/WarningAmberOutlined";
import { Box, Typography } from "@mui/material";
import { MONO, phrase, say, sayWith, TimeText, ToneChip } from "@thalamus/sdk/ui";
import type { GetCertificateAnswer } from "../api.gen.ts";

export type CertificateFacts = NonNullable<GetCertificateAnswer["used"]>;

const STATES = {
  valid: { tone: "good", icon: CheckCircleOutlined, word: phrase("Valid") },
  expiring: { tone: "warning", icon: WarningAmberOutlined, word: phrase("Ends within 30 days") },
  expired: { tone: "bad", icon: ErrorOutlined, word: phrase("Has ended") },
} as const;

export function CertificateFactList({
  label,
  facts,
}: {
  readonly label: string;
  readonly facts: CertificateFacts;
}) {
  const { state, subject, issuer, names, beginsAt, expiresAt, fingerprint } = facts;
  return (
    <Box component="section" aria-label={label}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1, mb: 1 }}>
        <Typography variant="h3">{label}</Typography>
        <ToneChip {...STATES[state]} />
      </Box>
      <Box component="dl" sx={LIST}>
        <dt>{say("Issued to")}</dt>
        <dd>{subject}</dd>
        <dt>{say("For these hosts")}</dt>
        <dd>{names === "" ? say("none") : names}</dd>
        <dt>{say("Issued by")}</dt>
        <dd>{issuer === subject ? say("%{issuer} (self-signed)", { issuer }) : issuer}</dd>
        <dt>{say("Valid")}</dt>
        <dd>
          {sayWith("%{from} to %{until}", {
            from: <TimeText at={beginsAt} />,
            until: <TimeText at={expiresAt} />,
          })}
        </dd>
        <dt>SHA-256</dt>
        <Box component="dd" sx={{ fontFamily: MONO, fontSize: "0.75rem" }}>
          {fingerprint}
        </Box>
      </Box>
    </Box>
  );
}

const LIST = {
  m: 0,
  display: "grid",
  gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "140px minmax(0, 1fr)" },
  columnGap: 2,
  rowGap: { xs: 0.25, sm: 0.75 },
  fontSize: "0.875rem",
  "& dt": { color: "text.secondary" },
  "& dd": { m: 0, mb: { xs: 0.75, sm: 0 }, overflowWrap: "anywhere" },
} as const;

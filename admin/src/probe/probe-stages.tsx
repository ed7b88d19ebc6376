// The stages of a test in order: what was reached and with what answer, and what was not reached or is not used.
import CheckCircleOutlined from "@mui/icons-material/CheckCircleOutlined";
import ErrorOutlined from "@mui/icons-material/ErrorOutlined";
import RemoveOutlined from "@mui/icons-material/RemoveOutlined";
import { Box, type Theme } from "@mui/material";
import { phrase, say, type Tone, toneColors } from "@thalamus/sdk/ui";
import type { ElementType } from "react";
import type { TestDestinationAnswer } from "../api.gen.ts";

type Stage = TestDestinationAnswer["stages"][number];

const STAGES: readonly { stage: Stage["stage"]; title: string }[] = [
  { stage: "name", title: phrase("Name") },
  { stage: "connect", title: phrase("Connection") },
  { stage: "tls", title: phrase("Encryption (TLS)") },
  { stage: "sign-in", title: phrase("Sign-in") },
  { stage: "accepted", title: phrase("Would be accepted") },
];

export function ProbeStages({ stages }: { readonly stages: readonly Stage[] }) {
  if (stages.length === 0) return null;
  const broken = stages.some(({ ok }) => !ok);
  const reached = STAGES.findLastIndex(({ stage }) => stages.some((one) => one.stage === stage));
  return (
    <Box
      component="ol"
      aria-label={say("Stages")}
      sx={{ listStyle: "none", m: 0, p: 0, display: "grid", gap: 1.25 }}
    >
      {STAGES.map(({ stage, title }, place) => {
        const told = stages.filter((one) => one.stage === stage);
        const passedBy = broken && place > reached ? say("not reached") : say("not used here");
        return (
          <StageLine
            key={stage}
            title={say(title)}
            ok={told.length === 0 ? undefined : told.every(({ ok }) => ok)}
            messages={told.length === 0 ? [passedBy] : told.map(({ message }) => message)}
          />
        );
      })}
    </Box>
  );
}

interface StageLineProps {
  readonly title: string;
  readonly ok: boolean | undefined;
  readonly messages: readonly string[];
}

function StageLine({ title, ok, messages }: StageLineProps) {
  const [Icon, tone, word]: [ElementType, Tone, string] =
    ok === undefined
      ? [RemoveOutlined, "neutral", ""]
      : ok
        ? [CheckCircleOutlined, "good", say("passed")]
        : [ErrorOutlined, "bad", say("failed")];
  return (
    <Box component="li" sx={{ display: "grid", gridTemplateColumns: "24px 1fr", columnGap: 1.25 }}>
      <Icon
        sx={(theme: Theme) => ({ color: toneColors(theme, tone).strong })}
        {...(word === "" ? { "aria-hidden": true } : { titleAccess: word })}
      />
      <Box sx={{ minWidth: 0, fontSize: "0.875rem" }}>
        <Box sx={{ fontWeight: 600 }}>{title}</Box>
        {messages.map((message) => (
          <Box key={message} sx={{ color: "text.secondary", overflowWrap: "anywhere" }}>
            {message}
          </Box>
        ))}
      </Box>
    </Box>
  );
}

// A-227 Whether a study is complete; while nothing comes, how long until it is.
import { Box, Tooltip } from "@mui/material";
import { durationWords, say, useNow, utcTime } from "@thalamus/sdk/ui";
import type { StudyRow } from "../api.gen.ts";
import { useRules } from "../layout/rules.ts";

const SECOND = 1000;

export function StudyStable({ study }: { readonly study: Pick<StudyRow, "stableAt" | "quietSince"> }) {
  const { stableAt, quietSince } = study;
  if (stableAt !== null) {
    return (
      <Tooltip title={say("since %{utc}", { utc: utcTime(new Date(stableAt)) })}>
        <span>{say("Yes")}</span>
      </Tooltip>
    );
  }
  return (
    <Box component="span" sx={{ color: "text.secondary", whiteSpace: "nowrap" }}>
      {say("No")}
      {quietSince !== null && <Countdown quietSince={quietSince} />}
    </Box>
  );
}

/** Ticks by the clock of this browser; the hub decides by its own. */
function Countdown({ quietSince }: { readonly quietSince: string }) {
  const rules = useRules();
  const now = useNow(SECOND);
  if (!rules) return null;
  const left = Date.parse(quietSince) + rules.stableAfterSeconds * SECOND - now;
  const words =
    left <= 0
      ? say(", any moment")
      : say(", in %{span}", { span: durationWords(Math.ceil(left / SECOND) * SECOND) });
  return (
    <Tooltip title={say("When nothing comes until then, it is complete")}>
      <span>{words}</span>
    </Tooltip>
  );
}

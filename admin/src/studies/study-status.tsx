// The status of a study with the time it has lasted, and how far the product is while one works.
import { Box, LinearProgress } from "@mui/material";
import { Since, StatusChip, say } from "@thalamus/sdk/ui";
import type { StudyRow } from "../api.gen.ts";

export function StudyStatus({ study }: { readonly study: StudyRow }) {
  const { status, statusSince, progress, stage } = study;
  return (
    <Box sx={{ display: "inline-grid", gap: 0.5, minWidth: 140 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", columnGap: 1 }}>
        <StatusChip status={status} />
        <Box component="span" sx={{ color: "text.secondary", fontSize: "0.8125rem", whiteSpace: "nowrap" }}>
          <Since at={statusSince} />
        </Box>
      </Box>
      {progress !== null && (
        <Box sx={{ display: "grid", gridTemplateColumns: "1fr auto", alignItems: "center", columnGap: 1 }}>
          <LinearProgress
            variant="determinate"
            value={progress * 100}
            aria-label={`${say("Progress")}${stage ? `, ${stage}` : ""}`}
            sx={{ borderRadius: 2, height: 5 }}
          />
          <Box component="span" sx={{ color: "text.secondary", fontSize: "0.75rem", whiteSpace: "nowrap" }}>
            {stage ? `${stage}, ` : ""}
            {Math.floor(progress * 100)} %
          </Box>
        </Box>
      )}
    </Box>
  );
}

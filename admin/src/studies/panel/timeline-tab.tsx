// Every event of a study in order, with the time that passed in between.
import { Box, Typography } from "@mui/material";
import { durationWords, TimeText, timeFormat, toneColors } from "@thalamus/sdk/ui";
import type { TimelineEntry } from "../../api.gen.ts";
import { eventWords } from "./event-words.ts";
import type { StudyTabProps } from "./study-panel.tsx";

const dayOf = timeFormat({
  weekday: "long",
  day: "numeric",
  month: "long",
  year: "numeric",
});

/** Shorter spans are the same moment to people. */
const NOTICED_MS = 100;

export function TimelineTab({ story: { timeline } }: StudyTabProps) {
  const days = Map.groupBy(timeline, ({ at }) => dayOf(new Date(at)));
  return [...days].map(([day, entries]) => (
    <Box component="section" key={day} aria-label={day} sx={{ mb: 2 }}>
      <Typography variant="h3" sx={{ color: "text.secondary", mb: 1.5 }}>
        {day}
      </Typography>
      <Box component="ol" sx={{ m: 0, p: 0, listStyle: "none" }}>
        {entries.map((entry, index) => (
          <Entry key={entry.id} entry={entry} next={entries[index + 1]} />
        ))}
      </Box>
    </Box>
  ));
}

function Entry({ entry, next }: { entry: TimelineEntry; next: TimelineEntry | undefined }) {
  const { title, note, tone } = eventWords(entry);
  const isStatus = entry.event.startsWith("study.");
  const passed = next ? Date.parse(next.at) - Date.parse(entry.at) : undefined;
  return (
    <Box component="li" sx={{ display: "grid", gridTemplateColumns: "72px 16px 1fr", columnGap: 1.5 }}>
      <Box sx={{ color: "text.secondary", fontSize: "0.8125rem", lineHeight: "22px", textAlign: "end" }}>
        <TimeText at={entry.at} seconds />
      </Box>
      <Box aria-hidden sx={{ display: "grid", justifyItems: "center", gridTemplateRows: "22px 1fr" }}>
        <Box
          sx={(theme) => ({
            alignSelf: "center",
            width: 11,
            height: 11,
            borderRadius: "50%",
            bgcolor: toneColors(theme, tone).strong,
          })}
        />
        {next && <Box sx={{ width: "2px", height: "100%", bgcolor: "divider" }} />}
      </Box>
      <Box sx={{ pb: next ? 1 : 0 }}>
        <Box sx={{ fontSize: "0.9375rem", lineHeight: "22px", fontWeight: isStatus ? 600 : 400 }}>
          {title}
          {note !== undefined && note !== "" && (
            <Box
              component="span"
              sx={{ color: "text.secondary", fontSize: "0.8125rem", fontWeight: 400, ml: 1 }}
            >
              {note}
            </Box>
          )}
        </Box>
        {passed !== undefined && passed >= NOTICED_MS && (
          <Box sx={{ color: "text.secondary", fontSize: "0.75rem", lineHeight: "18px" }}>
            + {durationWords(passed)}
          </Box>
        )}
      </Box>
    </Box>
  );
}

// How far the studies of a group are, as a bar with its numbers in words.
import { Box } from "@mui/material";
import { phrase, say, type Tone, toneColors } from "@thalamus/sdk/ui";
import type { GroupInfo } from "../api.gen.ts";

type Members = GroupInfo["members"];

const PARTS: readonly {
  readonly name: Exclude<keyof Members, "total">;
  readonly word: string;
  readonly tone: Tone;
}[] = [
  { name: "done", word: phrase("done"), tone: "good" },
  { name: "working", word: phrase("on their way"), tone: "work" },
  { name: "waiting", word: phrase("waiting for a person"), tone: "warning" },
  { name: "failed", word: phrase("failed"), tone: "bad" },
];

export function MembersBar({ members }: { readonly members: Members }) {
  const { total } = members;
  const parts = PARTS.filter(({ name }) => members[name] > 0);
  const words =
    total === 0
      ? say("No studies")
      : parts.map(({ name, word }) => `${members[name]} ${say(word)}`).join(", ");
  return (
    <Box sx={{ minWidth: 140 }}>
      <Box
        aria-hidden
        sx={{ display: "flex", height: 6, borderRadius: 3, overflow: "hidden", bgcolor: "action.hover" }}
      >
        {parts.map(({ name, tone }) => (
          <Box
            key={name}
            sx={(theme) => ({ flexGrow: members[name], backgroundColor: toneColors(theme, tone).strong })}
          />
        ))}
      </Box>
      <Box sx={{ fontSize: "0.8125rem", color: "text.secondary", mt: 0.5 }}>{words}</Box>
    </Box>
  );
}

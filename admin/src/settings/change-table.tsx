// Fields that differ, before and after; on phones one under the other.
import { Box, Typography } from "@mui/material";
import type { CompareSettingsAnswer } from "../api.gen.ts";
import { valueWords } from "./section-words.ts";

type Fields = CompareSettingsAnswer["data"][number]["fields"];

export function ChangeTable({ label, fields }: { readonly label: string; readonly fields: Fields }) {
  return (
    <Box component="dl" aria-label={label} sx={{ m: 0, display: "grid", gap: 1 }}>
      {fields.map(({ field, before, after }) => (
        <Box key={field} sx={{ display: "grid", gap: 0.25, minWidth: 0 }}>
          <Typography component="dt" variant="body2" sx={{ fontWeight: 600 }}>
            {field}
          </Typography>
          <Box component="dd" sx={WORDS}>
            <Box component="span" sx={{ color: "text.secondary" }}>
              {valueWords(before)}
            </Box>{" "}
            → {valueWords(after)}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

const WORDS = { m: 0, fontSize: "0.875rem", overflowWrap: "anywhere", whiteSpace: "pre-wrap" } as const;

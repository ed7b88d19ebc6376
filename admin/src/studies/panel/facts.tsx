// Names and values: side by side, or one above the other in columns when the values are short.
import { Box } from "@mui/material";
import type { ReactNode } from "react";

export interface FactsProps {
  readonly children: ReactNode;
  readonly stacked?: boolean;
}

export function Facts({ children, stacked = false }: FactsProps) {
  const columns = stacked ? "repeat(auto-fill, minmax(150px, 1fr))" : "1fr";
  return (
    <Box component="dl" className={stacked ? "stacked" : ""} sx={{ ...LIST, gridTemplateColumns: columns }}>
      {children}
    </Box>
  );
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <Box sx={PAIR}>
      <Box component="dt" sx={{ color: "text.secondary" }}>
        {name}
      </Box>
      <Box component="dd" sx={{ m: 0, minWidth: 0, overflowWrap: "anywhere" }}>
        {children}
      </Box>
    </Box>
  );
}

const LIST = { display: "grid", gap: "8px 16px", m: 0, "&.stacked": { rowGap: "14px" } } as const;

const PAIR = {
  display: "grid",
  gridTemplateColumns: { xs: "130px 1fr", sm: "190px 1fr" },
  columnGap: 2,
  minHeight: 26,
  fontSize: "0.875rem",
  lineHeight: "26px",
  ".stacked &": { gridTemplateColumns: "1fr", lineHeight: 1.45 },
} as const;

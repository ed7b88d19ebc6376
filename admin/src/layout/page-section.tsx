// A part of a page under a heading of its own.
import { Box, Paper, Typography } from "@mui/material";
import { type ReactNode, useId } from "react";

export interface PageSectionProps {
  readonly title: string;
  /** On the other side of the heading. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

export function PageSection({ title, action, children }: PageSectionProps) {
  const id = useId();
  return (
    <Box component="section" aria-labelledby={id} sx={{ mb: 3 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1, mb: 1, minHeight: 34 }}>
        <Typography variant="h2" id={id}>
          {title}
        </Typography>
        <Box sx={{ flex: 1 }} />
        {action}
      </Box>
      <Paper variant="outlined" sx={{ borderRadius: 1.5, overflow: "hidden" }}>
        {children}
      </Paper>
    </Box>
  );
}

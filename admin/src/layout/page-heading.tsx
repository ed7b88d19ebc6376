// The heading of a page, and the same words as the title of the window.
import { Box, Typography } from "@mui/material";
import type { ReactNode } from "react";
import { useWindowTitle } from "./window-title.ts";

export interface PageHeadingProps {
  /** Never holds PHI: it becomes the window's title. */
  readonly title: string;
  /** A count or a chip beside it. */
  readonly aside?: ReactNode;
  /** On the other side of the line. */
  readonly children?: ReactNode;
}

export function PageHeading({ title, aside, children }: PageHeadingProps) {
  useWindowTitle(title);
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1.5, mb: 1.5, minHeight: 40 }}>
      <Typography variant="h1">{title}</Typography>
      {aside}
      <Box sx={{ flex: 1 }} />
      {children}
    </Box>
  );
}

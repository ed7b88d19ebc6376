// The first eight digits of a hub id, with the whole id on hover and one click to copy it.
import { Box, Tooltip } from "@mui/material";
import type { ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";
import { MONO } from "./theme.ts";

export const shortId = (id: string): string => id.slice(0, 8);

export interface ShortIdProps {
  readonly id: string;
  /** Names the id: "study id". */
  readonly what: string;
  /** Shown in place of the plain text, for example as a link. */
  readonly children?: ReactNode;
}

export function ShortId({ id, what, children }: ShortIdProps) {
  return (
    <Box
      component="span"
      sx={{ display: "inline-flex", alignItems: "center", gap: 0.25, whiteSpace: "nowrap" }}
    >
      <Tooltip title={id}>
        <Box component="span" sx={{ fontFamily: MONO, fontSize: "0.8125rem" }}>
          {children ?? shortId(id)}
        </Box>
      </Tooltip>
      <CopyButton text={id} what={what} />
    </Box>
  );
}

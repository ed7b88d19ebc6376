// A part of a row that has clicks of its own: menus and dialogs opened from it do not open the row.
import { Box } from "@mui/material";
import type { ReactNode, SyntheticEvent } from "react";

const stop = (event: SyntheticEvent) => event.stopPropagation();

export function OwnClicks({ children }: { readonly children: ReactNode }) {
  return (
    <Box component="span" onClick={stop}>
      {children}
    </Box>
  );
}

// The toolbar of acts on many rows: there while some are chosen, and out of the way otherwise.

import CloseOutlined from "@mui/icons-material/CloseOutlined";
import { Box, Button } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import type { ReactNode } from "react";
import { useListContext } from "react-admin";

export interface BulkBarProps {
  /** "studies" */
  readonly what: string;
  readonly children: ReactNode;
}

export function BulkBar({ what, children }: BulkBarProps) {
  const { selectedIds, onUnselectItems } = useListContext();
  if (selectedIds.length === 0) return null;
  return (
    <Box role="toolbar" aria-label={say("Acts on chosen %{what}", { what })} sx={BAR}>
      <Box role="status" sx={{ fontWeight: 600, mr: 1 }}>
        {say("%{count} chosen", { count: selectedIds.length })}
      </Box>
      {children}
      <Box sx={{ flex: 1 }} />
      <Button size="small" startIcon={<CloseOutlined />} onClick={() => onUnselectItems()}>
        {say("Choose none")}
      </Button>
    </Box>
  );
}

const BAR = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  gap: 1,
  px: 2,
  py: 1,
  borderBottom: 1,
  borderColor: "divider",
  bgcolor: "action.selected",
} as const;

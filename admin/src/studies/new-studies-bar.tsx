// Tells that studies came since the list was read, and shows them when asked: rows never jump by themselves.

import ArrowUpwardOutlined from "@mui/icons-material/ArrowUpwardOutlined";
import { Box, Button } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useEffect } from "react";
import { useListContext } from "react-admin";
import { useLive } from "../live/live-provider.tsx";

export function NewStudiesBar() {
  const { arrived, forgetArrived } = useLive();
  const { total, page, setPage, refetch } = useListContext();
  const count = arrived.size;
  const empty = total === 0;
  useEffect(() => {
    // an empty list has no row that could jump
    if (!empty || count === 0) return;
    forgetArrived();
    void refetch();
  }, [empty, count, forgetArrived, refetch]);
  const show = () => {
    forgetArrived();
    if (page !== 1) setPage(1);
    void refetch();
  };
  return (
    <Box role="status" sx={{ display: "grid", justifyItems: "center" }}>
      {count > 0 && !empty && (
        <Button size="small" variant="contained" startIcon={<ArrowUpwardOutlined />} onClick={show} sx={PILL}>
          {count === 1 ? say("1 new study") : say("%{count} new studies", { count })}
        </Button>
      )}
    </Box>
  );
}

const PILL = { borderRadius: 5, px: 2, mb: 1.5 } as const;

// Deliveries: the destinations with their lanes, the clouds, results without a receipt, and the ledger of receipts.
import { Box, Paper, Tab, Tabs } from "@mui/material";
import type { ComponentType } from "react";
import { Link, useLocation } from "react-router";
import { PageHeading } from "../layout/page-heading.tsx";
import { CloudList } from "./cloud-list.tsx";
import { DestinationList } from "./destination-list.tsx";
import { MissingReceipts } from "./missing-receipts.tsx";
import { ReceiptLedger } from "./receipt-ledger.tsx";

const TABS: Readonly<Record<string, { title: string; content: ComponentType }>> = {
  destinations: { title: "Destinations", content: DestinationList },
  clouds: { title: "Clouds", content: CloudList },
  missing: { title: "Without receipt", content: MissingReceipts },
  receipts: { title: "Receipts", content: ReceiptLedger },
};

export default function DeliveriesPage() {
  const [, , tab = ""] = useLocation().pathname.split("/");
  const chosen = TABS[tab] ? tab : "destinations";
  const { title, content: Content } = TABS[chosen]!;
  return (
    <>
      <PageHeading title="Deliveries" />
      <Paper variant="outlined" sx={{ borderRadius: 1.5, overflow: "hidden" }}>
        <Tabs
          value={chosen}
          aria-label="Parts of the deliveries"
          variant="scrollable"
          scrollButtons={false}
          sx={{
            borderBottom: 1,
            borderColor: "divider",
            px: 1,
            "& .MuiTab-root": { minWidth: 0, px: { xs: 1, sm: 1.75 } },
          }}
        >
          {Object.entries(TABS).map(([name, one]) => (
            <Tab
              key={name}
              value={name}
              label={one.title}
              component={Link}
              to={`/deliveries/${name}`}
              id={`deliveries-tab-${name}`}
              aria-controls="deliveries-panel"
            />
          ))}
        </Tabs>
        <Box role="tabpanel" id="deliveries-panel" aria-label={title}>
          <Content />
        </Box>
      </Paper>
    </>
  );
}

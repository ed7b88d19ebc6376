// Deliveries: the destinations with their lanes, the clouds, results without a receipt, and the ledger of receipts.
import { Box, Paper } from "@mui/material";
import { phrase, say } from "@thalamus/sdk/ui";
import type { ComponentType } from "react";
import { PageHeading } from "../layout/page-heading.tsx";
import { PageTabs, useChosenTab } from "../layout/page-tabs.tsx";
import { CloudList } from "./cloud-list.tsx";
import { DestinationList } from "./destination-list.tsx";
import { MissingReceipts } from "./missing-receipts.tsx";
import { ReceiptLedger } from "./receipt-ledger.tsx";

const TABS: Readonly<Record<string, { title: string; content: ComponentType }>> = {
  destinations: { title: phrase("Destinations"), content: DestinationList },
  clouds: { title: phrase("Clouds"), content: CloudList },
  missing: { title: phrase("Without receipt"), content: MissingReceipts },
  receipts: { title: phrase("Receipts"), content: ReceiptLedger },
};

export default function DeliveriesPage() {
  const chosen = useChosenTab(TABS, "destinations");
  const { title, content: Content } = TABS[chosen]!;
  return (
    <>
      <PageHeading title={say("Deliveries")} />
      <Paper variant="outlined" sx={{ borderRadius: 1.5, overflow: "hidden" }}>
        <PageTabs
          page="deliveries"
          label={say("Parts of the deliveries")}
          chosen={chosen}
          tabs={Object.entries(TABS)}
        />
        <Box role="tabpanel" id="deliveries-panel" aria-label={say(title)}>
          <Content />
        </Box>
      </Paper>
    </>
  );
}

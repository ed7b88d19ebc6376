// Logs: what the hub writes about its work, in views for everything, DICOM and jobs; who did what; and tries to deliver.
import { Alert, Box, Paper } from "@mui/material";
import { phrase, say } from "@thalamus/sdk/ui";
import { type ComponentType, useState } from "react";
import { useSearchParams } from "react-router";
import { GuardedPage } from "../acts/guarded-page.tsx";
import { type Permission, useMay } from "../acts/permission.ts";
import { ReceiptLedger } from "../deliveries/receipt-ledger.tsx";
import { PageHeading } from "../layout/page-heading.tsx";
import { PageTabs, useChosenTab } from "../layout/page-tabs.tsx";
import { AuditView } from "./audit/audit-view.tsx";
import { ContextDialog } from "./context-dialog.tsx";
import { addressOf, filterOf, type LogFilter, type LogSearch } from "./log-search.ts";
import { LogView } from "./log-view.tsx";

interface LogTab {
  readonly title: string;
  readonly needs: Permission;
  readonly content: ComponentType;
}

const TABS: Readonly<Record<string, LogTab>> = {
  all: { title: phrase("Application"), needs: "logs.read", content: () => <LogTabView /> },
  dicom: { title: "DICOM", needs: "logs.read", content: () => <LogTabView area="dicom" /> },
  jobs: { title: phrase("Jobs"), needs: "logs.read", content: () => <LogTabView area="jobs" /> },
  audit: { title: phrase("Audit"), needs: "audit.read", content: () => <AuditView /> },
  deliveries: { title: phrase("Delivery attempts"), needs: "deliveries.read", content: ReceiptLedger },
};

export default function LogsPage() {
  const may = useMay();
  const chosen = useChosenTab(TABS, "all");
  const { title, needs, content: Content } = TABS[chosen]!;
  // who follows a link to a tab is told what it needs; the others do not see it
  const shown = Object.entries(TABS).filter(([name, one]) => name === chosen || may(one.needs));
  return (
    <>
      <PageHeading title={say("Logs")} />
      <Paper variant="outlined" sx={{ borderRadius: 1.5, overflow: "hidden" }}>
        <PageTabs page="logs" label={say("Views of the logs")} chosen={chosen} tabs={shown} />
        <Box role="tabpanel" id="logs-panel" aria-label={say(title)}>
          <GuardedPage needs={needs}>
            <Content key={chosen} />
          </GuardedPage>
        </Box>
      </Paper>
    </>
  );
}

/** A-276 A cloud keeps its own log. */
function LogTabView({ area }: { area?: LogSearch["area"] }) {
  const [address, setAddress] = useSearchParams();
  const line = address.get("line");
  const [filter, setFilter] = useState<LogFilter>(() => filterOf(address));
  const change = (next: LogFilter) => {
    setFilter(next);
    setAddress(addressOf(next), { replace: true });
  };
  const closeLine = () => setAddress(addressOf(filter), { replace: true });
  return (
    <>
      <Alert severity="info" sx={{ borderRadius: 0 }}>
        {say(
          "Ids, codes and counts: values of patients are kept out. For what a cloud logs, ask its operator with the order's id.",
        )}
      </Alert>
      <LogView {...{ filter, ...(area && { area }) }} onFilter={change} height="min(62vh, 640px)" />
      {line !== null && <ContextDialog place={line} onClose={closeLine} />}
    </>
  );
}

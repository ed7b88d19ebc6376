// The ledger of receipts, newest first: what was sent where, and what the other side answered.
import ReceiptLongOutlined from "@mui/icons-material/ReceiptLongOutlined";
import { Button, useMediaQuery, useTheme } from "@mui/material";
import { EmptyState, say } from "@thalamus/sdk/ui";
import { useSearchParams } from "react-router";
import { OlderLines } from "../list/older-lines.tsx";
import { filterOf } from "./receipt-filter.ts";
import { ReceiptFilters } from "./receipt-filters.tsx";
import { ReceiptCards, ReceiptTable } from "./receipt-table.tsx";
import type { ReceiptRow } from "./receipt-words.ts";

export function ReceiptLedger() {
  const [search, setSearch] = useSearchParams();
  const filter = filterOf(search);
  const wide = useMediaQuery(useTheme().breakpoints.up("md"));
  const Rows = wide ? ReceiptTable : ReceiptCards;
  const clear = () => setSearch({}, { replace: true });
  return (
    <>
      <ReceiptFilters search={search} onSearch={(next) => setSearch(next, { replace: true })} />
      <OlderLines<ReceiptRow>
        queryKey={["receipts", "ledger"]}
        path="/api/receipts"
        filter={filter}
        failed={say("The receipts could not be read")}
        stillWorks={say("You see them as they were.")}
        nothing={<Nothing filtered={Object.keys(filter).length > 0} onClear={clear} />}
      >
        {(receipts) => <Rows receipts={receipts} />}
      </OlderLines>
    </>
  );
}

function Nothing({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  if (!filtered) {
    return (
      <EmptyState icon={ReceiptLongOutlined} title={say("No receipt yet")}>
        {say("A line comes with every try to deliver something.")}
      </EmptyState>
    );
  }
  const clear = (
    <Button variant="outlined" onClick={onClear}>
      {say("Clear filters")}
    </Button>
  );
  return <EmptyState icon={ReceiptLongOutlined} title={say("No match")} action={clear} />;
}

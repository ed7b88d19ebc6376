// The audit trail: who did what, when, to which study, from where, and how it ended; newest first.
import FactCheckOutlined from "@mui/icons-material/FactCheckOutlined";
import { Button, useMediaQuery, useTheme } from "@mui/material";
import { EmptyState, say } from "@thalamus/sdk/ui";
import { useSearchParams } from "react-router";
import type { AuditEntry } from "../../api.gen.ts";
import { OlderLines } from "../../list/older-lines.tsx";
import { type AuditFilter, auditFilterOf } from "./audit-filter.ts";
import { AuditFilters } from "./audit-filters.tsx";
import { AuditCards, AuditTable } from "./audit-table.tsx";

export function AuditView() {
  const [address, setAddress] = useSearchParams();
  const filter = auditFilterOf(address);
  const isFiltered = [...address.keys()].length > 0;
  const wide = useMediaQuery(useTheme().breakpoints.up("md"));
  return (
    <>
      <AuditFilters {...{ address, filter }} onAddress={(next) => setAddress(next, { replace: true })} />
      <AuditList
        filter={filter}
        isWide={wide}
        {...(isFiltered ? { onClear: () => setAddress({}, { replace: true }) } : {})}
      />
    </>
  );
}

export interface AuditListProps {
  readonly filter: AuditFilter;
  readonly isWide: boolean;
  /** Left out where nothing is filtered. */
  readonly onClear?: () => void;
}

export function AuditList({ filter, isWide, onClear }: AuditListProps) {
  const Lines = isWide ? AuditTable : AuditCards;
  return (
    <OlderLines<AuditEntry>
      queryKey={["audit"]}
      path="/api/audit"
      filter={filter}
      failed={say("The audit trail could not be read")}
      stillWorks={say("You see it as it was.")}
      nothing={<Nothing {...(onClear && { onClear })} />}
    >
      {(entries) => <Lines entries={entries} />}
    </OlderLines>
  );
}

function Nothing({ onClear }: { onClear?: () => void }) {
  if (!onClear) {
    return (
      <EmptyState icon={FactCheckOutlined} title={say("Nobody did anything yet")}>
        {say("Sign-ins, looks at patient data, changes, decisions and exports are written here for good.")}
      </EmptyState>
    );
  }
  const clear = (
    <Button variant="outlined" onClick={onClear}>
      {say("Clear filters")}
    </Button>
  );
  return <EmptyState icon={FactCheckOutlined} title={say("No match")} action={clear} />;
}

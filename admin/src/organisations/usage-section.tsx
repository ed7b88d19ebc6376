// What was run for an organisation within some days, by key and product, and the file with every run.
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import { Box, Button, Table, TableBody, TableCell, TableHead, TableRow, TextField } from "@mui/material";
import { ErrorState, Late, MONO, numberText, say } from "@thalamus/sdk/ui";
import { useState } from "react";
import type { GetUsageAnswer } from "../api.gen.ts";
import { PageSection } from "../layout/page-section.tsx";
import { FILTER_BAR_LOOK } from "../list/filter-look.ts";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { thisMonth, type UsageDays, usageFile, useUsage } from "./organisation-requests.ts";
import { counted } from "./organisation-words.ts";

export function UsageSection({ organisationId }: { readonly organisationId: string }) {
  const [days, setDays] = useState(thisMonth);
  const { data, error, refetch } = useUsage(organisationId, days);
  const download = data && data.runs > 0 && (
    <Button
      size="small"
      variant="outlined"
      startIcon={<DownloadOutlined />}
      component="a"
      href={usageFile(organisationId, days)}
      download
    >
      {say("Download CSV")}
    </Button>
  );
  return (
    <PageSection title={say("Usage")} action={download}>
      <Box sx={FILTER_BAR_LOOK}>
        <Day name="from" label={say("From")} days={days} onDays={setDays} />
        <Day name="until" label={say("Until")} days={days} onDays={setDays} />
        <Box role="status" sx={{ color: "text.secondary", fontSize: "0.875rem" }}>
          {data && !error && say("%{runs}; days are in UTC", { runs: counted(data.runs, "run") })}
        </Box>
      </Box>
      {error && (
        <Box sx={{ px: 2 }}>
          <ErrorState
            title={say("The usage could not be read")}
            error={error}
            onRetry={() => void refetch()}
          />
        </Box>
      )}
      {!data && !error && (
        <Late>
          <ListSkeleton rows={2} />
        </Late>
      )}
      {data?.runs === 0 && (
        <Box sx={{ p: 2, color: "text.secondary" }}>{say("Nothing was run within these days.")}</Box>
      )}
      {data && data.runs > 0 && <UsageTable lines={data.data} />}
    </PageSection>
  );
}

interface DayProps {
  readonly name: keyof UsageDays;
  readonly label: string;
  readonly days: UsageDays;
  readonly onDays: (days: UsageDays) => void;
}

function Day({ name, label, days, onDays }: DayProps) {
  return (
    <TextField
      type="date"
      size="small"
      label={label}
      value={days[name]}
      onChange={({ target: { value } }) => {
        // a field that is being emptied asks for nothing
        if (value !== "") onDays({ ...days, [name]: value });
      }}
      slotProps={{ inputLabel: { shrink: true } }}
      sx={{ width: { xs: "calc(50% - 6px)", sm: 155 } }}
    />
  );
}

function UsageTable({ lines }: { readonly lines: GetUsageAnswer["data"] }) {
  return (
    <Table size="small" aria-label={say("Usage")} sx={TABLE}>
      <TableHead>
        <TableRow>
          {[say("Member"), say("Key"), say("Product")].map((title) => (
            <TableCell key={title}>{title}</TableCell>
          ))}
          <TableCell align="right">{say("Runs")}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {lines.map(({ keyId, keyName, prefix, member, product, runs }) => (
          <TableRow key={`${keyId} ${product}`}>
            <TableCell>{member}</TableCell>
            <TableCell>
              {keyName}{" "}
              <Box component="span" sx={{ fontFamily: MONO, color: "text.secondary", fontSize: "0.8125rem" }}>
                {prefix}…
              </Box>
            </TableCell>
            <TableCell>{product}</TableCell>
            <TableCell align="right">{numberText(runs)}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

const TABLE = {
  "& thead th": { color: "text.secondary", fontSize: "0.8125rem" },
  "& td, & th": { overflowWrap: "anywhere", px: { xs: 1, md: 2 } },
  "& tbody tr:last-of-type > *": { borderBottomWidth: 0 },
} as const;

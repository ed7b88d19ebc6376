// The table of a group as it is now; values that identify patients are in the file only.
import TableChartOutlined from "@mui/icons-material/TableChartOutlined";
import { Box, Table, TableBody, TableCell, TableHead, TableRow } from "@mui/material";
import { EmptyState, ErrorState, say, shortId } from "@thalamus/sdk/ui";
import type { GroupInfo } from "../api.gen.ts";
import { usePreview } from "./group-requests.ts";

export function GroupPreview({ group: { id, identifyBy } }: { readonly group: GroupInfo }) {
  const { data, error, refetch } = usePreview(id);
  if (error)
    return (
      <ErrorState title={say("The table could not be read")} error={error} onRetry={() => void refetch()} />
    );
  if (!data) return null;
  if (data.total === 0) {
    return (
      <EmptyState icon={TableChartOutlined} title={say("Nothing to report yet")}>
        {say("Each study of the group gets a line for each product.")}
      </EmptyState>
    );
  }
  const more = data.total - data.rows.length;
  return (
    <Box sx={{ overflowX: "auto" }}>
      <Table size="small" aria-label={say("Prediction Indexes")}>
        <TableHead>
          <TableRow>
            {data.columns.map((column) => (
              <TableCell key={column}>{column}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {data.rows.map((row) => (
            <TableRow key={`${row[0]} ${row[1]}`}>
              {row.map((value, at) => (
                <TableCell key={data.columns[at]}>
                  {at === 0 ? shortId(String(value)) : (value ?? "")}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
      <Box
        sx={{ px: 2, py: 1, fontSize: "0.8125rem", color: "text.secondary", "&:empty": { display: "none" } }}
      >
        {more > 0 && `${say("%{more} more lines are in the file.", { more })} `}
        {identifyBy !== "hub-id" && say("The column that identifies patients is in the file only.")}
      </Box>
    </Box>
  );
}

// The numbers of a result.
import { Table, TableBody, TableCell, TableHead, TableRow } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import type { ResultRow } from "../api.gen.ts";

export function IndexTable({ indexes }: Pick<ResultRow, "indexes">) {
  return (
    <Table
      size="small"
      aria-label={say("Values")}
      sx={{ "& td, & th": { px: 1 }, "& thead th": { color: "text.secondary" } }}
    >
      <TableHead>
        <TableRow>
          <TableCell>{say("Measure")}</TableCell>
          <TableCell align="right">{say("Value")}</TableCell>
          <TableCell>{say("Unit")}</TableCell>
        </TableRow>
      </TableHead>
      <TableBody>
        {indexes.map(({ name, value, unit }) => (
          <TableRow key={name}>
            <TableCell component="th" scope="row">
              {name}
            </TableCell>
            <TableCell align="right" sx={{ fontVariantNumeric: "tabular-nums" }}>
              {value === null ? say("not measured") : numberText(value)}
            </TableCell>
            {/* UCUM writes "1" for numbers without a unit */}
            <TableCell sx={{ color: "text.secondary" }}>{unit === "1" ? "" : unit}</TableCell>
          </TableRow>
        ))}
      </TableBody>
    </Table>
  );
}

/** Four significant digits for small numbers, whole ones from a thousand on. */
function numberText(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}

// One line over time with its threshold; the same numbers as a table for whoever does not see lines.
import { Box, Button, Table, TableBody, TableCell, TableHead, TableRow, useTheme } from "@mui/material";
import { ChartsReferenceLine } from "@mui/x-charts/ChartsReferenceLine";
import { LineChart } from "@mui/x-charts/LineChart";
import { clockTime, fullTime, numberText, say, toneColors } from "@thalamus/sdk/ui";
import { useState } from "react";
import { PageSection } from "../layout/page-section.tsx";
import { tableLook } from "../list/table-look.ts";

export interface MetricChartProps {
  readonly title: string;
  readonly unit: string;
  readonly at: readonly Date[];
  /** Null where nothing was kept. */
  readonly values: readonly (number | null)[];
  /** Above it the hub warns. */
  readonly limit?: number;
  /** Top of the axis; left out, the largest value is. */
  readonly most?: number;
  readonly longRange: boolean;
}

const HEIGHT = 220;

export function MetricChart(props: MetricChartProps) {
  const { title, values } = props;
  const [asTable, setAsTable] = useState(false);
  const isEmpty = values.every((value) => value === null);
  return (
    <PageSection
      title={title}
      action={
        <Button
          size="small"
          aria-pressed={asTable}
          aria-label={`${asTable ? say("Show as chart") : say("Show as table")}: ${title}`}
          onClick={() => setAsTable(!asTable)}
        >
          {asTable ? say("Show as chart") : say("Show as table")}
        </Button>
      }
    >
      {isEmpty && (
        <Box sx={{ p: 2, color: "text.secondary" }}>
          {say("Nothing was kept yet; a point comes every minute.")}
        </Box>
      )}
      {!isEmpty && (asTable ? <Numbers {...props} /> : <Line {...props} />)}
    </PageSection>
  );
}

function Line({ title, unit, at, values, limit, most, longRange }: MetricChartProps) {
  const theme = useTheme();
  const words = summary(values, unit, limit);
  return (
    <Box role="img" aria-label={`${title}: ${words}`} sx={{ p: 1 }}>
      <Box aria-hidden>
        <LineChart
          height={HEIGHT}
          skipAnimation
          hideLegend
          disableKeyboardNavigation
          margin={{ left: 0, right: 16, top: 16, bottom: 0 }}
          grid={{ horizontal: true }}
          xAxis={[
            {
              data: [...at],
              scaleType: "time",
              valueFormatter: (value: Date) => (longRange ? fullTime(value) : clockTime(value).slice(0, 5)),
            },
          ]}
          yAxis={[{ min: 0, ...(most === undefined ? {} : { max: most }), width: 44 }]}
          series={[
            {
              data: [...values],
              showMark: false,
              curve: "linear",
              color: toneColors(theme, "work").strong,
              valueFormatter: (value) => (value === null ? "" : `${rounded(value)} ${unit}`),
            },
          ]}
        >
          {limit !== undefined && (
            <ChartsReferenceLine
              y={limit}
              label={say("Warns above %{limit} %{unit}", { limit, unit })}
              labelAlign="start"
              lineStyle={{ stroke: toneColors(theme, "warning").strong, strokeDasharray: "5 4" }}
              labelStyle={{ fill: toneColors(theme, "warning").text, fontSize: 12 }}
            />
          )}
        </LineChart>
      </Box>
      <Box sx={{ px: 1, pb: 0.5, fontSize: "0.8125rem", color: "text.secondary" }}>{words}</Box>
    </Box>
  );
}

function Numbers({ title, unit, at, values }: MetricChartProps) {
  const rows = at.flatMap((time, index) => {
    const value = values[index] ?? null;
    return value === null ? [] : [{ time, value }];
  });
  return (
    <Box
      sx={{ maxHeight: HEIGHT + 40, overflow: "auto" }}
      tabIndex={0}
      role="region"
      aria-label={say("%{title}, numbers", { title })}
    >
      <Table size="small" aria-label={say("%{title} as numbers", { title })} sx={tableLook}>
        <TableHead>
          <TableRow>
            <TableCell>{say("When")}</TableCell>
            <TableCell align="right">{unit}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.toReversed().map(({ time, value }) => (
            <TableRow key={time.getTime()}>
              <TableCell>{fullTime(time)}</TableCell>
              <TableCell align="right">{rounded(value)}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

const rounded = (value: number): string => numberText(Math.round(10 * value) / 10);

function summary(values: readonly (number | null)[], unit: string, limit: number | undefined): string {
  const known = values.filter((value) => value !== null);
  const [last = 0] = known.slice(-1);
  const most = Math.max(...known);
  const warning = limit === undefined ? "" : say(", warns above %{limit} %{unit}", { limit, unit });
  return say("now %{last} %{unit}, at most %{most}%{warning}", {
    last: rounded(last),
    unit,
    most: rounded(most),
    warning,
  });
}

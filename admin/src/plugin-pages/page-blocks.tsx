// Draws what a plugin describes: notices, texts, facts and tables.
import {
  Alert,
  Box,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  Typography,
} from "@mui/material";
import { say, sayOf } from "@thalamus/sdk/ui";
import { useId } from "react";
import type { PageBlock } from "../api.gen.ts";

const SEVERITIES = { info: "info", good: "success", warning: "warning", bad: "error" } as const;

export interface PageBlocksProps {
  readonly blocks: readonly PageBlock[];
  /** The plugin entry whose texts they are. */
  readonly entry: string;
}

export function PageBlocks({ blocks, entry }: PageBlocksProps) {
  return (
    <>
      {blocks.map((block, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a plugin's blocks have no names, and no state
        <Block key={index} block={saidBy(entry, block)} />
      ))}
    </>
  );
}

/** In the language of the console, as far as the plugin has it. */
function saidBy(entry: string, block: PageBlock): PageBlock {
  const { title, text, facts, columns } = block;
  return {
    ...block,
    ...(title === undefined ? {} : { title: sayOf(entry, title) }),
    ...(text === undefined ? {} : { text: sayOf(entry, text) }),
    ...(facts ? { facts: facts.map((fact) => ({ ...fact, label: sayOf(entry, fact.label) })) } : {}),
    ...(columns ? { columns: columns.map((column) => sayOf(entry, column)) } : {}),
  };
}

function Block({ block }: { readonly block: PageBlock }) {
  const { kind, title, text = "", tone = "info", facts = [] } = block;
  if (kind === "notice") return <Alert severity={SEVERITIES[tone]}>{text}</Alert>;
  if (kind === "table") return <TableBlock block={block} />;
  return (
    <Box component="section" {...(title === undefined ? {} : { "aria-label": title })}>
      {title !== undefined && (
        <Typography variant="h2" sx={{ mb: 1 }}>
          {title}
        </Typography>
      )}
      {kind === "text" && (
        <Typography sx={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{text}</Typography>
      )}
      {kind === "facts" && (
        <Box component="dl" sx={FACTS}>
          {facts.map(({ label, value }) => (
            <Box key={label} sx={{ display: "contents" }}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </Box>
          ))}
        </Box>
      )}
    </Box>
  );
}

function TableBlock({ block }: { readonly block: PageBlock }) {
  const { title = say("Table"), columns = [], rows = [] } = block;
  const id = useId();
  return (
    <Box>
      <Typography variant="h2" id={id} sx={{ mb: 1 }}>
        {title}
      </Typography>
      {rows.length === 0 ? (
        <Typography sx={{ color: "text.secondary" }}>{say("There is nothing yet.")}</Typography>
      ) : (
        <TableContainer tabIndex={0} role="region" aria-labelledby={id}>
          <Table size="small" aria-labelledby={id}>
            <TableHead>
              <TableRow>
                {columns.map((column) => (
                  <TableCell key={column}>{column}</TableCell>
                ))}
              </TableRow>
            </TableHead>
            <TableBody>
              {rows.map((cells, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: rows have no names, and no state
                <TableRow key={index}>
                  {cells.map((cell, place) => (
                    <TableCell key={columns[place]}>{cell}</TableCell>
                  ))}
                </TableRow>
              ))}
            </TableBody>
          </Table>
        </TableContainer>
      )}
    </Box>
  );
}

const FACTS = {
  m: 0,
  display: "grid",
  gridTemplateColumns: { xs: "minmax(0, 1fr)", sm: "minmax(120px, 220px) minmax(0, 1fr)" },
  columnGap: 2,
  rowGap: 0.75,
  fontSize: "0.875rem",
  "& dt": { color: "text.secondary" },
  "& dd": { m: 0, overflowWrap: "anywhere" },
} as const;

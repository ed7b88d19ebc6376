// The elements of a preview: what they are, what is done to them by which rule, and both values once revealed.
import { Box, Button, Table, TableBody, TableCell, TableHead, TableRow } from "@mui/material";
import { MONO, say } from "@thalamus/sdk/ui";
import { useState } from "react";
import type { ElementPreviewRow } from "../../api.gen.ts";

/** More rows at once make a page slow; multi-frame headers have tens of thousands. */
const AT_ONCE = 300;

export interface PreviewTableProps {
  readonly elements: readonly ElementPreviewRow[];
  readonly isShown: boolean;
}

export function PreviewTable({ elements, isShown }: PreviewTableProps) {
  const [most, setMost] = useState(AT_ONCE);
  if (elements.length === 0)
    return <Box sx={{ py: 3, color: "text.secondary" }}>{say("No element fits.")}</Box>;
  return (
    // a focus stop, so that the arrow keys scroll a table that is wider than the screen
    <Box role="region" aria-label={say("Elements")} tabIndex={0} sx={{ overflowX: "auto" }}>
      <Table size="small" aria-label={say("Elements before and after")} sx={TABLE}>
        <TableHead>
          <TableRow>
            {[say("Element"), "VR", say("Action"), say("Rule"), say("Before"), say("After")].map((title) => (
              <TableCell key={title}>{title}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {elements.slice(0, most).map((element) => (
            <ElementLine key={element.path} element={element} isShown={isShown} />
          ))}
        </TableBody>
      </Table>
      {elements.length > most && (
        <Button size="small" onClick={() => setMost(most + AT_ONCE)} sx={{ mt: 1 }}>
          {say("Show %{count} more", { count: Math.min(AT_ONCE, elements.length - most) })}
        </Button>
      )}
    </Box>
  );
}

function ElementLine({ element, isShown }: { element: ElementPreviewRow; isShown: boolean }) {
  const { path, keyword, vr, action, rule, changed, before, after } = element;
  const nothing = vr === "SQ" && action !== "remove" ? say("items follow") : say("none");
  return (
    <TableRow className={changed ? "changed" : ""}>
      <TableCell component="th" scope="row">
        <Box component="span" sx={{ fontFamily: MONO, fontSize: "0.8125rem", overflowWrap: "anywhere" }}>
          {path}
        </Box>
        <Box sx={{ color: "text.secondary" }}>{keyword || "private"}</Box>
      </TableCell>
      <TableCell>{vr}</TableCell>
      <TableCell className="action">{action}</TableCell>
      <TableCell>{rule}</TableCell>
      <Value text={before} nothing={nothing} isShown={isShown} />
      <Value text={after} nothing={nothing} isShown={isShown} />
    </TableRow>
  );
}

interface ValueProps {
  readonly text: string | null;
  /** What is said where there is no value. */
  readonly nothing: string;
  readonly isShown: boolean;
}

function Value({ text, nothing, isShown }: ValueProps) {
  if (!isShown) {
    return (
      <TableCell sx={{ color: "text.secondary" }}>
        <span aria-hidden>••••</span>
        <Box component="span" sx={HIDDEN}>
          {say("covered")}
        </Box>
      </TableCell>
    );
  }
  return (
    <TableCell sx={{ maxWidth: 280, overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
      {text || (
        <Box component="em" sx={{ color: "text.secondary" }}>
          {text === null ? nothing : "empty"}
        </Box>
      )}
    </TableCell>
  );
}

const HIDDEN = {
  position: "absolute",
  width: 1,
  height: 1,
  overflow: "hidden",
  clip: "rect(0 0 0 0)",
} as const;

const TABLE = {
  "& td, & th": { px: 1, verticalAlign: "top" },
  "& thead th": { color: "text.secondary" },
  "& tbody th": { minWidth: 200, fontWeight: 400 },
  "& .changed .action": { fontWeight: 600 },
  "& tbody tr:not(.changed)": { color: "text.secondary" },
} as const;

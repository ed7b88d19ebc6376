// Elements as rows: tag and keyword, value representation, value.
import { Box, Table, TableBody, TableCell, TableHead, TableRow } from "@mui/material";
import { MONO, PhiCell, phrase, say } from "@thalamus/sdk/ui";
import type { ListElementsAnswer } from "../api.gen.ts";
import { elementField } from "./element-field.ts";

export type ElementRow = ListElementsAnswer["elements"][number];

/** Tags are found with and without their brackets and commas. */
export function passes({ path, keyword }: ElementRow, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  const bare = (tag: string) => tag.replaceAll(/[(),\s]/g, "");
  return keyword.toLowerCase().includes(wanted) || bare(path).includes(bare(wanted));
}

export interface ElementsTableProps {
  readonly studyId: string;
  readonly image: string;
  readonly elements: readonly ElementRow[];
}

export function ElementsTable({ studyId, image, elements }: ElementsTableProps) {
  if (elements.length === 0)
    return <Box sx={{ py: 2, color: "text.secondary" }}>{say("No element fits.")}</Box>;
  return (
    // a focus stop, so that the arrow keys scroll a table that is wider than the screen
    <Box role="region" aria-label={say("Elements")} tabIndex={0} sx={{ overflowX: "auto" }}>
      <Table size="small" aria-label={say("Elements of the image")} sx={TABLE}>
        <TableHead>
          <TableRow>
            {[phrase("Element"), phrase("VR"), phrase("Value")].map((title) => (
              <TableCell key={title}>{say(title)}</TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {elements.map((element) => (
            <ElementLine key={element.path} {...{ studyId, image, element }} />
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

interface ElementLineProps {
  readonly studyId: string;
  readonly image: string;
  readonly element: ElementRow;
}

function ElementLine({ studyId, image, element }: ElementLineProps) {
  const { path, keyword, vr, value, covered } = element;
  const field = elementField(image, path);
  return (
    <TableRow>
      <TableCell component="th" scope="row">
        <Box component="span" sx={{ fontFamily: MONO, fontSize: "0.8125rem", overflowWrap: "anywhere" }}>
          {path}
        </Box>
        <Box sx={{ color: "text.secondary" }}>{keyword || say("private")}</Box>
      </TableCell>
      <TableCell>{vr}</TableCell>
      <TableCell sx={{ overflowWrap: "anywhere" }}>
        {covered ? (
          <PhiCell studyId={studyId} fields={[field]} available={[field]} what={keyword || path} />
        ) : (
          value || (
            <Box component="em" sx={{ color: "text.secondary" }}>
              {vr === "SQ" ? say("items follow") : say("empty")}
            </Box>
          )
        )}
      </TableCell>
    </TableRow>
  );
}

const TABLE = {
  tableLayout: "fixed",
  "& th:first-of-type": { width: { xs: "44%", sm: "46%" }, overflowWrap: "anywhere" },
  "& tr > :nth-of-type(2)": { width: 44 },
  "& td, & th": { px: 1, verticalAlign: "top" },
  "& thead th": { color: "text.secondary" },
  "& tbody th": { fontWeight: 400 },
} as const;

// The series of a study: kind, images and compression; their descriptions may name a patient and are not told here.
import { Box, Table, TableBody, TableCell, TableHead, TableRow, Typography } from "@mui/material";
import { fileSize, phrase, say } from "@thalamus/sdk/ui";
import { useStudySeries } from "../../images/study-series.ts";

/** The transfer syntaxes that occur most (PS3.5 annex A). */
const SYNTAXES: Readonly<Record<string, string>> = {
  "1.2.840.10008.1.2": phrase("uncompressed (implicit)"),
  "1.2.840.10008.1.2.1": phrase("uncompressed"),
  "1.2.840.10008.1.2.1.99": phrase("deflated"),
  "1.2.840.10008.1.2.2": phrase("uncompressed (big endian)"),
  "1.2.840.10008.1.2.4.50": phrase("JPEG, lossy"),
  "1.2.840.10008.1.2.4.51": phrase("JPEG, lossy"),
  "1.2.840.10008.1.2.4.57": phrase("JPEG lossless"),
  "1.2.840.10008.1.2.4.70": phrase("JPEG lossless"),
  "1.2.840.10008.1.2.4.80": phrase("JPEG-LS lossless"),
  "1.2.840.10008.1.2.4.81": phrase("JPEG-LS, lossy"),
  "1.2.840.10008.1.2.4.90": phrase("JPEG 2000 lossless"),
  "1.2.840.10008.1.2.4.91": phrase("JPEG 2000"),
  "1.2.840.10008.1.2.5": phrase("RLE lossless"),
};

export function SeriesTable({ studyId }: { readonly studyId: string }) {
  const { data } = useStudySeries(studyId);
  if (!data || data.data.length === 0) return null;
  return (
    <Box component="section" aria-labelledby="series-heading">
      <Typography variant="h2" component="h3" id="series-heading" sx={{ mb: 1 }}>
        {say("Series")}
      </Typography>
      <Table size="small" aria-label={say("Series")} sx={{ mx: -1, "& td, & th": { px: 1 } }}>
        <TableHead>
          <TableRow>
            <TableCell>{say("Series")}</TableCell>
            <TableCell>{say("Modality")}</TableCell>
            <TableCell align="right">{say("Images")}</TableCell>
            <TableCell align="right">{say("Size")}</TableCell>
            <TableCell>{say("Compression")}</TableCell>
          </TableRow>
        </TableHead>
        <TableBody>
          {data.data.map(({ modality, images, bytes, transferSyntaxes }, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: series have no id here and stay in their order
            <TableRow key={at}>
              <TableCell component="th" scope="row">
                {at + 1}
              </TableCell>
              <TableCell>{modality || say("not known")}</TableCell>
              <TableCell align="right">{images}</TableCell>
              <TableCell align="right">{fileSize(bytes)}</TableCell>
              <TableCell>{transferSyntaxes.map((uid) => say(SYNTAXES[uid] ?? uid)).join(", ")}</TableCell>
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </Box>
  );
}

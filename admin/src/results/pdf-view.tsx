// The report in the browser's own PDF viewer, with a way out for browsers that have none.
import { Alert, Box, Button } from "@mui/material";
import type { ArtifactRow, ResultRow } from "../api.gen.ts";
import { fileAddress } from "./result-files.ts";

export function PdfView({ result, file }: { readonly result: ResultRow; readonly file: ArtifactRow }) {
  const address = fileAddress(result, file.name);
  const save = (
    <Button
      component="a"
      href={fileAddress(result, file.name, true)}
      download={file.fileName}
      color="inherit"
      size="small"
    >
      Download
    </Button>
  );
  // phones have no viewer inside of pages; they say so here instead of showing an empty frame
  if (!navigator.pdfViewerEnabled) {
    return (
      <Alert severity="info" variant="outlined" action={save}>
        This browser shows PDF files only outside of pages.
      </Alert>
    );
  }
  return (
    <Box
      component="iframe"
      src={address}
      title="Report as PDF"
      sx={{
        display: "block",
        width: "100%",
        height: "78vh",
        border: 0,
        borderRadius: 1,
        bgcolor: "action.hover",
      }}
    />
  );
}

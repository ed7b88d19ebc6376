// The report in the browser's own PDF viewer, which zooms, fits, lists pages, searches and prints; and a way out of it.
import { Alert, Box, Button, Skeleton } from "@mui/material";
import { Late } from "@thalamus/sdk/ui";
import { useEffect, useState } from "react";
import type { ArtifactRow, ResultRow } from "../api.gen.ts";
import { fileAddress } from "./result-files.ts";

const PDF = "application/pdf";
const SIGNATURE = "%PDF-";

export function PdfView({ result, file }: { readonly result: ResultRow; readonly file: ArtifactRow }) {
  // phones have no viewer inside of pages; they say so here instead of showing an empty frame
  const canShow = navigator.pdfViewerEnabled;
  const { address, failed } = usePdf(fileAddress(result, file.name), canShow);
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
  if (!canShow) {
    return (
      <Alert severity="info" variant="outlined" action={save}>
        This browser shows PDF files only outside of pages.
      </Alert>
    );
  }
  if (failed) {
    return (
      <Alert severity="error" variant="outlined" action={save}>
        The PDF could not be drawn; download it.
      </Alert>
    );
  }
  if (address === undefined) {
    return (
      <Late>
        <Skeleton variant="rounded" height={420} role="status" aria-label="Loading" />
      </Late>
    );
  }
  return <Box component="iframe" src={address} title="Report as PDF" sx={FRAME} />;
}

/** Read here, so that an answer that is no PDF is told in words instead of a broken frame. */
function usePdf(path: string, wanted: boolean): { address: string | undefined; failed: boolean } {
  const [pdf, setPdf] = useState<{ address: string | undefined; failed: boolean }>({
    address: undefined,
    failed: false,
  });
  useEffect(() => {
    if (!wanted) return;
    const reading = new AbortController();
    let address: string | undefined;
    const read = async () => {
      const response = await fetch(path, { credentials: "same-origin", signal: reading.signal });
      const blob = await response.blob();
      const isPdf = response.ok && (await blob.slice(0, SIGNATURE.length).text()) === SIGNATURE;
      if (reading.signal.aborted) return;
      if (isPdf) address = URL.createObjectURL(new Blob([blob], { type: PDF }));
      setPdf({ address, failed: !isPdf });
    };
    read().catch(() => {
      if (!reading.signal.aborted) setPdf({ address: undefined, failed: true });
    });
    return () => {
      reading.abort();
      if (address !== undefined) URL.revokeObjectURL(address);
    };
  }, [path, wanted]);
  return pdf;
}

const FRAME = {
  display: "block",
  width: "100%",
  height: "78vh",
  border: 0,
  borderRadius: 1,
  bgcolor: "action.hover",
} as const;

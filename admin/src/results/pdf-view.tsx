// The report as PDF, drawn by the console itself: phones and browsers without a viewer of their own show it, too.
import { Alert } from "@mui/material";
import { useQuery } from "@tanstack/react-query";
import { say } from "@thalamus/sdk/ui";
import { lazy, Suspense, useState } from "react";
import type { ArtifactRow, ResultRow } from "../api.gen.ts";
import { type PdfLinks, SaveButton } from "./pdf-bar.tsx";
import { PdfOpening } from "./pdf-opening.tsx";
import type { PdfPagesProps } from "./pdf-pages.tsx";
import { fileAddress } from "./result-files.ts";

/** Large, and needed for this alone. */
const PdfPages = lazy(async () => {
  try {
    return { default: (await import("./pdf-pages.tsx")).PdfPages };
  } catch {
    // the hub was updated meanwhile, or the network is away
    return { default: ({ links }: PdfPagesProps) => <NotDrawn links={links} /> };
  }
});

export function PdfView({ result, file }: { readonly result: ResultRow; readonly file: ArtifactRow }) {
  const links: PdfLinks = {
    open: fileAddress(result, file.name),
    save: fileAddress(result, file.name, true),
    fileName: file.fileName,
  };
  const [failed, setFailed] = useState(false);
  const { data: bytes, isError } = useQuery({
    queryKey: ["result-pdf", result.id, file.name],
    queryFn: ({ signal }) => readBytes(links.open, signal),
    staleTime: Number.POSITIVE_INFINITY,
    // large ones are not kept once nobody looks at them
    gcTime: 0,
  });
  if (failed || isError) return <NotDrawn links={links} />;
  if (!bytes) return <PdfOpening />;
  return (
    <Suspense fallback={<PdfOpening />}>
      <PdfPages bytes={bytes} links={links} onFailed={() => setFailed(true)} />
    </Suspense>
  );
}

function NotDrawn({ links }: { readonly links: PdfLinks }) {
  return (
    <Alert severity="error" variant="outlined" action={<SaveButton links={links} />}>
      {say("The PDF could not be drawn; download it.")}
    </Alert>
  );
}

async function readBytes(address: string, signal: AbortSignal): Promise<Uint8Array> {
  const response = await fetch(address, { credentials: "same-origin", signal });
  if (!response.ok) throw new Error(`answered ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

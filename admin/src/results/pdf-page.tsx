// One page of a PDF at its place among the others; drawn only while it is near what is seen.
import { Box } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { memo } from "react";
import { Page } from "react-pdf";
import { dotsFor, PAGE_GAP, type PageSize } from "./pdf-layout.ts";
import type { Hit } from "./pdf-text.ts";
import { PdfTextLayer } from "./pdf-text-layer.tsx";

export interface PdfPageProps {
  readonly number: number;
  readonly of: number;
  readonly size: PageSize;
  readonly scale: number;
  readonly isNear: boolean;
  readonly hits: readonly Hit[];
  readonly here: Hit | undefined;
  readonly onHere: (hit: Hit, place: Element) => void;
  readonly onFailed: () => void;
}

export const PdfPage = memo(function PdfPage(props: PdfPageProps) {
  const { number, of, size, scale, isNear, hits, here, onHere, onFailed } = props;
  const [width, height] = [Math.floor(size.width * scale), Math.floor(size.height * scale)];
  return (
    <Box
      role="group"
      aria-label={say("Page %{number} of %{of}", { number, of })}
      sx={{ flex: "none", mb: `${PAGE_GAP}px`, mx: "auto", bgcolor: "common.white", boxShadow: 1 }}
      style={{ width, height }}
    >
      {isNear && (
        <Page
          pageNumber={number}
          scale={scale}
          devicePixelRatio={dotsFor(size, scale, window.devicePixelRatio)}
          suspense={false}
          renderTextLayer={false}
          renderAnnotationLayer={false}
          loading={null}
          error={null}
          onLoadError={onFailed}
          onRenderError={onFailed}
        >
          <PdfTextLayer hits={hits} here={here} onHere={onHere} />
        </Page>
      )}
    </Box>
  );
});

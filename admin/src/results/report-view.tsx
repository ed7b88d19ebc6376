// The report as a page that can be read aloud, searched and printed: what was found, in words and values, and its picture.
import OpenInNewOutlined from "@mui/icons-material/OpenInNewOutlined";
import PrintOutlined from "@mui/icons-material/PrintOutlined";
import { Box, Button, Typography } from "@mui/material";
import { fullTime, say } from "@thalamus/sdk/ui";
import { useRef } from "react";
import type { ResultRow } from "../api.gen.ts";
import { IndexTable } from "./index-table.tsx";
import { PagePicture } from "./page-picture.tsx";
import { fileAddress, findFile } from "./result-files.ts";
import { TextSearch } from "./text-search.tsx";

export function ReportView({ result }: { readonly result: ResultRow }) {
  const text = useRef<HTMLDivElement>(null);
  const preview = findFile(result, "preview", "image/");
  const pdf = findFile(result, "report", "application/pdf");
  const { indexes } = result;
  const beside = indexes.length > 0;
  return (
    <>
      <Box
        sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1, mb: 2, displayPrint: "none" }}
      >
        <TextSearch within={text} />
        <Box sx={{ flex: 1 }} />
        {pdf && (
          <Button
            component="a"
            size="small"
            href={fileAddress(result, pdf.name)}
            target="_blank"
            rel="noopener"
            startIcon={<OpenInNewOutlined />}
          >
            {say("Whole report (PDF) in a new tab")}
          </Button>
        )}
        <Button size="small" startIcon={<PrintOutlined />} onClick={() => window.print()}>
          {say("Print")}
        </Button>
      </Box>
      <Box
        ref={text}
        sx={{
          display: "grid",
          gap: 3,
          gridTemplateColumns: { xs: "minmax(0, 1fr)", lg: beside ? "minmax(0, 3fr) 2fr" : "minmax(0, 1fr)" },
        }}
      >
        <Box component="section" aria-label={say("Report")}>
          <Findings result={result} />
          {preview ? (
            <PagePicture address={fileAddress(result, preview.name)} />
          ) : (
            <Typography sx={{ color: "text.secondary" }}>
              {say("This result has no picture of its report.")}
            </Typography>
          )}
        </Box>
        {beside && (
          <Box component="section" aria-labelledby="values-heading">
            <Typography variant="h2" id="values-heading" sx={{ mb: 1 }}>
              {say("Values")}
            </Typography>
            <IndexTable indexes={indexes} />
          </Box>
        )}
      </Box>
    </>
  );
}

/** One sentence for who only listens, and for the printed page, which has no head. */
function Findings({
  result: { kind, product, productVersion, createdAt, error, indexes },
}: {
  result: ResultRow;
}) {
  const by = `${product} ${productVersion}, ${fullTime(new Date(createdAt))}`;
  const words =
    kind === "failure"
      ? say("No diagnostic result: %{reason}", {
          reason: error?.message ?? say("the product gave no reason."),
        })
      : say("Diagnostic result with 1 value. |||| Diagnostic result with %{count} values.", {
          count: indexes.length,
        });
  return (
    <Typography sx={{ mb: 1.5 }}>
      {words} {say("Made by %{by}.", { by })}
    </Typography>
  );
}

// The first page of the report as a picture, and beside it the values as text that can be read aloud and copied.
import OpenInNewOutlined from "@mui/icons-material/OpenInNewOutlined";
import { Alert, Box, Button, Link as TextLink, Typography } from "@mui/material";
import { useState } from "react";
import type { ResultRow } from "../api.gen.ts";
import { IndexTable } from "./index-table.tsx";
import { fileAddress, findFile } from "./result-files.ts";

export function ReportView({ result }: { readonly result: ResultRow }) {
  const preview = findFile(result, "preview", "image/");
  const pdf = findFile(result, "report", "application/pdf");
  const { indexes } = result;
  const beside = indexes.length > 0;
  return (
    <Box
      sx={{
        display: "grid",
        gap: 3,
        gridTemplateColumns: { xs: "1fr", lg: beside ? "minmax(0, 3fr) 2fr" : "1fr" },
      }}
    >
      <Box>
        {preview ? (
          <Preview address={fileAddress(result, preview.name)} />
        ) : (
          <Typography sx={{ color: "text.secondary" }}>This result has no picture of its report.</Typography>
        )}
        {pdf && (
          <Button
            component="a"
            href={fileAddress(result, pdf.name)}
            target="_blank"
            rel="noopener"
            startIcon={<OpenInNewOutlined />}
            sx={{ mt: 1.5 }}
          >
            Open the whole report (PDF) in a new tab
          </Button>
        )}
      </Box>
      {beside && (
        <Box component="section" aria-labelledby="values-heading">
          <Typography variant="h2" id="values-heading" sx={{ mb: 1 }}>
            Values
          </Typography>
          <IndexTable indexes={indexes} />
        </Box>
      )}
    </Box>
  );
}

function Preview({ address }: { address: string }) {
  const [failed, setFailed] = useState(false);
  if (failed)
    return (
      <Alert severity="warning">The picture could not be shown. The files can still be downloaded.</Alert>
    );
  return (
    <TextLink
      href={address}
      target="_blank"
      rel="noopener"
      aria-label="The report's first page, larger in a new tab"
    >
      <Box
        component="img"
        src={address}
        alt="First page of the report; its values stand in the table"
        onError={() => setFailed(true)}
        sx={{
          display: "block",
          width: "100%",
          maxWidth: 900,
          borderRadius: 1,
          border: 1,
          borderColor: "divider",
        }}
      />
    </TextLink>
  );
}

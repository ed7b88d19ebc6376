// The bar above a PDF: to a page, size, search, print and download.
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import NavigateBeforeOutlined from "@mui/icons-material/NavigateBeforeOutlined";
import NavigateNextOutlined from "@mui/icons-material/NavigateNextOutlined";
import PrintOutlined from "@mui/icons-material/PrintOutlined";
import { Box, Button, TextField } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { IconAct, ZoomButtons, type ZoomButtonsProps } from "./zoom-buttons.tsx";

export interface PdfLinks {
  /** Shows the file. */
  readonly open: string;
  /** Saves it. */
  readonly save: string;
  readonly fileName: string;
}

export interface PdfBarProps {
  readonly page: number;
  readonly pages: number;
  readonly onPage: (page: number) => void;
  readonly zoom: Omit<ZoomButtonsProps, "label" | "fitLabel">;
  readonly links: PdfLinks;
  /** The field to search. */
  readonly children: React.ReactNode;
}

export function PdfBar({ page, pages, onPage, zoom, links, children }: PdfBarProps) {
  const numbers = Array.from({ length: pages }, (_, index) => index + 1);
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1, mb: 1.5 }}>
      {children}
      <Box sx={{ display: "flex", alignItems: "center" }}>
        <IconAct label={say("Page before")} disabled={page <= 1} onClick={() => onPage(page - 1)}>
          <NavigateBeforeOutlined fontSize="small" />
        </IconAct>
        <TextField
          select
          size="small"
          label={say("Page")}
          value={page}
          onChange={(event) => onPage(Number(event.target.value))}
          slotProps={{ select: { native: true }, htmlInput: { id: "pdf-page" }, inputLabel: LABEL }}
        >
          {numbers.map((number) => (
            <option key={number} value={number}>
              {say("%{number} of %{pages}", { number, pages })}
            </option>
          ))}
        </TextField>
        <IconAct label={say("Next page")} disabled={page >= pages} onClick={() => onPage(page + 1)}>
          <NavigateNextOutlined fontSize="small" />
        </IconAct>
      </Box>
      <Box sx={{ display: "flex", alignItems: "center", gap: 1 }}>
        <ZoomButtons label={say("Size of the pages")} fitLabel={say("Fit to the width")} {...zoom} />
      </Box>
      <Box sx={{ flex: 1 }} />
      <Button
        component="a"
        size="small"
        href={links.open}
        target="_blank"
        rel="noopener"
        title={say("Opens the file in a new tab, which prints it")}
        startIcon={<PrintOutlined />}
      >
        {say("Print")}
      </Button>
      <SaveButton links={links} />
    </Box>
  );
}

export function SaveButton({ links: { save, fileName } }: { readonly links: PdfLinks }) {
  return (
    <Button
      component="a"
      href={save}
      download={fileName}
      color="inherit"
      size="small"
      startIcon={<DownloadOutlined />}
    >
      {say("Download")}
    </Button>
  );
}

const LABEL = { htmlFor: "pdf-page", shrink: true };

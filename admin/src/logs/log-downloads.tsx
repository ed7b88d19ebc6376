// Downloads of the log: what is chosen as text, CSV or JSON, and all files as one ZIP, with how much that is.
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import { Button, Divider, ListItemText, Menu, MenuItem } from "@mui/material";
import { ApiFault, fileSize } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useNotify } from "react-admin";
import type { ExportLogsAnswer, ExportLogsBody, LogSight } from "../api.gen.ts";
import { useCallOrLeave } from "../list/reading.ts";
import type { LogSearch } from "./log-search.ts";

export interface LogDownloadsProps {
  readonly search: LogSearch;
  readonly newestFirst: boolean;
  readonly sight: LogSight | undefined;
}

const FORMATS = [
  ["text", "Text", "one line each, as it is shown"],
  ["csv", "CSV", "for a spreadsheet"],
  ["json", "JSON", "with every field"],
] as const;

export function LogDownloads({ search, newestFirst, sight }: LogDownloadsProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const call = useCallOrLeave();
  const notify = useNotify();
  const close = () => setAnchor(null);
  const save = async (format: ExportLogsBody["format"]) => {
    close();
    const body: ExportLogsBody = { ...search, order: newestFirst ? "newest" : "oldest", format };
    try {
      const { address } = await call<ExportLogsAnswer>("/api/logs/exports", { method: "POST", body });
      saveFrom(address);
    } catch (fault) {
      notify(fault instanceof ApiFault ? fault.message : "The download did not begin.", { type: "error" });
    }
  };
  return (
    <>
      <Button
        size="small"
        variant="outlined"
        startIcon={<DownloadOutlined />}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        Download
      </Button>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={close}
        slotProps={{ list: { "aria-label": "Downloads of the log" } }}
      >
        {FORMATS.map(([format, title, what]) => (
          <MenuItem key={format} onClick={() => void save(format)}>
            <ListItemText primary={`What is chosen as ${title}`} secondary={what} />
          </MenuItem>
        ))}
        <Divider />
        <MenuItem component="a" href="/api/logs.zip" download onClick={close} disabled={sight?.files === 0}>
          <ListItemText primary="All log files as ZIP" secondary={sight && zipWords(sight)} />
        </MenuItem>
      </Menu>
    </>
  );
}

const zipWords = ({ files, bytes }: LogSight): string =>
  `${files} ${files === 1 ? "file" : "files"}, ${fileSize(bytes)} before packing`;

function saveFrom(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

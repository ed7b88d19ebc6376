// Downloads of the log: what is chosen as text, CSV or JSON, and all files as one ZIP, with how much that is.
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import { Button, Divider, ListItemText, Menu, MenuItem } from "@mui/material";
import { ApiFault, fileSize, phrase, say } from "@thalamus/sdk/ui";
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
  ["text", phrase("Text"), phrase("one line each, as it is shown")],
  ["csv", "CSV", phrase("for a spreadsheet")],
  ["json", "JSON", phrase("with every field")],
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
      notify(fault instanceof ApiFault ? fault.message : say("The download did not begin."), {
        type: "error",
      });
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
        {say("Download")}
      </Button>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={close}
        slotProps={{ list: { "aria-label": say("Downloads of the log") } }}
      >
        {FORMATS.map(([format, title, what]) => (
          <MenuItem key={format} onClick={() => void save(format)}>
            <ListItemText
              primary={say("What is chosen as %{title}", { title: say(title) })}
              secondary={say(what)}
            />
          </MenuItem>
        ))}
        <Divider />
        <MenuItem component="a" href="/api/logs.zip" download onClick={close} disabled={sight?.files === 0}>
          <ListItemText primary={say("All log files as ZIP")} secondary={sight && zipWords(sight)} />
        </MenuItem>
      </Menu>
    </>
  );
}

const zipWords = ({ files, bytes }: LogSight): string =>
  say("%{count} file, %{size} before packing |||| %{count} files, %{size} before packing", {
    count: files,
    size: fileSize(bytes),
  });

function saveFrom(address: string): void {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

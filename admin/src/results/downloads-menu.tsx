// All files of a result, each with format and size, to save under a name that tells nothing of the patient.
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import { Button, IconButton, ListItemText, Menu, MenuItem, Tooltip } from "@mui/material";
import { fileSize, say, shortId } from "@thalamus/sdk/ui";
import { type MouseEvent, useState } from "react";
import type { ResultRow } from "../api.gen.ts";
import { fileAddress, fileFormat, fileTitle } from "./result-files.ts";

export interface DownloadsMenuProps {
  readonly result: ResultRow;
  /** With its word, where there is room. */
  readonly wide?: boolean;
}

export function DownloadsMenu({ result, wide = false }: DownloadsMenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const label = say("Downloads of result %{id}", { id: shortId(result.id) });
  const open = (event: MouseEvent<HTMLElement>) => {
    event.stopPropagation();
    setAnchor(event.currentTarget);
  };
  const close = (event: object) => {
    // the menu is a part of its row, and the row has its own click
    if ("stopPropagation" in event) (event as Event).stopPropagation();
    setAnchor(null);
  };
  const opener = { "aria-haspopup": "menu", disabled: result.artifacts.length === 0, onClick: open } as const;
  return (
    <>
      {wide ? (
        <Button variant="outlined" startIcon={<DownloadOutlined />} {...opener}>
          {say("Download")}
        </Button>
      ) : (
        <Tooltip title={result.artifacts.length === 0 ? say("No files") : say("Downloads")}>
          <span>
            <IconButton size="small" aria-label={label} {...opener}>
              <DownloadOutlined fontSize="small" />
            </IconButton>
          </span>
        </Tooltip>
      )}
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={close}
        slotProps={{ list: { "aria-label": label } }}
      >
        {result.artifacts.map((file) => (
          <MenuItem
            key={file.name}
            component="a"
            href={fileAddress(result, file.name, true)}
            download={file.fileName}
            onClick={close}
          >
            <ListItemText
              primary={fileTitle(file)}
              secondary={`${fileFormat(file)}, ${fileSize(file.bytes)}`}
            />
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}

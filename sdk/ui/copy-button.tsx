// A small button that copies a text and says so.

import CheckOutlined from "@mui/icons-material/CheckOutlined";
import ContentCopyOutlined from "@mui/icons-material/ContentCopyOutlined";
import { IconButton, Tooltip } from "@mui/material";
import { type MouseEvent, useEffect, useState } from "react";
import { say } from "./language.ts";

/** @param what names the text for tooltip and screen reader: "study id" */
export function CopyButton({ text, what }: { readonly text: string; readonly what: string }) {
  const [answer, setAnswer] = useState("");
  useEffect(() => {
    if (answer === "") return;
    const timer = setTimeout(() => setAnswer(""), 2000);
    return () => clearTimeout(timer);
  }, [answer]);
  const copy = async (event: MouseEvent) => {
    // rows and links around the button have their own click
    event.stopPropagation();
    event.preventDefault();
    const done = await writeText(text, event.currentTarget);
    setAnswer(done ? say("Copied") : say("Copying is not allowed here"));
  };
  const label = answer === "" ? say("Copy %{what}", { what }) : answer;
  return (
    <Tooltip title={label}>
      <IconButton
        size="small"
        aria-label={label}
        onClick={(event) => void copy(event)}
        sx={{ padding: "3px" }}
      >
        {answer === say("Copied") ? (
          <CheckOutlined color="success" sx={{ fontSize: 15 }} />
        ) : (
          <ContentCopyOutlined sx={{ fontSize: 15 }} />
        )}
      </IconButton>
    </Tooltip>
  );
}

/** The clipboard API exists on https and localhost only; hubs on a hospital's network often have neither. */
async function writeText(text: string, button: Element): Promise<boolean> {
  if (navigator.clipboard !== undefined) {
    return navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
  }
  const area = document.createElement("textarea");
  area.value = text;
  // beside the button, so that a dialog around it does not take the focus back
  button.after(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

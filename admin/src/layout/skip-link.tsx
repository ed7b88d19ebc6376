// The first stop of the tab key: jumps over navigation and bar.

import { styled } from "@mui/material";
import { say } from "@thalamus/sdk/ui";

const Link = styled("a")(({ theme }) => ({
  position: "fixed",
  top: 8,
  left: 8,
  zIndex: theme.zIndex.tooltip,
  padding: "8px 14px",
  borderRadius: 8,
  color: theme.palette.primary.contrastText,
  backgroundColor: theme.palette.primary.main,
  transform: "translateY(-200%)",
  "&:focus": { transform: "none" },
}));

export const SkipLink = () => <Link href="#content">{say("Skip to content")}</Link>;

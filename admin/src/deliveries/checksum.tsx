// The beginning of a SHA-256, the whole of it on hover and one click to copy it.
import { Box, Tooltip } from "@mui/material";
import { CopyButton, MONO, say } from "@thalamus/sdk/ui";

export function Checksum({ sha256 }: { readonly sha256: string }) {
  return (
    <Box component="span" sx={{ whiteSpace: "nowrap" }}>
      <Tooltip title={say("SHA-256 of the report: %{sha256}", { sha256 })}>
        <Box component="span" sx={{ fontFamily: MONO, fontSize: "0.8125rem" }}>
          {sha256.slice(0, 12)}…
        </Box>
      </Tooltip>
      <CopyButton text={sha256} what={say("checksum of the report")} />
    </Box>
  );
}

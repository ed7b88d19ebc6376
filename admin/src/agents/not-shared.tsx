// Stands where an agent says nothing because its site does not let it.
import { Box } from "@mui/material";
import { say } from "@thalamus/sdk/ui";

export const NotShared = ({ what }: { readonly what: string }) => (
  <Box sx={{ color: "text.secondary", fontSize: "0.8125rem" }}>{say("%{what}: not shared", { what })}</Box>
);

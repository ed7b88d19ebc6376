// What can be done with an organisation: change it, suspend it, let it go on, delete it.
import { Box, Button, Typography } from "@mui/material";
import { useState } from "react";
import { useNavigate } from "react-router";
import { ActButton } from "../acts/act-button.tsx";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import type { OrganisationInfo } from "../api.gen.ts";
import { OrganisationForm } from "./organisation-form.tsx";
import { counted } from "./organisation-words.ts";

export function OrganisationActs({ organisation }: { readonly organisation: OrganisationInfo }) {
  const { id, name, suspendedAt, members, keys } = organisation;
  const [open, setOpen] = useState<"form" | "suspension" | "delete">();
  const navigate = useNavigate();
  const close = () => setOpen(undefined);
  const path = `/api/organisations/${id}`;
  const suspend = suspendedAt === null;
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
      <ActButton onAct={() => setOpen("form")}>Change</ActButton>
      <ActButton onAct={() => setOpen("suspension")}>{suspend ? "Suspend" : "Resume"}</ActButton>
      <Button size="small" color="error" onClick={() => setOpen("delete")}>
        Delete
      </Button>
      {open === "form" && <OrganisationForm organisation={organisation} onClose={close} />}
      {open === "suspension" && (
        <ConfirmDialog
          title={suspend ? `Suspend ${name}?` : `Let ${name} go on?`}
          verb={suspend ? "Suspend" : "Resume"}
          tone={suspend ? "warning" : "primary"}
          act={() => async (call) => {
            await call(path, { method: "PATCH", body: { suspended: suspend } });
            return suspend ? `${name} is suspended.` : `${name} goes on.`;
          }}
          onClose={close}
        >
          <Typography>
            {suspend
              ? `Its ${counted(keys, "key")} are refused from the next request on. What runs goes on, and its ` +
                "results wait here until their orders expire. You can resume it at any time."
              : "Its keys work again at once, but for those that are revoked, expired, or of a suspended member."}
          </Typography>
        </ConfirmDialog>
      )}
      {open === "delete" && (
        <ConfirmDialog
          title={`Delete ${name}?`}
          verb="Delete"
          tone="error"
          word={name}
          act={() => async (call) => {
            await call(path, { method: "DELETE", query: { name } });
            return `${name} is deleted.`;
          }}
          onClose={close}
          onDone={() => void navigate("/organisations")}
        >
          <Typography>
            Its {counted(members, "member")}, {counted(keys, "key")}, products and agents go with it. An
            organisation for which something was run cannot be deleted: suspend it instead.
          </Typography>
        </ConfirmDialog>
      )}
    </Box>
  );
}

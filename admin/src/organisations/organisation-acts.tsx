// What can be done with an organisation: change it, suspend it, let it go on, delete it.
import { Box, Button, Typography } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
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
      <ActButton onAct={() => setOpen("form")}>{say("Change")}</ActButton>
      <ActButton onAct={() => setOpen("suspension")}>{suspend ? say("Suspend") : say("Resume")}</ActButton>
      <Button size="small" color="error" onClick={() => setOpen("delete")}>
        {say("Delete")}
      </Button>
      {open === "form" && <OrganisationForm organisation={organisation} onClose={close} />}
      {open === "suspension" && (
        <ConfirmDialog
          title={suspend ? say("Suspend %{name}?", { name }) : say("Let %{name} go on?", { name })}
          verb={suspend ? say("Suspend") : say("Resume")}
          tone={suspend ? "warning" : "primary"}
          act={() => async (call) => {
            await call(path, { method: "PATCH", body: { suspended: suspend } });
            return suspend ? say("%{name} is suspended.", { name }) : say("%{name} goes on.", { name });
          }}
          onClose={close}
        >
          <Typography>
            {suspend
              ? say(
                  "Its %{keys} are refused from the next request on. What runs goes on, and its results wait here until their orders expire. You can resume it at any time.",
                  { keys: counted(keys, "key") },
                )
              : say(
                  "Its keys work again at once, but for those that are revoked, expired, or of a suspended member.",
                )}
          </Typography>
        </ConfirmDialog>
      )}
      {open === "delete" && (
        <ConfirmDialog
          title={say("Delete %{name}?", { name })}
          verb={say("Delete")}
          tone="error"
          word={name}
          act={() => async (call) => {
            await call(path, { method: "DELETE", query: { name } });
            return say("%{name} is deleted.", { name });
          }}
          onClose={close}
          onDone={() => void navigate("/organisations")}
        >
          <Typography>
            {say(
              "Its %{members}, %{keys}, products and agents go with it. An organisation for which something was run cannot be deleted: suspend it instead.",
              { members: counted(members, "member"), keys: counted(keys, "key") },
            )}
          </Typography>
        </ConfirmDialog>
      )}
    </Box>
  );
}

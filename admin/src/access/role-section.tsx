// Roles: what each may do in words, and who has it; those that the site made are changed and deleted here.
import {
  Accordion,
  AccordionDetails,
  AccordionSummary,
  Alert,
  Box,
  Button,
  Chip,
  Typography,
} from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import type { ListAccountsAnswer, ListRolesAnswer } from "../api.gen.ts";
import { useReading } from "../list/reading.ts";
import { RoleDialog, type RoleDraft } from "./role-dialog.tsx";

type RoleInfo = ListRolesAnswer["data"][number];
type PermissionInfo = ListRolesAnswer["permissions"][number];

export function RoleSection() {
  const { data } = useReading<ListRolesAnswer>("roles", "/api/access/roles");
  const { data: accounts } = useReading<ListAccountsAnswer>("accounts", "/api/access/accounts");
  const [draft, setDraft] = useState<RoleDraft>();
  const [deleting, setDeleting] = useState<RoleInfo>();
  const permissions = data?.permissions ?? [];
  const holdersOf = (role: string) =>
    (accounts?.data ?? []).filter((account) => account.role === role).map(({ name }) => name);
  return (
    <>
      {data?.data.map((role) => (
        <RoleCard
          key={role.name}
          role={role}
          permissions={permissions}
          holders={holdersOf(role.name)}
          onEdit={() => setDraft({ ...role, isNew: false })}
          onCopy={() => setDraft({ title: "", permissions: role.permissions, isNew: true })}
          onDelete={() => setDeleting(role)}
        />
      ))}
      <Button
        variant="outlined"
        sx={{ mt: 1.5 }}
        onClick={() => setDraft({ title: "", permissions: [], isNew: true })}
      >
        {say("New role")}
      </Button>
      {draft && (
        <RoleDialog
          draft={draft}
          taken={data?.data.map(({ name }) => name) ?? []}
          permissions={permissions}
          holders={draft.name === undefined ? [] : holdersOf(draft.name)}
          onClose={() => setDraft(undefined)}
        />
      )}
      {deleting && <DeleteDialog role={deleting} onClose={() => setDeleting(undefined)} />}
    </>
  );
}

interface RoleCardProps {
  readonly role: RoleInfo;
  readonly permissions: readonly PermissionInfo[];
  readonly holders: readonly string[];
  readonly onEdit: () => void;
  readonly onCopy: () => void;
  readonly onDelete: () => void;
}

function RoleCard({ role, permissions, holders, onEdit, onCopy, onDelete }: RoleCardProps) {
  const { siteMade } = role;
  const title = siteMade ? role.title : say(role.title);
  const own = permissions.filter(({ name }) => role.permissions.includes(name));
  const areas = Map.groupBy(own, ({ area }) => area);
  return (
    <Accordion variant="outlined" disableGutters slotProps={{ heading: { component: "h3" } }}>
      <AccordionSummary>
        <Typography component="span">
          {title}
          <Box component="span" sx={{ color: "text.secondary" }}>
            {say(", %{permissions}, %{accounts}", {
              permissions: say("%{count} permission |||| %{count} permissions", { count: own.length }),
              accounts: say("%{count} account |||| %{count} accounts", { count: holders.length }),
            })}
          </Box>{" "}
          {siteMade && <Chip size="small" variant="outlined" label={say("Made by this site")} />}
        </Typography>
      </AccordionSummary>
      <AccordionDetails sx={{ display: "grid", gap: 1.5 }}>
        <Box component="dl" sx={{ m: 0, display: "grid", gap: 1 }}>
          {[...areas].map(([area, allowed]) => (
            <Box key={area}>
              <Typography component="dt" variant="body2" sx={{ fontWeight: 600 }}>
                {say(area)}
              </Typography>
              {allowed.map(({ name, words }) => (
                <Box key={name} component="dd" sx={{ m: 0 }}>
                  {say(words)}
                </Box>
              ))}
            </Box>
          ))}
        </Box>
        <Typography variant="body2" sx={{ color: "text.secondary", overflowWrap: "anywhere" }}>
          {holders.length === 0
            ? say("No account has it.")
            : say("Accounts: %{names}", { names: holders.join(", ") })}
        </Typography>
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
          {siteMade && (
            <Button
              size="small"
              variant="outlined"
              aria-label={say("Edit %{title}", { title })}
              onClick={onEdit}
            >
              {say("Edit")}
            </Button>
          )}
          <Button size="small" aria-label={say("New role like %{title}", { title })} onClick={onCopy}>
            {say("New role like this")}
          </Button>
          {siteMade && (
            <Button
              size="small"
              color="error"
              aria-label={say("Delete %{title}", { title })}
              onClick={onDelete}
            >
              {say("Delete")}
            </Button>
          )}
        </Box>
        {!siteMade && (
          <Alert severity="info" variant="outlined" icon={false} sx={{ py: 0 }}>
            {say("This role comes with the hub and stays as it is.")}
          </Alert>
        )}
      </AccordionDetails>
    </Accordion>
  );
}

function DeleteDialog({ role, onClose }: { readonly role: RoleInfo; readonly onClose: () => void }) {
  const queries = useQueryClient();
  return (
    <ConfirmDialog
      title={say("Delete the role %{title}?", { title: role.title })}
      verb={say("Delete the role")}
      tone="error"
      act={() => async (call) => {
        await call(`/api/access/roles/${role.name}`, { method: "DELETE" });
        await queries.invalidateQueries({ queryKey: ["roles"] });
        return say("%{title} is deleted.", { title: role.title });
      }}
      onClose={onClose}
    >
      <Typography>
        {say("A role that an account still has is not deleted: give the account another one first.")}
      </Typography>
    </ConfirmDialog>
  );
}

// The members of an organisation: who holds keys, and who may see what all of them ordered.
import AddOutlined from "@mui/icons-material/AddOutlined";
import AdminPanelSettingsOutlined from "@mui/icons-material/AdminPanelSettingsOutlined";
import PersonOutlined from "@mui/icons-material/PersonOutlined";
import { Box, Button, Typography } from "@mui/material";
import { EmptyState, ErrorState, Late, say, ToneChip } from "@thalamus/sdk/ui";
import { useState } from "react";
import { ActButton } from "../acts/act-button.tsx";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import type { MemberInfo } from "../api.gen.ts";
import { PageSection } from "../layout/page-section.tsx";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { MemberForm } from "./member-form.tsx";
import { useMembers } from "./organisation-requests.ts";
import { SUSPENDED } from "./organisation-words.ts";

export function MemberSection({ organisationId }: { readonly organisationId: string }) {
  const { data, error, refetch } = useMembers(organisationId);
  const [adding, setAdding] = useState(false);
  const add = (
    <Button size="small" variant="outlined" startIcon={<AddOutlined />} onClick={() => setAdding(true)}>
      {say("Add member")}
    </Button>
  );
  return (
    <PageSection title={say("Members")} action={data && data.total > 0 && add}>
      {error && (
        <Box sx={{ px: 2 }}>
          <ErrorState
            title={say("The members could not be read")}
            error={error}
            onRetry={() => void refetch()}
          />
        </Box>
      )}
      {!data && !error && (
        <Late>
          <ListSkeleton rows={2} />
        </Late>
      )}
      {data?.total === 0 && (
        <EmptyState icon={PersonOutlined} title={say("No members yet")} action={add}>
          {say("A member is a person, a scanner or a program that gets keys of its own.")}
        </EmptyState>
      )}
      <Box component="ul" aria-label={say("Members")} sx={{ listStyle: "none", m: 0, p: 0 }}>
        {data?.data.map((member) => (
          <MemberLine key={member.id} member={member} />
        ))}
      </Box>
      {adding && <MemberForm organisationId={organisationId} onClose={() => setAdding(false)} />}
    </PageSection>
  );
}

function MemberLine({ member }: { readonly member: MemberInfo }) {
  const { name, email, role, suspendedAt } = member;
  const [open, setOpen] = useState<"form" | "suspension" | "delete">();
  const close = () => setOpen(undefined);
  const suspend = suspendedAt === null;
  return (
    <Box component="li" aria-label={name} sx={LINE}>
      <Box sx={{ minWidth: 0, flex: "1 1 200px" }}>
        <Typography sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>{name}</Typography>
        {email !== null && (
          <Box sx={{ color: "text.secondary", fontSize: "0.8125rem", overflowWrap: "anywhere" }}>{email}</Box>
        )}
      </Box>
      {role === "admin" && (
        <ToneChip
          tone="info"
          icon={AdminPanelSettingsOutlined}
          word={say("Administrator")}
          hint={say("May have keys that see the whole organisation.")}
        />
      )}
      {!suspend && <ToneChip {...SUSPENDED} />}
      <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
        <ActButton aria-label={say("Change %{name}", { name })} onAct={() => setOpen("form")}>
          {say("Change")}
        </ActButton>
        <ActButton
          aria-label={`${suspend ? say("Suspend") : say("Resume")} ${name}`}
          onAct={() => setOpen("suspension")}
        >
          {suspend ? say("Suspend") : say("Resume")}
        </ActButton>
        <Button
          size="small"
          color="error"
          aria-label={say("Delete %{name}", { name })}
          onClick={() => setOpen("delete")}
        >
          {say("Delete")}
        </Button>
      </Box>
      {open === "form" && <MemberForm member={member} onClose={close} />}
      {open === "suspension" && <SuspensionDialog member={member} onClose={close} />}
      {open === "delete" && <DeleteDialog member={member} onClose={close} />}
    </Box>
  );
}

interface MemberDialogProps {
  readonly member: MemberInfo;
  readonly onClose: () => void;
}

function SuspensionDialog({ member: { id, name, suspendedAt }, onClose }: MemberDialogProps) {
  const suspend = suspendedAt === null;
  return (
    <ConfirmDialog
      title={suspend ? say("Suspend %{name}?", { name }) : say("Let %{name} go on?", { name })}
      verb={suspend ? say("Suspend") : say("Resume")}
      tone={suspend ? "warning" : "primary"}
      act={() => async (call) => {
        await call(`/api/cloud-members/${id}`, { method: "PATCH", body: { suspended: suspend } });
        return suspend ? say("%{name} is suspended.", { name }) : say("%{name} goes on.", { name });
      }}
      onClose={onClose}
    >
      <Typography>
        {suspend
          ? say(
              "Keys of this member are refused from the next request on. What runs goes on. You can resume it at any time.",
            )
          : say("Keys of this member work again at once, but for those that are revoked or expired.")}
      </Typography>
    </ConfirmDialog>
  );
}

function DeleteDialog({ member: { id, name }, onClose }: MemberDialogProps) {
  return (
    <ConfirmDialog
      title={say("Delete %{name}?", { name })}
      verb={say("Delete")}
      tone="error"
      act={() => async (call) => {
        await call(`/api/cloud-members/${id}`, { method: "DELETE" });
        return say("%{name} is deleted.", { name });
      }}
      onClose={onClose}
    >
      <Typography>
        {say(
          "The keys of this member go with it. A member for whom something was run cannot be deleted: suspend it instead.",
        )}
      </Typography>
    </ConfirmDialog>
  );
}

const LINE = {
  display: "flex",
  flexWrap: "wrap",
  alignItems: "center",
  gap: "8px 16px",
  px: 2,
  py: 1.25,
  "& + &": { borderTop: 1, borderColor: "divider" },
} as const;

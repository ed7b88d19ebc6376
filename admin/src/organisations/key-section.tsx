// The keys of an organisation: what each may do, what is left of it, when it was used.
import AddOutlined from "@mui/icons-material/AddOutlined";
import KeyOutlined from "@mui/icons-material/KeyOutlined";
import { Box, Button } from "@mui/material";
import { EmptyState, ErrorState, Late, phrase, say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { ActButton } from "../acts/act-button.tsx";
import { PageSection } from "../layout/page-section.tsx";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { KeyLine } from "./key-line.tsx";
import { NewKeyDialog } from "./new-key-dialog.tsx";
import { useKeys, useMembers } from "./organisation-requests.ts";
import { counted } from "./organisation-words.ts";

export function KeySection({ organisationId }: { readonly organisationId: string }) {
  const { data, error, refetch } = useKeys(organisationId);
  const { data: members } = useMembers(organisationId);
  const [creating, setCreating] = useState(false);
  const [showsOld, setShowsOld] = useState(false);
  const old = data?.data.filter(({ state }) => state === "revoked").length ?? 0;
  const shown = data?.data.filter(({ state }) => showsOld || state !== "revoked") ?? [];
  const create = (
    <ActButton
      startIcon={<AddOutlined />}
      whyNot={members?.total === 0 ? phrase("Add a member first: a key belongs to one.") : ""}
      onAct={() => setCreating(true)}
    >
      {say("Create key")}
    </ActButton>
  );
  return (
    <PageSection title={say("Keys")} action={data && data.total > 0 && create}>
      {error && (
        <Box sx={{ px: 2 }}>
          <ErrorState
            title={say("The keys could not be read")}
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
        <EmptyState icon={KeyOutlined} title={say("No keys yet")} action={create}>
          {say("A program or an edge hub shows a key to be let in. What it runs is counted on the key.")}
        </EmptyState>
      )}
      <Box component="ul" aria-label={say("Keys")} sx={{ listStyle: "none", m: 0, p: 0 }}>
        {shown.map((key) => (
          <KeyLine key={key.id} cloudKey={key} />
        ))}
      </Box>
      {old > 0 && (
        <Box sx={{ px: 1.5, py: 1, borderTop: shown.length > 0 ? 1 : 0, borderColor: "divider" }}>
          <Button size="small" aria-expanded={showsOld} onClick={() => setShowsOld(!showsOld)}>
            {showsOld
              ? say("Hide %{keys}", { keys: counted(old, "revoked") })
              : say("Show %{keys}", { keys: counted(old, "revoked") })}
          </Button>
        </Box>
      )}
      {creating && members && <NewKeyDialog members={members.data} onClose={() => setCreating(false)} />}
    </PageSection>
  );
}

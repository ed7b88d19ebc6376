// What an organisation may order, and under which names.
import AddOutlined from "@mui/icons-material/AddOutlined";
import Inventory2Outlined from "@mui/icons-material/Inventory2Outlined";
import WarningAmberOutlined from "@mui/icons-material/WarningAmberOutlined";
import { Box, Button, Chip, Typography } from "@mui/material";
import { EmptyState, ErrorState, Late, say, ToneChip } from "@thalamus/sdk/ui";
import { useState } from "react";
import { ActButton } from "../acts/act-button.tsx";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import type { ListEntitlementsAnswer } from "../api.gen.ts";
import { PageSection } from "../layout/page-section.tsx";
import { ListSkeleton } from "../list/list-skeleton.tsx";
import { EntitlementForm } from "./entitlement-form.tsx";
import { useEntitlements } from "./organisation-requests.ts";

export type EntitlementInfo = ListEntitlementsAnswer["data"][number];

export function EntitlementSection({ organisationId }: { readonly organisationId: string }) {
  const { data, error, refetch } = useEntitlements(organisationId);
  const [adding, setAdding] = useState(false);
  const free = data?.offered.filter((name) => !data.data.some(({ product }) => product === name)) ?? [];
  const whyNot = () => {
    if (free.length > 0) return "";
    return data?.offered.length === 0
      ? say("This hub runs no product.")
      : say("It may order all that this hub runs.");
  };
  const add = (
    <ActButton startIcon={<AddOutlined />} whyNot={whyNot()} onAct={() => setAdding(true)}>
      {say("Add product")}
    </ActButton>
  );
  return (
    <PageSection title={say("Products")} action={data && data.total > 0 && add}>
      {error && (
        <Box sx={{ px: 2 }}>
          <ErrorState
            title={say("The products could not be read")}
            error={error}
            onRetry={() => void refetch()}
          />
        </Box>
      )}
      {!data && !error && (
        <Late>
          <ListSkeleton rows={1} />
        </Late>
      )}
      {data?.total === 0 && (
        <EmptyState icon={Inventory2Outlined} title={say("It may order nothing yet")} action={add}>
          {say("Add the products that the organisation is entitled to.")}
        </EmptyState>
      )}
      <Box component="ul" aria-label={say("Products")} sx={{ listStyle: "none", m: 0, p: 0 }}>
        {data?.data.map((entitlement) => (
          <EntitlementLine
            key={entitlement.product}
            organisationId={organisationId}
            entitlement={entitlement}
          />
        ))}
      </Box>
      {adding && (
        <EntitlementForm organisationId={organisationId} products={free} onClose={() => setAdding(false)} />
      )}
    </PageSection>
  );
}

interface EntitlementLineProps {
  readonly organisationId: string;
  readonly entitlement: EntitlementInfo;
}

function EntitlementLine({ organisationId, entitlement }: EntitlementLineProps) {
  const { product, aliases, offered } = entitlement;
  const [open, setOpen] = useState<"form" | "withdraw">();
  const close = () => setOpen(undefined);
  return (
    <Box component="li" aria-label={product} sx={LINE}>
      <Box sx={{ flex: "1 1 240px", minWidth: 0 }}>
        <Typography sx={{ fontWeight: 600, overflowWrap: "anywhere" }}>{product}</Typography>
        <Box
          sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 0.75, fontSize: "0.8125rem" }}
        >
          <Box component="span" sx={{ color: "text.secondary" }}>
            {aliases.length === 0 ? say("No other names") : say("also as")}
          </Box>
          {aliases.map((alias) => (
            <Chip key={alias} size="small" label={alias} variant="outlined" />
          ))}
        </Box>
      </Box>
      {!offered && (
        <ToneChip
          tone="warning"
          icon={WarningAmberOutlined}
          word={say("Not run here")}
          hint={say("The configuration of this hub does not name it at the moment, so nobody can order it.")}
        />
      )}
      <Box sx={{ display: "flex", gap: 1 }}>
        <ActButton aria-label={say("Change %{product}", { product })} onAct={() => setOpen("form")}>
          {say("Change")}
        </ActButton>
        <Button
          size="small"
          color="error"
          aria-label={say("Withdraw %{product}", { product })}
          onClick={() => setOpen("withdraw")}
        >
          {say("Withdraw")}
        </Button>
      </Box>
      {open === "form" && (
        <EntitlementForm organisationId={organisationId} entitlement={entitlement} onClose={close} />
      )}
      {open === "withdraw" && (
        <ConfirmDialog
          title={say("Withdraw %{product}?", { product })}
          verb={say("Withdraw")}
          tone="warning"
          act={() => async (call) => {
            const path = `/api/organisations/${organisationId}/entitlements/${encodeURIComponent(product)}`;
            await call(path, { method: "DELETE" });
            return say("%{product} can no longer be ordered.", { product });
          }}
          onClose={close}
        >
          <Typography>
            {say(
              "New orders of it are refused, under all its names. What is ordered already goes on. You can add it again at any time.",
            )}
          </Typography>
        </ConfirmDialog>
      )}
    </Box>
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

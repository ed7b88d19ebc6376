// Acts on the results that are chosen: their files in one ZIP, their values in one table, failed deliveries once more.
import FolderZipOutlined from "@mui/icons-material/FolderZipOutlined";
import SendOutlined from "@mui/icons-material/SendOutlined";
import TableChartOutlined from "@mui/icons-material/TableChartOutlined";
import { Typography } from "@mui/material";
import { say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { useListContext } from "react-admin";
import { ActButton } from "../acts/act-button.tsx";
import { ConfirmDialog } from "../acts/confirm-dialog.tsx";
import { NOT_ALLOWED, useMay } from "../acts/permission.ts";
import type { ResendFailedAnswer, ResultRow } from "../api.gen.ts";
import { BulkBar } from "../list/bulk-bar.tsx";
import { ZipDialog } from "./zip-dialog.tsx";

/** As many as stand in one address. */
const MOST = 250;

export function ResultBulkBar() {
  const { selectedIds, onUnselectItems } = useListContext<ResultRow>();
  const [act, setAct] = useState<"zip" | "resend">();
  const mayResend = useMay()("deliveries.resend");
  const ids = selectedIds as string[];
  const tooMany = ids.length > MOST ? say("%{most} results at most fit into one file.", { most: MOST }) : "";
  const table = { href: `/api/results.csv?ids=${ids.join(",")}`, download: "results.csv" };
  return (
    <>
      <BulkBar what={say("results")}>
        <ActButton startIcon={<FolderZipOutlined />} whyNot={tooMany} onAct={() => setAct("zip")}>
          {say("Download ZIP")}
        </ActButton>
        <ActButton
          startIcon={<TableChartOutlined />}
          whyNot={tooMany}
          {...(tooMany === "" ? table : {})}
          onAct={() => undefined}
        >
          {say("Values as CSV")}
        </ActButton>
        <ActButton
          startIcon={<SendOutlined />}
          whyNot={mayResend ? "" : NOT_ALLOWED}
          onAct={() => setAct("resend")}
        >
          {say("Resend failed")}
        </ActButton>
      </BulkBar>
      {act === "zip" && <ZipDialog ids={ids} onClose={() => setAct(undefined)} />}
      {act === "resend" && (
        <ConfirmDialog
          title={say("Send what did not arrive of %{results}?", {
            results: say("%{count} result |||| %{count} results", { count: ids.length }),
          })}
          verb={say("Send again")}
          act={() => async (call) => {
            const body = { resultIds: ids };
            const { data } = await call<ResendFailedAnswer>("/api/results/resend-failed", {
              method: "POST",
              body,
            });
            const begun = data.reduce((sum, { targets }) => sum + targets.length, 0);
            if (begun === 0) return say("All of them had arrived or are on their way.");
            return say("1 delivery begins anew. |||| %{count} deliveries begin anew.", { count: begun });
          }}
          onClose={() => setAct(undefined)}
          onDone={() => onUnselectItems()}
        >
          <Typography>
            {say(
              "Each goes once more to those destinations that did not take it, with the same key as before. What arrived is not sent a second time.",
            )}
          </Typography>
        </ConfirmDialog>
      )}
    </>
  );
}

// What can be done with a group: send, download, test, upload, change, delete.
import DownloadOutlined from "@mui/icons-material/DownloadOutlined";
import SendOutlined from "@mui/icons-material/SendOutlined";
import { Alert, Box, Button, Snackbar } from "@mui/material";
import { useQueryClient } from "@tanstack/react-query";
import { callApi, say } from "@thalamus/sdk/ui";
import { useState } from "react";
import { Link } from "react-router";
import { useMay } from "../acts/permission.ts";
import type { GroupInfo, TestDestinationAnswer } from "../api.gen.ts";
import { DeleteGroup } from "./delete-group.tsx";
import { GroupForm } from "./group-form.tsx";
import { wordsOf } from "./group-requests.ts";

interface Said {
  readonly ok: boolean;
  readonly words: string;
}

export function GroupActs({ group }: { readonly group: GroupInfo }) {
  const { id, delivery } = group;
  const may = useMay();
  const queries = useQueryClient();
  const [open, setOpen] = useState<"form" | "delete">();
  const [said, setSaid] = useState<Said>();
  const [busy, setBusy] = useState(false);
  const act = async (work: () => Promise<Said>) => {
    setBusy(true);
    setSaid(await work().catch((fault: unknown) => ({ ok: false, words: wordsOf(fault) })));
    setBusy(false);
    await queries.invalidateQueries({ queryKey: ["groups"] });
  };
  const send = () =>
    act(async () => {
      await callApi(`/api/groups/${id}/reports`, { method: "POST" });
      return {
        ok: true,
        words: say("The report is on its way to %{delivery}.", { delivery: delivery ?? "" }),
      };
    });
  const probe = () =>
    act(async () => {
      const path = `/api/destinations/${delivery}/test`;
      const { ok, message } = await callApi<TestDestinationAnswer>(path, { method: "POST", body: {} });
      return { ok, words: message };
    });
  return (
    <Box sx={{ display: "flex", flexWrap: "wrap", gap: 1 }}>
      {may("groups.send") && (
        <Button
          variant="contained"
          startIcon={<SendOutlined />}
          disabled={delivery === null}
          title={delivery === null ? say("The group has no destination") : undefined}
          loading={busy}
          onClick={() => void send()}
        >
          {say("Send report")}
        </Button>
      )}
      <Button
        variant="outlined"
        startIcon={<DownloadOutlined />}
        component="a"
        href={`/api/groups/${id}/report.csv`}
        download
      >
        {say("Download report")}
      </Button>
      <Button variant="outlined" component={Link} to={`/upload?group=${id}`}>
        {say("Upload")}
      </Button>
      {may("deliveries.test") && delivery !== null && (
        <Button variant="outlined" disabled={busy} onClick={() => void probe()}>
          {say("Test delivery")}
        </Button>
      )}
      {may("groups.change") && <Button onClick={() => setOpen("form")}>{say("Change")}</Button>}
      {may("groups.change") && (
        <Button color="error" onClick={() => setOpen("delete")}>
          {say("Delete")}
        </Button>
      )}
      {open === "form" && (
        <GroupForm
          group={group}
          onClose={() => setOpen(undefined)}
          onCreated={() => {
            setOpen(undefined);
            void queries.invalidateQueries({ queryKey: ["groups"] });
          }}
        />
      )}
      {open === "delete" && <DeleteGroup group={group} onClose={() => setOpen(undefined)} />}
      <Snackbar open={said !== undefined} onClose={() => setSaid(undefined)} autoHideDuration={8000}>
        <Alert severity={said?.ok ? "success" : "error"} variant="filled" onClose={() => setSaid(undefined)}>
          {said?.words}
        </Alert>
      </Snackbar>
    </Box>
  );
}

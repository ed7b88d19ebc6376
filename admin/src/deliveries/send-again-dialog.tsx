// Asks where a result is to be sent once more, and says for each destination what that means.
import {
  Alert,
  Box,
  Button,
  Checkbox,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  FormControlLabel,
  Skeleton,
} from "@mui/material";
import { ErrorState, say, shortId } from "@thalamus/sdk/ui";
import { type SyntheticEvent, useState } from "react";
import { useAct } from "../acts/act.ts";
import type { ResendResultAnswer, ResultRow } from "../api.gen.ts";
import { useDestinations } from "./delivery-target.ts";

type Delivery = Pick<ResultRow["deliveries"][number], "target" | "state">;

export interface SendAgainDialogProps {
  readonly resultId: string;
  readonly deliveries: readonly Delivery[];
  /** Chosen beforehand; without it all that did not arrive are. */
  readonly only?: string;
  readonly onClose: () => void;
}

export function SendAgainDialog({ resultId, deliveries, only, onClose }: SendAgainDialogProps) {
  const { data: destinations, error, refetch } = useDestinations();
  const { busy, problem, run } = useAct();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(only === undefined ? deliveries.filter(isOpenToAll).map(({ target }) => target) : [only]),
  );
  const stateOf = (name: string) => deliveries.find(({ target }) => target === name)?.state;
  const names = destinations?.data.map(({ name }) => name) ?? [];
  const free = names.filter((name) => !isUnderWay(stateOf(name)));
  const targets = free.filter((name) => chosen.has(name));
  const toggle = (name: string) => {
    const next = new Set(chosen);
    if (!next.delete(name)) next.add(name);
    setChosen(next);
  };
  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    const sent = await run(async (call) => {
      const address = `/api/results/${resultId}/resend`;
      const { data } = await call<ResendResultAnswer>(address, { method: "POST", body: { targets } });
      const begun = data.filter(({ what }) => what !== "under-way").map(({ target }) => target);
      return begun.length === 0
        ? say("It was under way already.")
        : say("Sent again to %{value}.", { value: begun.join(", ") });
    });
    if (sent) onClose();
  };
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="send-again-title">
      <form onSubmit={(event) => void submit(event)}>
        <DialogTitle id="send-again-title">
          {say("Send result %{id} again", { id: shortId(resultId) })}
        </DialogTitle>
        <DialogContent sx={{ display: "grid", gap: 1.5 }}>
          {error && (
            <ErrorState
              title={say("The destinations could not be read")}
              error={error}
              onRetry={() => void refetch()}
            />
          )}
          {!destinations && !error && <Skeleton height={90} />}
          {destinations && names.length === 0 && say("This hub has no destination.")}
          {free.length > 1 && (
            <FormControlLabel
              control={
                <Checkbox
                  checked={targets.length === free.length}
                  indeterminate={targets.length > 0 && targets.length < free.length}
                  onChange={() => setChosen(new Set(targets.length === free.length ? [] : free))}
                />
              }
              label={say("All destinations")}
            />
          )}
          {names.map((name) => (
            <Choice
              key={name}
              name={name}
              state={stateOf(name)}
              checked={targets.includes(name)}
              onToggle={() => toggle(name)}
            />
          ))}
          {problem !== "" && <Alert severity="error">{problem}</Alert>}
        </DialogContent>
        <DialogActions sx={{ px: 3, pb: 2 }}>
          <Button onClick={onClose}>{say("Back")}</Button>
          <Button type="submit" variant="contained" disabled={targets.length === 0} loading={busy} autoFocus>
            {targets.length === 1
              ? say("Send to %{value}", { value: targets[0] })
              : say("Send to %{length} destinations", { length: targets.length })}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly state: Delivery["state"] | undefined;
  readonly checked: boolean;
  readonly onToggle: () => void;
}

function Choice({ name, state, checked, onToggle }: ChoiceProps) {
  return (
    <FormControlLabel
      disabled={isUnderWay(state)}
      control={<Checkbox checked={checked} onChange={onToggle} sx={{ alignSelf: "start", mt: -0.75 }} />}
      label={
        <>
          <strong>{name}</strong>
          <Box sx={{ fontSize: "0.8125rem", color: "text.secondary" }}>{meaning(state)}</Box>
        </>
      }
      sx={{ alignItems: "start", ml: -1 }}
    />
  );
}

function meaning(state: Delivery["state"] | undefined): string {
  if (state === undefined) return say("Was not sent there before.");
  if (state === "done") return say("Arrived there already; a new delivery may make a second copy.");
  if (state === "unknown") return say("Nobody knows whether it arrived; it may be there twice afterwards.");
  if (isUnderWay(state)) return say("Is on its way already.");
  return state === "skipped"
    ? say("Was skipped by policy.")
    : say("Did not arrive; the same delivery starts anew.");
}

const isUnderWay = (state: Delivery["state"] | undefined): boolean =>
  state === "ready" || state === "claimed" || state === "acting";

const isOpenToAll = ({ state }: Delivery): boolean => state === "rejected" || state === "cancelled";

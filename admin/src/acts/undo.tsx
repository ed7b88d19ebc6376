// Says what was done and offers to take it back, for a few seconds.
import { Button, SnackbarContent } from "@mui/material";
import { ApiFault, say } from "@thalamus/sdk/ui";
import { useCloseNotification, useNotify, useRefresh } from "react-admin";

const OFFERED_MS = 6000;

/** @returns to be called when something was done that can be taken back */
export function useUndo(): (done: string, takeBack: () => Promise<void>) => void {
  const notify = useNotify();
  return (done, takeBack) =>
    notify(<UndoNotice done={done} takeBack={takeBack} />, { autoHideDuration: OFFERED_MS });
}

function UndoNotice({ done, takeBack }: { done: string; takeBack: () => Promise<void> }) {
  const close = useCloseNotification();
  const notify = useNotify();
  const refresh = useRefresh();
  const undo = async () => {
    close();
    try {
      await takeBack();
      notify(say("Taken back."));
    } catch (fault) {
      notify(fault instanceof ApiFault ? fault.message : say("It could not be taken back."), {
        type: "error",
      });
    }
    refresh();
  };
  const button = (
    <Button color="inherit" size="small" onClick={() => void undo()}>
      {say("Undo")}
    </Button>
  );
  return <SnackbarContent message={done} action={button} />;
}

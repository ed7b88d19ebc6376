// Asks why somebody uncovers patient data, where the site wants to know; the dialog is loaded when it is needed.
import { usePhiVault } from "@thalamus/sdk/ui";
import { lazy, Suspense, useEffect, useState } from "react";

const ReasonDialog = lazy(() => import("./reason-dialog.tsx"));

export function RevealReason() {
  const vault = usePhiVault();
  const [answer, setAnswer] = useState<(reason: string | undefined) => void>();
  useEffect(() => {
    vault.askReason = () =>
      new Promise((resolve) => {
        setAnswer((before: typeof answer) => {
          // one question at a time: the one before was not answered
          before?.(undefined);
          return resolve;
        });
      });
    return () => {
      vault.askReason = undefined;
    };
  }, [vault]);
  if (!answer) return null;
  const give = (reason: string | undefined) => {
    answer(reason);
    setAnswer(undefined);
  };
  return (
    <Suspense>
      <ReasonDialog onGive={give} />
    </Suspense>
  );
}

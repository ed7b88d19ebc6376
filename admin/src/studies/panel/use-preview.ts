// Reads the preview of a study's de-identification; revealed values leave the page after a minute or out of sight.
import { ApiFault, callApi, usePhiVault } from "@thalamus/sdk/ui";
import { useCallback, useEffect, useRef, useState } from "react";
import type { PreviewDeidentificationAnswer } from "../../api.gen.ts";

const SHOWN_MS = 60_000;

interface Wanted {
  /** Place in the study; kept from before when left out together with nothing else. */
  readonly instance?: number;
  readonly reveal?: boolean;
}

export function usePreview(studyId: string) {
  const vault = usePhiVault();
  const [preview, setPreview] = useState<PreviewDeidentificationAnswer>();
  const [fault, setFault] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const instance = useRef<number | undefined>(undefined);
  const latest = useRef(0);

  const read = useCallback(
    async ({ reveal = false, ...wanted }: Wanted) => {
      // revealing shows what is on the screen; anything else asks for another image
      if (!reveal) instance.current = wanted.instance;
      const turn = ++latest.current;
      setBusy(true);
      setFault(undefined);
      const place = instance.current === undefined ? {} : { instance: instance.current };
      try {
        const address = `/api/studies/${studyId}/deidentification-preview`;
        const ask = (reason: string | undefined) => {
          const body = { ...place, reveal, reason };
          return callApi<PreviewDeidentificationAnswer>(address, { method: "POST", body });
        };
        const answer = await vault.withReason(ask);
        if (turn === latest.current) setPreview(answer);
      } catch (error) {
        const isWithheld = error instanceof ApiFault && error.code === "phi.reason-withheld";
        if (turn === latest.current && !isWithheld) setFault(error);
      }
      if (turn === latest.current) setBusy(false);
    },
    [studyId, vault],
  );
  const hide = useCallback(() => setPreview(covered), []);

  useEffect(() => {
    void read({});
    return () => {
      latest.current += 1;
    };
  }, [read]);
  const isShown = preview?.revealed === true;
  useEffect(() => {
    if (!isShown) return;
    const timer = setTimeout(hide, SHOWN_MS);
    const look = () => document.hidden && hide();
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [isShown, hide]);
  return { preview, fault, busy, read, hide };
}

/** The same without a value in memory. */
function covered(
  preview: PreviewDeidentificationAnswer | undefined,
): PreviewDeidentificationAnswer | undefined {
  if (!preview) return undefined;
  const files = preview.files.map((file) => ({
    ...file,
    elements: file.elements.map((element) => ({ ...element, before: null, after: null })),
  }));
  return { ...preview, revealed: false, files };
}

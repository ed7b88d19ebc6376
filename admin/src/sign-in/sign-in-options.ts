// How people sign in at this hub, and what the address says about a way that was refused.
import { callApi, say } from "@thalamus/sdk/ui";
import { useEffect, useState } from "react";
import type { GetSignInOptionsAnswer } from "../api.gen.ts";

/** A hub that does not say has passwords. */
const PASSWORD_ONLY: GetSignInOptionsAnswer = {
  ...{ siteName: "", password: true, breakGlass: false, saml: false, oidc: false },
};

/** Undefined until the hub has answered. */
export function useSignInOptions(): GetSignInOptionsAnswer | undefined {
  const [options, setOptions] = useState<GetSignInOptionsAnswer>();
  useEffect(() => {
    callApi<GetSignInOptionsAnswer>("/api/sign-in-options").then(setOptions, () => setOptions(PASSWORD_ONLY));
  }, []);
  return options;
}

export interface Arrival {
  readonly severity: "error" | "info";
  readonly words: string;
}

/** X-013 What the hub put into the address when it sent the browser here. */
export function arrivalOf(search: string): Arrival | undefined {
  const query = new URLSearchParams(search);
  const id = query.get("id") ?? "";
  const shown = /^[0-9a-f-]{36}$/.test(id) ? say(" Give this id to your administrator: %{id}", { id }) : "";
  if (query.get("refused") === "role") {
    return {
      severity: "error",
      words: say("Your identity provider knows you, but none of your groups may use this hub.%{shown}", {
        shown,
      }),
    };
  }
  if (query.has("refused")) {
    return {
      severity: "error",
      words: say("Signing in with your organisation did not work. Try again.%{shown}", { shown }),
    };
  }
  return query.has("signedOut")
    ? { severity: "info", words: say("You are signed out here and at your organisation.") }
    : undefined;
}

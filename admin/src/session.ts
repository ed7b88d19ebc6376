// Who is signed in, as react-admin asks for it; the session itself is a cookie no script can read.
import { ApiFault, callApi } from "@thalamus/sdk/ui";
import type { AuthProvider } from "react-admin";
import type { SessionView, SignInBody, SignOutAnswer } from "./api.gen.ts";

let visitor: SessionView | undefined;
let endedByHub = false;

/** True when the hub ended the session while somebody worked; the sign-in page then says so. */
export const sessionWasEnded = (): boolean => endedByHub;

export async function isSignedIn(): Promise<boolean> {
  try {
    await callApi("/api/session");
    return true;
  } catch (error) {
    // a hub that is away says nothing about the session
    return !isRefusal(error);
  }
}

const isRefusal = (error: unknown): boolean => error instanceof ApiFault && error.status === 401;

/** react-admin shows no notification for these; the sign-in page has its own words. */
const quiet = { message: false, redirectTo: "/login" } as const;

export const session: AuthProvider = {
  login: async (body: SignInBody) => {
    visitor = await callApi<SessionView>("/api/session", { method: "POST", body });
    endedByHub = false;
  },
  logout: async (params: unknown) => {
    if (!visitor) return;
    visitor = undefined;
    const isIdle = (params as { idle?: boolean } | undefined)?.idle === true;
    if (isIdle) endedByHub = true;
    // a session that has already ended needs no goodbye
    const answer = await callApi<Partial<SignOutAnswer> | undefined>("/api/session", {
      method: "DELETE",
      query: { idle: isIdle || undefined },
    }).catch(() => undefined);
    // X-004 the identity provider is told, and brings the browser back
    if (answer?.location !== undefined && !isIdle) window.location.assign(answer.location);
  },
  checkAuth: async () => {
    if (visitor) return;
    try {
      visitor = await callApi<SessionView>("/api/session");
    } catch (error) {
      if (isRefusal(error)) throw quiet;
    }
  },
  checkError: async (error) => {
    if (!isRefusal(error)) return;
    // several requests may be refused at once; the first one has sent the visitor away
    if (visitor) endedByHub = true;
    visitor = undefined;
    throw quiet;
  },
  getIdentity: async () => ({
    id: visitor?.name ?? "",
    fullName: visitor?.name ?? "",
    roleTitle: visitor?.roleTitle ?? "",
    source: visitor?.source ?? "local",
    idleMinutes: visitor?.idleMinutes ?? 0,
  }),
  getPermissions: async () => {
    // a page that was loaded anew may ask for it before anybody asked who is there
    visitor ??= await callApi<SessionView>("/api/session").catch(() => undefined);
    return visitor?.permissions ?? [];
  },
};

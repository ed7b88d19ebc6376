// a new password of the service account, typed at the hub's own sign-in page, becomes the stored one.
import type { FollowingAccount } from "@thalamus/sdk";
import { tryCredentials } from "./access-token.ts";
import { type CloudScope, cloudOf } from "./cloud.ts";
import type { CloudNeeds } from "./needs.ts";
import type { CloudUploadSettings } from "./settings.ts";
import { inHubWords } from "./trouble.ts";

export const followingAccount: FollowingAccount<typeof CloudUploadSettings, CloudNeeds> = {
  account: ({ account }) => account,
  follow: async (password, scope: CloudScope, signal) => {
    const cloud = cloudOf(scope);
    const { clientId } = await cloud.credentials().catch(inHubWords);
    const parts = { http: cloud.http, destination: cloud.calls, url: cloud.at("/auth/token") };
    const taken = await tryCredentials(parts, { clientId, secret: password }, signal).catch(inHubWords);
    if (taken) await cloud.follow(password);
    return taken;
  },
};

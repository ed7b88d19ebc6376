// What the schema cannot say of the settings.
import { Permanent, parseNetworks, type SettingsProblem } from "@thalamus/sdk";
import type { CloudUploadSettings } from "./settings.ts";

export function settingsProblems(settings: CloudUploadSettings): SettingsProblem[] {
  return [
    ...addressProblems(settings),
    ...credentialProblems(settings),
    ...networkProblems(settings.privateNetworks),
    ...pollProblems(settings),
    ...((settings.tls?.certificateFile === undefined) === (settings.tls?.keyFile === undefined)
      ? []
      : [{ path: "tls", message: "certificateFile and keyFile are given together, or neither" }]),
  ];
}

function addressProblems({ url, proxy }: CloudUploadSettings): SettingsProblem[] {
  const parsed = URL.parse(url);
  const proxyScheme = proxy === undefined ? "http:" : URL.parse(proxy)?.protocol;
  return [
    ...(parsed ? [] : [{ path: "url", message: "is no URL" }]),
    ...(parsed?.username || parsed?.password ? [{ path: "url", message: "holds a user; use clientId" }] : []),
    ...(parsed?.search || parsed?.hash ? [{ path: "url", message: "ends with a query or a fragment" }] : []),
    ...(proxyScheme === "http:" || proxyScheme === "https:"
      ? []
      : [{ path: "proxy", message: "is no http or https URL" }]),
  ];
}

function credentialProblems(settings: CloudUploadSettings): SettingsProblem[] {
  const { clientId, clientSecret, clientSecretFile, generation } = settings;
  const isMissing = clientSecret === undefined && clientSecretFile === undefined;
  const isDouble = clientSecret !== undefined && clientSecretFile !== undefined;
  return [
    ...(isMissing ? [{ path: "clientSecret", message: "is needed, or clientSecretFile" }] : []),
    ...(isDouble
      ? [
          {
            path: "clientSecretFile",
            message: "is given together with clientSecret; only one of them counts",
          },
        ]
      : []),
    ...(clientId === undefined && generation !== "1"
      ? [{ path: "clientId", message: "is needed for generation 2" }]
      : []),
  ];
}

function networkProblems(networks: readonly string[]): SettingsProblem[] {
  try {
    parseNetworks(networks, "cloud-upload.unreachable");
    return [];
  } catch (error) {
    if (!(error instanceof Permanent)) throw error;
    return [{ path: "privateNetworks", message: error.message }];
  }
}

const pollProblems = ({ pollSeconds, longestPollSeconds }: CloudUploadSettings): SettingsProblem[] =>
  pollSeconds <= longestPollSeconds
    ? []
    : [{ path: "longestPollSeconds", message: "is shorter than pollSeconds" }];

// What every check does alike.
import { checkContract } from "@thalamus/sdk/testing/contracts";
import plugin from "./plugin.ts";

checkContract(plugin, { folder: import.meta.dirname, open: () => ({}) });

// The services this plugin uses.
import { HttpToken, KeepToken, LogToken, MetricsToken } from "@thalamus/sdk";

export const needs = { http: HttpToken, keep: KeepToken, log: LogToken, metrics: MetricsToken } as const;
export type CloudNeeds = typeof needs;

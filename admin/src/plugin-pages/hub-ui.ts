// The global HubUI that scripts of plugin pages are written against, and what they have registered.
import {
  Alert,
  Box,
  Button,
  Chip,
  Paper,
  Table,
  TableBody,
  TableCell,
  TableHead,
  TableRow,
  TextField,
  Typography,
} from "@mui/material";
import {
  CopyButton,
  callApi,
  EmptyState,
  ErrorState,
  type HubUi,
  language,
  type PluginPageProps,
  ShortId,
  StatusChip,
  sayOf,
  TimeText,
  ToneChip,
} from "@thalamus/sdk/ui";
import type { ComponentType } from "react";
import * as React from "react";

declare global {
  interface Window {
    HubUI?: HubUi;
  }
}

export type PageComponent = ComponentType<PluginPageProps>;

/** By entry and page. */
const registered = new Map<string, PageComponent>();

const keyOf = (entry: string, page: string): string => `${entry}/${page}`;

export const registeredPage = (entry: string, page: string): PageComponent | undefined =>
  registered.get(keyOf(entry, page));

const PARTS = {
  ...{ Alert, Box, Button, Chip, Paper, TextField, Typography },
  ...{ Table, TableBody, TableCell, TableHead, TableRow },
  ...{ CopyButton, EmptyState, ErrorState, ShortId, StatusChip, TimeText, ToneChip },
} as unknown as HubUi["parts"];

/** There before the first script of a plugin is loaded. */
export function offerHubUi(): void {
  window.HubUI ??= Object.freeze<HubUi>({
    version: 1,
    React,
    parts: Object.freeze(PARTS),
    call: callApi,
    language: language.now,
    say: sayOf,
    register: (page, component) => {
      // the same script may be loaded for two entries of a plugin: the element says for which
      const entry = document.currentScript?.dataset["entry"];
      if (entry === undefined)
        throw new Error("HubUI.register is called by the script itself, as it is loaded.");
      registered.set(keyOf(entry, page), component);
    },
  });
}

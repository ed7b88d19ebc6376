// Reads and saves settings over the API as the console does.
import type { Answer, ApiClient } from "./api-client.ts";

export interface SectionView {
  readonly id: string;
  readonly kind: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly value: Record<string, unknown>;
  readonly waiting: readonly string[];
  readonly actions: readonly { readonly id: string; readonly label: string }[];
  readonly problem: string | null;
}

export interface SettingsAnswer {
  readonly version: number;
  readonly running: number | null;
  readonly readOnly: boolean;
  readonly trouble: { readonly version: number; readonly problem: string } | null;
  readonly sections: readonly SectionView[];
}

export interface Problem {
  readonly section?: string;
  readonly path: string;
  readonly message: string;
}

export interface Saved {
  readonly version: number;
  readonly code?: string;
  readonly details?: unknown;
}

export class SettingsClient {
  readonly api: ApiClient;

  constructor(api: ApiClient) {
    this.api = api;
  }

  async all(): Promise<SettingsAnswer> {
    return (await this.api.call<SettingsAnswer>("GET", "/api/settings")).body;
  }

  async section(id: string): Promise<SectionView> {
    const found = (await this.all()).sections.find((one) => one.id === id);
    if (!found) throw new Error(`no section ${id}`);
    return found;
  }

  /** @param change of some fields @param version that the person began with; the newest one if left out */
  async save(id: string, change: object, version?: number): Promise<Answer<Saved>> {
    const { version: newest, sections } = await this.all();
    const { value = {} } = sections.find((one) => one.id === id) ?? {};
    const body = { version: version ?? newest, value: { ...value, ...change } };
    return this.api.call<Saved>("PUT", `/api/settings/${id}`, body);
  }
}

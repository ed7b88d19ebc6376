// The hub's own services for tests of plugins that use them: templates and the HTTP client.
import { HttpToken, TemplatesToken } from "@thalamus/sdk";
import { type OfferedService, offer } from "@thalamus/sdk/testing/contracts";
import { createHttpClient, type HttpClient } from "../../core/http-client/http-client.ts";
import { createTemplates } from "../../core/templates/template-service.ts";

export interface RealServices {
  readonly templates: ReturnType<typeof createTemplates>;
  readonly http: HttpClient;
  readonly offered: readonly OfferedService[];
}

/** The client keeps connections; whoever opens it closes it. */
export function realServices(): RealServices {
  const templates = createTemplates();
  const http = createHttpClient();
  return { templates, http, offered: [offer(TemplatesToken, templates), offer(HttpToken, http)] };
}

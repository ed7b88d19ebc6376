// Gives a plugin a container of its own that holds only what it listed in its needs.
import "reflect-metadata";
import type { Needs } from "@thalamus/sdk";
import { TOKENS, type Token } from "@thalamus/sdk";
import { container, type DependencyContainer } from "tsyringe";

/** A service and how a plugin gets it: one for all, or one made for the plugin. */
export interface Service<T = unknown> {
  readonly token: Token<T>;
  readonly make: (plugin: string) => T;
}

export const provide = <T>(token: Token<T>, make: (plugin: string) => T): Service => ({ token, make });

/** What a plugin's functions are called with. */
export type PluginScope = Readonly<Record<string, unknown>> & { readonly settings: unknown };

/**
 * @throws Error when the plugin needs a service that the hub does not have
 */
export function openScope(
  plugin: string,
  needs: Needs,
  settings: unknown,
  services: readonly Service[],
): PluginScope {
  const child: DependencyContainer = container.createChildContainer();
  for (const [name, token] of Object.entries(needs)) {
    const service = services.find((offered) => offered.token === token);
    if (!service) throw new Error(`needs "${name}" (${tokenName(token)}), which this hub does not offer`);
    child.register(token as symbol, { useFactory: () => service.make(plugin) });
  }
  const resolved = Object.entries(needs).map(([name, token]) => [name, child.resolve(token as symbol)]);
  const scope = { ...Object.fromEntries(resolved), settings };
  return new Proxy(scope, {
    get: (target, key) => {
      if (typeof key === "symbol" || key in target) return Reflect.get(target, key);
      throw new Error(`plugin ${plugin} asked for "${key}" without listing it in its needs`);
    },
  });
}

function tokenName(token: Token<unknown>): string {
  const known = Object.entries(TOKENS).find(([, value]) => value === token);
  return known?.[0] ?? token.toString();
}

// Types of compile-cache.mjs.
/** Call it before anything else is loaded. */
export function keepCompiledCode(): void;
/** @returns nothing when there is none and none can be made, or when it is somebody else's */
export function privateFolder(parent: string): string | undefined;

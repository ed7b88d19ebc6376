// Gives every plugin the hub's own copy of the SDK, wherever the plugin lies and whatever is installed beside it.
import { registerHooks } from "node:module";

const SDK = "@thalamus/sdk";

// With a second copy, errors of the hub would be unknown to the plugin (`instanceof`), and a bug in it would be
// reported past the hub's log, which keeps texts of errors out of sight.
registerHooks({
  resolve: (specifier, context, next) => {
    const ours = specifier === SDK || specifier.startsWith(`${SDK}/`);
    return next(specifier, ours ? { ...context, parentURL: import.meta.url } : context);
  },
});

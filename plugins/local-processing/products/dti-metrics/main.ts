// Entry of the product: `describe` prints product.json, `run --in DIR --out DIR [--work DIR]` measures.
import { productJson } from "./contract/product-description.ts";
import { EXIT } from "./contract/refusal.ts";
import { supervise } from "./supervise.ts";

const [command, ...args] = process.argv.slice(2);
if (command === "describe") {
  process.stdout.write(productJson);
} else if (command === "run") {
  process.exitCode = await supervise(args, process.env);
} else {
  process.stderr.write(
    "usage: node main.ts describe\n       node main.ts run --in DIR --out DIR [--work DIR]\n",
  );
  process.exitCode = EXIT.badJob;
}

// The log with the number of an association in every line, so that lines of one belong together.
import type { Log } from "@thalamus/sdk";

export function associationLog(log: Log, association: number): Log {
  return {
    debug: (event, fields) => log.debug(event, { association, ...fields }),
    info: (event, fields) => log.info(event, { association, ...fields }),
    warn: (event, fields) => log.warn(event, { association, ...fields }),
    error: (event, fields) => log.error(event, { association, ...fields }),
  };
}

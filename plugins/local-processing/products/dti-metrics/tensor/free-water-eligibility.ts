// Decides whether an acquisition can tell free water from tissue at all; if not, says why with a code.
import { countDirections, findShells, type GradientTable } from "./gradient-table.ts";

/** Above this b (s/mm2) tissue no longer decays as a single exponential and the model does not hold. */
const HIGHEST_B = 2000;
const LOWEST_B = 200;
const FEWEST_VOLUMES = 20;
const SMALLEST_RATIO = 1.4;

export type FreeWaterRefusalCode =
  | "FW_OFF"
  | "FW_NO_B0"
  | "FW_SINGLE_SHELL"
  | "FW_SHELLS_TOO_HIGH"
  | "FW_SHELLS_TOO_CLOSE"
  | "FW_FEW_DIRECTIONS"
  | "FW_FEW_VOLUMES";

export type FreeWaterDecision =
  | { possible: true; volumes: number[] }
  | { possible: false; code: FreeWaterRefusalCode; reason: string };

/**
 * Multi-shell data only: a b = 0 volume, two shells in 200-2000 s/mm2 with b ratio 1.4 or more, one of them
 * with six directions, 20 volumes. Single-shell fits return the regulariser, not the patient
 * (Imaging Neuroscience 2024, doi 10.1162/imag_a_00252), so no map is published under this name.
 */
export function decideFreeWater(table: GradientTable): FreeWaterDecision {
  const shells = findShells(table);
  const unweighted = shells.filter((shell) => shell.b === 0);
  const weighted = shells.filter((shell) => shell.b > 0);
  const usable = weighted.filter((shell) => shell.b >= LOWEST_B && shell.b <= HIGHEST_B);
  const values = weighted.map((shell) => Math.round(shell.b)).join(", ");
  const refuse = (code: FreeWaterRefusalCode, reason: string): FreeWaterDecision => ({
    possible: false,
    code,
    reason,
  });
  if (unweighted.length === 0) return refuse("FW_NO_B0", "no b = 0 volume");
  if (weighted.length < 2) {
    return refuse(
      "FW_SINGLE_SHELL",
      `single-shell acquisition (b = ${values || "none"} s/mm\u00b2): free water and tissue diffusivity cannot ` +
        "be told apart without an assumption that would decide the result",
    );
  }
  if (usable.length < 2) {
    return refuse(
      "FW_SHELLS_TOO_HIGH",
      `fewer than two shells between ${LOWEST_B} and ${HIGHEST_B} s/mm\u00b2 (found ${values}); ` +
        "the two-compartment model does not hold above that",
    );
  }
  const lowest = usable[0]!.b;
  const highest = usable.at(-1)!.b;
  if (highest / lowest < SMALLEST_RATIO) {
    const pair = `${Math.round(lowest)} and ${Math.round(highest)} s/mm\u00b2`;
    return refuse("FW_SHELLS_TOO_CLOSE", `usable shells are too close together (${pair})`);
  }
  if (!usable.some((shell) => countDirections(table, shell.volumes) >= 6)) {
    return refuse("FW_FEW_DIRECTIONS", "no usable shell has six distinct directions");
  }
  const volumes = [...unweighted, ...usable].flatMap((shell) => shell.volumes).sort((a, b) => a - b);
  if (volumes.length < FEWEST_VOLUMES) {
    return refuse("FW_FEW_VOLUMES", `only ${volumes.length} usable volumes, ${FEWEST_VOLUMES} are needed`);
  }
  return { possible: true, volumes };
}

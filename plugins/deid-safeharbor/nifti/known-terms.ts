// Words of makers, models and codes that may stay in a sidecar beside those of imaging.
import { describedText } from "../values/described-text.ts";

const MAKERS = `
  siemens healthineers healthcare ge gems medical systems philips uih united imaging canon mec toshiba hitachi fujifilm
  bruker biospin hyperfine mediso marconi picker esaote agilent varian time corporation`;
const MODELS = `
  prisma fit skyra verio trio triotim tim aera avanto vida lumina sola espree symphony terra connectom magnetom allegra
  biograph mmr cima altea vario free max sempra essenza spectra sonata signa premier architect artist pioneer voyager
  hero victor explorer hdx hdxt hde discovery optima ingenia achieva elition ambition intera panorama evolution dstream
  tx cx umr omega jupiter vantage titan galan orian elan fortian echelon oasis airis aperto trillium biospec pharmascan
  swoop nanoscan x xp tx`;
/** PS3.3 C.8.3.1 and what makers write beside it. */
const CODES = `
  se ir gr ep rm sk mtc ss trss sp mp osp none per rg cg ppg fc pff pfp fs ct gems acc epi edr fast vasctof filtered
  original primary secondary derived axial localizer mosaic diffusion nd norm dis2d dis3d dfc moco mfsplit vframe vol
  tracew adc fa colfa tensor perfusion m p r i phase magnitude phase real imaginary m se ffe ir tse other ce pse
  compute compressed csamanipulated fmri mean water fat inphase outphase opp pca fm
  sum squares adaptive combine of monopolar bipolar uniform sense grappa asset arc caipi triplec
  headneck headmatrix neckmatrix body spine qd tr rx
  dcm2niix dicm2nii heudiconv dcmstack mrconvert spm12 rf gradient combined`;

const wordsOf = (list: string): string[] => list.trim().split(/\s+/);
const TERMS: ReadonlySet<string> = new Set([MAKERS, MODELS, CODES].flatMap(wordsOf));

const TERM = /^[A-Za-z\d _.+/()-]{1,64}$/;
/** A number of this many digits may be somebody's. */
const LONG_NUMBER = /\d{5}/;

/** @param more words of the site, in small letters */
export function isKnownTerm(text: string, more: readonly string[]): boolean {
  if (!TERM.test(text) || LONG_NUMBER.test(text)) return false;
  const words = new Set([...TERMS, ...more.map((word) => word.toLowerCase())]);
  return describedText(text, words) === text;
}

const SOFTWARE = new Set(
  wordsOf("syngo mr software release lx dv rx mx hdx numaris stream dstream mri patch sp numaris4"),
);
/** `E11`, `XA30A`, `5.3.1.2`, `DV25.0`, `R01`, `1549.b` */
const VERSION = /^(?:[A-Za-z]{1,3})?\d{1,4}[A-Za-z]?(?:\.\d{1,4}){0,5}(?:\.?[a-z])?$/;

/** A version as makers write it, and nothing else. */
export const isVersion = (text: string): boolean =>
  text.length <= 64 &&
  text
    .split(/[\s\\_:;,()]+/)
    .every((token) => token === "" || SOFTWARE.has(token.toLowerCase()) || VERSION.test(token));

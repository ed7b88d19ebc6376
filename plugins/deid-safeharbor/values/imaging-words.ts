// Words that may stay in descriptions and comments: what is said of scans, and names nobody.

const PLANES_AND_PLACES = `
  axial ax tra trans transverse transversal sagittal sag coronal cor oblique obl plane planes left right lt rt
  bilateral anterior posterior superior inferior ap pa rl lr hf fh si is head brain skull neck face orbit orbits iac
  pituitary sella spine cervical thoracic lumbar sacral chest thorax lung lungs abdomen pelvis liver kidney kidneys
  heart cardiac breast breasts prostate shoulder elbow wrist hand hip knee ankle foot femur whole body upper lower
  cerebral cerebellum brainstem hippocampus temporal frontal parietal occipital lobe lobes white grey gray matter csf
  nucleus nigra substantia putamen caudate midbrain pons ventricle ventricles vessel vessels carotid carotids aorta
  lph transaxial artery arteries vein veins extremity joint bone soft tissue
`;
const MODALITIES_AND_PARTS = `
  mr mri mra mrv mrs mrcp nmr ct cta pet spect us ultrasound xr cr dx rf xa nm mg study exam examination scan series
  image images imaging protocol routine standard research clinical trial phase baseline follow followup up visit
  session with without w wo and or of the in on for to from by at no not non only contrast noncontrast pre post
  enhanced unenhanced gad gadolinium gd iv dose bolus delayed delay early late dynamic static rest task
  localizer localiser scout survey loc aahead aascout calibration cal ref reference shim prescan noise test qa qc phantom
  text code container image waveform composite monochrome palette color rgb table
  screen screening evaluation protocolname sequence parallel
`;
const SEQUENCES = `
  dti dwi dsi dki noddi diff diffusion tensor adc fa md rd ad trace tracew colfa colormap isotropic directional
  direction directions dir dirs bvalue bval bvec value values shell shells multishell hardi mddw mddwi mono bipolar
  monopolar epi ep sepi se ge gre fse tse ffe tfe tir tirm ir stir flair dark fluid space cube vista mprage mp mpr
  rage spgr fspgr bravo flash vibe haste trufi fiesta ciss dess swi swan swip qsm mag pha phase magnitude real imaginary
  bold fmri rs rsfmri resting state perf perfusion asl pcasl pasl dsc dce tof pc angio angiography mip minip mpr mpvr
  proton density weighted fat sat fatsat fs spair spir water excitation sense grappa asset arc caipi sms mb multiband
  mbep cmrr ucl hyperband accelerated acceleration accel factor fieldmap field map maps topup blip reverse reversed
  rev up down pe phaseencoding encoding iso isotropic resolution res high low hires fast quick propeller blade radial
  spiral motion correction corrected moco dis nd norm normalized raw original orig derived primary secondary mosaic
  slice slices sl volume volumes vol frame frames gap mm cm ms sec min hz khz tesla te tr ti fov matrix nex avg averages
  average mean sum std single double multi shot ssh ss sshot echo echoes spin gradient inversion recovery spectroscopy
  svs csi press steam wip thick thin recon reconstruction reformat interpolated interp filtered unfiltered distortion
  savebyslc free breathing breath hold gated trigger triggered ungated native registered fused overlay
  none yes y n inv bmatrix se2 algo sense1 neuropacs thalamus abcd hcp adni ppmi func anat dwib
`;
const SEQUENCE_CODES = `
  t1 t2 t1w t2w t2star pd pdw b0 b0s b1 b1map 2d 3d 4d 2dfl 3dfl ep2d ep3d tse2d fl2d fl3d tfl tfl3d spc se2d gre2d
  mbep2d mbep3d ep2 epi2d r1 r2 r2star t1rho m0 v1 v2 v3 sb mbref sbref q1
`;

const wordsOf = (...lists: string[]): string[] => lists.join(" ").split(/\s+/).filter(Boolean);
export const IMAGING_WORDS: ReadonlySet<string> = new Set(
  wordsOf(PLANES_AND_PLACES, MODALITIES_AND_PARTS, SEQUENCES, SEQUENCE_CODES),
);

/** Makers of scanners; a converter needs their names, also where a patient is called Philips. */
const TRADE_NAMES = new Set(
  wordsOf(`
    ge medical systems healthcare healthineers siemens philips uih united imaging canon mec toshiba hitachi fujifilm
    bruker biospin hyperfine mediso marconi picker agfa inc ag gmbh co ltd corporation
  `),
);

/** The whole text is the name of a maker. */
export const isTradeName = (text: string): boolean =>
  text.split(/[^A-Za-z]+/).every((word) => word === "" || TRADE_NAMES.has(word.toLowerCase())) &&
  /^[A-Z _.,-]+$/i.test(text);

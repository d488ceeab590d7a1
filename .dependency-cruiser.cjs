// Which folder may import which: the stops of a value, in one direction.
// in:  the sources' imports, type-only ones included     out: a sentence for each one that breaks a rule

/** What users have, too: imported from where it stands, because index.ts imports these folders. */
const handedOn = [
  // all methods, not the family of that name
  'operators/index(?=\\.ts)',
  'operators/(create/create|movement/join|pointwise/binary|pointwise/ternary|linalg/norms|nn)',
  'tensor/(tensor|types)',
  'autograd/mode',
  'graph/dtype',
  'random/(generator|default)',
];
/**
 * The door for what is written on top of the library: arguments read as everywhere, state that a
 * captured function must know of, gradients that are cleared, tensors as JSON.
 */
const door = ['tensor/(arguments|gradient)', 'capture/looking/host-state', 'operators/create/json'];
/** Initialising fills tensors that are there from PyTorch's distributions, and is in the table of signatures. */
const initialising = ['random', 'operators/create/random-fill', 'tensor/(write|define)'];

/** What each folder of packages/whorl/src reads, besides itself. A folder not named here is not known. */
const mayImport = {
  graph: [],
  target: ['graph/dtype'],
  ir: ['graph/dtype'],
  schedule: ['graph', 'target'],
  lower: ['graph', 'ir', 'target', 'schedule/group'],
  optimise: ['ir', 'target', 'graph/dtype'],
  render: ['ir', 'target', 'lower/routines', 'graph/dtype'],
  runtime: ['target', 'graph/dtype'],
  engine: [
    'graph',
    'ir',
    'target',
    'schedule',
    'lower',
    'optimise',
    'render',
    'runtime',
    'capture/looking',
  ],
  // What a captured function is asked while it runs: hooks for whoever touches state.
  'capture/looking': ['graph', 'engine'],
  'capture/recording': ['graph', 'engine', 'capture/looking'],
  'capture/replaying': [
    'graph',
    'ir',
    'target',
    'schedule',
    'lower',
    'runtime',
    'engine',
    'capture',
  ],
  capture: ['graph', 'engine', 'autograd', 'random', 'tensor'],
  autograd: ['graph'],
  random: ['graph/dtype'],
  tensor: ['random', 'autograd', 'graph', 'engine', 'capture/looking'],
  operators: ['tensor', 'random', 'autograd', 'graph', 'engine', 'capture/looking'],
  io: ['tensor'],
  nn: [...handedOn, ...door, ...initialising, 'tensor/convert'],
  optim: [...handedOn, ...door, 'nn/module/parameter', 'operators/pointwise/flush-denormal'],
  data: [...handedOn, ...door, 'random'],
  cli: ['index', 'operators', 'tensor', 'data', 'engine/devices/reference'],
};

const whorl = '^packages/whorl/src';

/** A folder inside another that has its own row. */
const inner = (/** @type {string} */ folder) =>
  Object.keys(mayImport).flatMap((key) =>
    key.startsWith(`${folder}/`) ? [`${whorl}/${key}/`] : [],
  );

/** @type {import('dependency-cruiser').IForbiddenRuleType[]} */
const layers = Object.entries(mayImport).map(([folder, allowed]) => ({
  name: `${folder}-imports-only-what-it-may`,
  comment: `${folder}/ may import ${allowed.join(', ') || 'nothing but itself'}.`,
  severity: 'error',
  from: { path: `${whorl}/${folder}/`, pathNot: inner(folder) },
  to: { path: `${whorl}/`, pathNot: `${whorl}/(${[folder, ...allowed].join('|')})[/.]` },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layers,
    {
      name: 'every-folder-has-its-rule',
      comment: 'Write into .dependency-cruiser.cjs what the new folder may import.',
      severity: 'error',
      from: { path: `${whorl}/[^/]+/`, pathNot: `${whorl}/(${Object.keys(mayImport).join('|')})/` },
      to: {},
    },
    {
      name: 'no-cycles',
      comment: 'Two files that import each other cannot be read one after the other.',
      severity: 'error',
      from: { path: '^packages/' },
      to: { circular: true },
    },
    {
      name: 'the-library-depends-on-nothing',
      comment: 'packages/whorl has no run-time dependencies; only the command knows the figures.',
      severity: 'error',
      from: { path: `${whorl}/`, pathNot: `${whorl}/cli/` },
      to: { pathNot: `${whorl}/`, dependencyTypesNot: ['core'] },
    },
    {
      name: 'the-library-runs-in-a-browser',
      comment: 'Node is looked at through globalThis.process in runtime/, never imported.',
      severity: 'error',
      from: { path: `${whorl}/`, pathNot: `${whorl}/(cli|io)/` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'figures-see-the-public-api',
      comment: 'packages/plot, examples and bench import whorl by its index alone.',
      severity: 'error',
      from: { path: '^(packages/plot/src|examples)/' },
      to: { path: `${whorl}/`, pathNot: `${whorl}/index\\.ts$` },
    },
    {
      name: 'nothing-unresolved',
      comment: 'The file does not exist, or the package is in no package.json.',
      severity: 'error',
      from: { path: '^(packages|examples|scripts)/' },
      to: { couldNotResolve: true, pathNot: '/dist/' },
    },
    {
      name: 'sources-do-not-import-tests',
      comment: 'A test may read a source, never the other way round.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/' },
      to: { path: '^packages/[^/]+/(test|fuzz|conformance)/' },
    },
    {
      name: 'fuzzing-starts-from-the-public-api',
      comment:
        'Programs are written against index.ts; engine/ is asked only for the ways to run them.',
      severity: 'error',
      from: { path: '^packages/whorl/fuzz/' },
      to: {
        path: `${whorl}/`,
        pathNot: `${whorl}/(index|engine/(observe/check|devices/(context|reference)|flush/options))\\.ts$`,
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/dist/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default', 'node'],
      extensions: ['.ts', '.mjs', '.js', '.cjs', '.d.ts'],
    },
  },
};

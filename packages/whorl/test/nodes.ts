// All that makes nodes, for tests whose graphs are made by hand: `import * as b from '../nodes.js'`.

export * from '../src/graph/build.js';
export * from '../src/graph/contraction.js';
export * from '../src/graph/movement.js';
export * from '../src/graph/reductions.js';

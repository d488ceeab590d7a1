// torch.linalg.

export { cholesky, eigvalsh, lu, svdvals } from './decompositions.js';
export { matrixNorm, norm, vectorNorm } from './norms.js';
export { cross, diagonal, matmul, multiDot, vander, vecdot } from './products.js';
export { lstsq, matrixRank, pinv } from './pseudo-inverse.js';
export {
  det,
  inv,
  matrixPower,
  slogdet,
  solve,
  solveTriangular,
  tensorinv,
  tensorsolve,
} from './solving.js';

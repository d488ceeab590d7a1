// All methods of Tensor, a family a paragraph: each of these files registers some, and whoever
// hands tensors out imports this one. With them comes what reads WHORL_DEBUG.

import '../engine/observe/debug.js';

// the core: values read, converted, printed and written; gradients
import '../tensor/read.js';
import '../tensor/convert.js';
import '../tensor/print.js';
import '../tensor/write.js';
import '../tensor/gradient.js';
import '../tensor/misread.js';
import './create/json.js';

// element by element
import './pointwise/unary.js';
import './pointwise/rounding.js';
import './pointwise/signs.js';
import './pointwise/binary.js';
import './pointwise/arithmetic.js';
import './pointwise/divisors.js';
import './pointwise/comparison.js';
import './pointwise/ternary.js';
import './special/index.js';

// one of many
import './reduce/reduce.js';
import './reduce/spread.js';
import './reduce/statistics.js';
import './reduce/norms.js';
import './reduce/softmax.js';
import './reduce/scan.js';

// other places
import './movement/movement.js';
import './movement/subviews.js';
import './movement/broadcasting.js';
import './movement/split.js';
import './movement/rearrange.js';
import './movement/diagonals.js';

// picked by index or mask
import './index/indexing.js';
import './index/indexed.js';
import './index/slices.js';
import './index/flat-index.js';
import './index/masks.js';
import './index/nonzero.js';
import './index/scatter-reduce.js';

// by size
import './order/sort.js';
import './order/searching.js';
import './order/order-statistics.js';
import './order/unique.js';
import './order/histograms.js';

// products and matrices
import './product/matmul.js';
import './product/products.js';
import './linalg/index.js';

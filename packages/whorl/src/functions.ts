// What treats two operands alike is a function, too, as in PyTorch: hypot(x, y)
// is x.hypot(y). Whatever has one tensor that it is about is a method alone; a
// name here costs only those who import it.
// in:  the names of methods     out: functions whose first argument is the receiver

import { free, methods } from './tensor/free.js';

/** The larger of two; where one is NaN, the other. Source: torch.fmax. */
export const fmax = /* @__PURE__ */ free(methods.fmax);
/** The smaller of two; where one is NaN, the other. Source: torch.fmin. */
export const fmin = /* @__PURE__ */ free(methods.fmin);
/** log(exp(x) + exp(y)), where neither overflows. Source: torch.logaddexp. */
export const logaddexp = /* @__PURE__ */ free(methods.logaddexp);
/** log2(2^x + 2^y). Source: torch.logaddexp2. */
export const logaddexp2 = /* @__PURE__ */ free(methods.logaddexp2);
/** sqrt(x^2 + y^2), where neither square overflows. Source: torch.hypot. */
export const hypot = /* @__PURE__ */ free(methods.hypot);
/** The angle of the point (x, y), y first. Source: torch.atan2. */
export const atan2 = /* @__PURE__ */ free(methods.atan2);
/** The greatest common divisor of integers. Source: torch.gcd. */
export const gcd = /* @__PURE__ */ free(methods.gcd);
/** The least common multiple of integers. Source: torch.lcm. */
export const lcm = /* @__PURE__ */ free(methods.lcm);
/** The size of the first with the sign of the second. Source: torch.copysign. */
export const copysign = /* @__PURE__ */ free(methods.copysign);
/** The next number of the format on the way to the second. Source: torch.nextafter. */
export const nextafter = /* @__PURE__ */ free(methods.nextafter);
/** x + weight * (y - x). Source: torch.lerp. */
export const lerp = /* @__PURE__ */ free(methods.lerp);
/** The p-norm of x - y. Source: torch.dist. */
export const dist = /* @__PURE__ */ free(methods.dist);
/** Where |x - y| <= atol + rtol * |y|. Source: torch.isclose. */
export const isclose = /* @__PURE__ */ free(methods.isclose);
/** Whether that is so everywhere: a promise. Source: torch.allclose. */
export const allclose = /* @__PURE__ */ free(methods.allclose);
/** Whether two tensors have one shape and the same values: a promise. Source: torch.equal. */
export const equal = /* @__PURE__ */ free(methods.equal);
/** The matrix product, batches broadcast. Source: torch.matmul. */
export const matmul = /* @__PURE__ */ free(methods.matmul);
/** The product of two matrices. Source: torch.mm. */
export const mm = /* @__PURE__ */ free(methods.mm);
/** The products of two batches of matrices. Source: torch.bmm. */
export const bmm = /* @__PURE__ */ free(methods.bmm);
/** A matrix times a vector. Source: torch.mv. */
export const mv = /* @__PURE__ */ free(methods.mv);
/** The sum of the products of two vectors. Source: torch.dot. */
export const dot = /* @__PURE__ */ free(methods.dot);
/** The same as dot, for real numbers. Source: torch.vdot. */
export const vdot = /* @__PURE__ */ free(methods.vdot);
/** Sums of products along the last dims of both. Source: torch.inner. */
export const inner = /* @__PURE__ */ free(methods.inner);
/** All products of two vectors: [N] and [M] give [N, M]. Source: torch.outer. */
export const outer = /* @__PURE__ */ free(methods.outer);

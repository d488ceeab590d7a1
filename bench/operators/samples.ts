// A call of every operator that the library offers, each once in its usual form.
// in:  nothing     out: expressions over the letters of inputs.ts
//
// Python's text is made from ours by spelling.ts; where that cannot be, it stands behind a ~.

const pointwise = `
x.neg() | x.abs() | x.sign() | x.sgn() | x.floor() | x.ceil() | x.trunc() | x.fix() | x.frac()
x.round() | x.square() | x.relu() | p.reciprocal() | p.sqrt() | p.rsqrt() | x.exp() | x.exp2()
x.expm1() | p.log() | p.log2() | p.log10() | p.log1p() | x.sin() | x.cos() | x.tan() | u.asin()
u.acos() | x.atan() | x.sinh() | x.cosh() | x.tanh() | x.asinh() | q.acosh() | u.atanh()
x.sigmoid() | x.erf() | x.erfc() | u.erfinv() | p.lgamma() | p.digamma() | x.deg2rad()
x.rad2deg() | x.logicalNot() | x.isnan() | x.isinf() | x.isposinf() | x.isneginf()
x.isfinite() | x.sinc() | x.i0() | p.polygamma(1) | q.mvlgamma(2) | r.logit()
x.positive() | x.nanToNum() | x.signbit() | x.isreal() | n.bitwiseNot()
x.add(y) | x.add(2) | x.add(y, { alpha: 2 }) | x.sub(y) | x.rsub(2) ~ 2 - x | x.mul(y) | x.mul(2)
x.div(p) | x.div(2) | x.div(p, { roundingMode: 'floor' }) | x.floorDivide(p) | x.remainder(p)
x.fmod(p) | x.atan2(y) | x.maximum(y) | x.minimum(y) | x.fmax(y) | x.fmin(y) | x.eq(y) | x.ne(y)
x.lt(y) | x.le(y) | x.gt(y) | x.ge(y) | b.logicalAnd(c) | b.logicalOr(c) | b.logicalXor(c)
n.bitwiseAnd(m) | n.bitwiseOr(m) | n.bitwiseXor(m) | n.bitwiseLeftShift(few)
n.bitwiseRightShift(few) | n.add(m) | n.mul(m) | n.gcd(m) | n.lcm(m) | n.remainder(7)
x.pow(2) | x.pow(3) | p.pow(0.5) | p.pow(-0.5) | p.pow(-1) | p.pow(-2) | x.pow(0) | x.pow(1)
x.pow(4) | p.pow(1.7) | p.pow(z) | x.copysign(y) | x.nextafter(y) | x.heaviside(y) | x.hypot(y)
x.logaddexp(y) | x.logaddexp2(y) | x.xlogy(p) | x.ldexp(few) | x.frexp().mantissa
x.isclose(y) | x.allclose(y) | x.equal(y) | x.clamp(-1, 1) | x.clampMin(0) | x.clampMax(0)
x.lerp(y, 0.3) | x.addcmul(y, z) | x.addcdiv(y, p) | where(b, x, y) | x.where(b, y)
x.add(w) | x.mul(w) | x.to(float64) | x.to(int64) | n.to(float32) | x.clone()
special.entr(p) | special.erfcx(x) | special.i0e(x) | special.i1(x) | special.i1e(x)
special.logNdtr(x) | special.ndtr(x) | special.ndtri(r) | special.xlog1py(x, p)
`;

const reductions = `
x.sum() | x.sum(0) | x.sum(1) | x.mean() | x.mean(0) | x.mean(1) | p.prod(1) | x.amax(1) | x.amin(0)
x.max() | x.max(1).values | x.min(0).values | x.argmax(1) | x.argmin(0) | b.any(1) | b.all(1)
x.countNonzero() | x.var(1) | x.std(0) | x.std() | x.aminmax().max | x.nansum(1) | x.nanmean(1)
Q.cov() | Q.corrcoef() | x.dist(y) | x.renorm(2, 0, 1) | x.norm() | x.norm({ dim: 1 })
x.logsumexp(1) | x.softmax(1) | x.softmax(0) | x.logSoftmax(1) | x.cumsum(0) | x.cumsum(1)
p.cumprod(1) | x.cummax(1).values | x.cummin(0).values | scores.logcumsumexp(1) | x.diff()
stdMean(x)[0] ~ std_mean(x)[0] | varMean(x, 1)[0] ~ var_mean(x, 1)[0] | gradient(v)[0]
trapezoid(x) | cumulativeTrapezoid(x) | x.trace()
`;

const movement = `
x.t().contiguous() | x.flip(0) | x.flip([0, 1]) | x.roll(3, 1) | x.rot90() | x.tril() | x.triu()
x.repeat(2, 1) | w.tile([1000]) | w.expand([1000, 1000]).contiguous() | w.repeatInterleave(1000)
cat([x, y]) | cat([x, y], 1) | stack([x, y]) | stack([x, y], 1) | hstack([x, y]) | vstack([x, y])
dstack([x, y]) | columnStack([w, w]) | blockDiag(Q, R) | w.diag() | x.diag() | w.diagflat()
E.diagEmbed() | x.diagonalScatter(w) | x.selectScatter(w, 0, 3)
x.sliceScatter(x.narrow(0, 0, 9), 0, 5, 14) | v.unfold(0, 8, 8).contiguous()
x.select(1, 3).contiguous() | x.permute([1, 0]).contiguous() | x.fill(2) ~ x.clone().fill_(2)
cartesianProd(w, w) | combinations(w) | meshgrid([w, w])[0].contiguous() ~ \
meshgrid(w, w, indexing='ij')[0].contiguous() | constantPadNd(x, [1, 1])
`;

const indexing = `
x.gather(1, n) | x.gather(0, n) | v.take(k) | x.indexSelect(0, j) | x.indexSelect(1, j)
x.at(j) ~ x[j] | x.at(n, 3) ~ x[n, 3] | v.at(k) ~ v[k] | x.scatter(1, n, y) | x.scatterAdd(1, n, y)
x.scatterAdd(0, n, y) | x.scatterReduce(1, n, y, 'amax') | x.indexAdd(0, j, y)
x.indexCopy(0, j, y) | x.indexFill(0, j, 2) | v.indexPut([k], v) | v.put(k, v)
x.takeAlongDim(n, 1) | x.indexReduce(0, j, y, 'amax') | x.maskedFill(b, 2) | x.maskedSelect(b)
x.maskedScatter(b, y) | b.nonzero() | b.argwhere() | x.nonzeroStatic({ size: 1000 }) | F.oneHot(j)
F.embedding(j, E) | F.embedding(n, E)
F.embeddingBag(n, E) | x.isin(w) ~ isin(x, w) | trilIndices(1000, 1000) | triuIndices(1000, 1000)
unravelIndex(k, [1000, 1000])[0]
`;

const order = `
v.sort().values | x.sort(1).values | x.sort(0).values | v.argsort() | x.msort() | v.topk(100).values
x.topk(10).values | x.topk(10, 0).values | v.kthvalue(1000).values | x.kthvalue(10).values
x.median() | x.median(1).values | x.nanmedian() | m.mode().values | x.quantile(0.3)
x.quantile(0.3, { dim: 1 }) ~ x.quantile(0.3, dim=1) | x.nanquantile(0.3) | v.unique()
half.unique() | half.uniqueConsecutive() | v.histc(100) | v.histogram(100).hist | half.bincount()
searchsorted(arange(1000).to(float32), x) | bucketize(x, arange(1000).to(float32))
`;

const products = `
Q.matmul(R) | Q.mm(R) | Q.mv(s) | v.dot(v) | v.vdot(v) | w.outer(w) | w.ger(w) | Q.addmm(Q, R)
s.addmv(Q, s) | Q.addr(s, s) | C.baddbmm(B, C) | R.reshape([4, 64, 256]).narrow(2, 0, 64).bmm(\
Q.reshape([4, 64, 256]).narrow(2, 0, 64)) | B.bmm(C) | B.narrow(0, 0, 1).squeeze(0).addbmm(B, C)
Q.inner(R) | triple.cross(triple2, 1) | A.kron(A) | einsum('ij,kj->ik', Q, R)
tensordot(Q, R, 1) | cdist(E, G) | F.linear(E, G)
F.bilinear(T, T, uniform(-1, 1, [8, 4, 4])) | linalg.vecdot(x, y) | linalg.multiDot([Q, R, Q])
F.scaledDotProductAttention(heads, heads, heads)
`;

const matrices = `
A.det() | A.slogdet().logabsdet | D.logdet() | A.inverse() | A.pinverse() | linalg.cholesky(D)
linalg.cholesky(D).choleskyInverse() | T.choleskySolve(S) | A.matrixPower(3)
T.triangularSolve(S, { upper: false }).solution
linalg.eigvalsh(D) | linalg.inv(A) | linalg.lstsq(A, T).solution | linalg.lu(A).L ~ linalg.lu(A).L
linalg.matrixNorm(A) | linalg.matrixNorm(A, 2) | linalg.matrixRank(A) | linalg.norm(A)
linalg.pinv(A) | linalg.solve(A, T) | linalg.solveTriangular(S, T, { upper: false })
linalg.svdvals(A) | linalg.tensorinv(A.reshape([8, 5, 40]), { ind: 2 })
linalg.tensorsolve(A.reshape([8, 5, 40]), T.select(1, 0).reshape([8, 5])) | linalg.vander(s)
linalg.vectorNorm(x) | linalg.vectorNorm(x, 3, { dim: 1 }) ~ linalg.vector_norm(x, 3, dim=1)
`;

const activations = `
F.celu(x) | F.elu(x) | F.gelu(x) | F.gelu(x, { approximate: 'tanh' }) | F.glu(x) | F.hardshrink(x)
F.hardsigmoid(x) | F.hardswish(x) | F.hardtanh(x) | F.leakyRelu(x) | F.logsigmoid(x) | F.mish(x)
F.prelu(x, w) | F.relu6(x) | F.selu(x) | F.silu(x) | F.softmin(x, 1) | F.softplus(x)
F.softshrink(x) | F.softsign(x) | F.tanhshrink(x) | F.threshold(x, 0.1, 20) | F.dropout(x)
F.dropout1d(one) | F.dropout2d(image) | F.dropout3d(cube) | F.normalize(x)
`;

const layers = `
F.batchNorm(image, null, null, channel, channel, { training: true })
F.groupNorm(image, 4) | F.instanceNorm(image) | F.layerNorm(x, [1000], w, w)
F.rmsNorm(x, [1000], w)
F.localResponseNorm(image, 5) | F.conv1d(one, one_weight) | F.conv2d(image, weight)
F.conv2d(deep, deep_weight, null, { padding: 1 }) ~ F.conv2d(deep, deep_weight, None, padding=1)
F.conv3d(cube, cube_weight) | F.convTranspose1d(one, one_weight) | F.convTranspose2d(image, weight)
F.convTranspose3d(cube, cube_weight) | F.avgPool1d(one, 2) | F.avgPool2d(image, 2)
F.avgPool3d(cube, 2) | F.maxPool1d(one, 2) | F.maxPool2d(image, 2) | F.maxPool2d(image, 3, 2)
F.maxPool3d(cube, 2) | F.adaptiveAvgPool1d(one, 7) | F.adaptiveAvgPool2d(image, 7)
F.adaptiveAvgPool3d(cube, 7) | F.adaptiveMaxPool1d(one, 7) | F.adaptiveMaxPool2d(image, 7)
F.adaptiveMaxPool3d(cube, 7) | F.unfold(image, 3) | F.fold(columns, [66, 66], 3)
F.pad(image, [1, 1, 1, 1]) | F.pad(image, [1, 1, 1, 1], { mode: 'reflect' })
F.pad(image, [1, 1, 1, 1], { mode: 'replicate' }) | F.pad(image, [1, 1, 1, 1], { mode: 'circular' })
F.interpolate(image, { scaleFactor: 2 })
F.interpolate(image, { scaleFactor: 2, mode: 'bilinear' })
F.interpolate(image, { scaleFactor: 2, mode: 'bicubic' })
F.interpolate(image, { scaleFactor: 0.5, mode: 'area' }) | F.gridSample(image, grid)
F.pixelShuffle(image, 2) | F.pixelUnshuffle(image, 2) | F.channelShuffle(image, 4)
`;

const losses = `
F.l1Loss(x, y) | F.mseLoss(x, y) | F.smoothL1Loss(x, y) | F.huberLoss(x, y) | F.klDiv(x, r)
F.binaryCrossEntropy(r, r) | F.binaryCrossEntropyWithLogits(x, r) | F.crossEntropy(scores, classes)
F.nllLoss(scores, classes) | F.poissonNllLoss(x, p) | F.gaussianNllLoss(x, y, p)
F.cosineSimilarity(x, y) | F.pairwiseDistance(x, y) | F.pdist(E) | F.softMarginLoss(x, signs)
F.hingeEmbeddingLoss(x, signs) | F.marginRankingLoss(x, y, signs) | F.tripletMarginLoss(x, y, z)
F.cosineEmbeddingLoss(x, y, sign) | F.multiMarginLoss(scores, classes)
F.multilabelSoftMarginLoss(x, r) | F.multilabelMarginLoss(x, n)
`;

const drawn = `
rand([1000000]) | randn([1000000]) | randint(0, 10, [1000000]) | randperm(1000000)
r.bernoulli() | d.multinomial(1000, true) | normal(x, p) | v.clone().uniform_()
v.clone().normal_()
v.clone().exponential_() | zeros([1000, 1000]) | ones([1000, 1000]) | full([1000, 1000], 2)
arange(1000000) | linspace(0, 1, 1000000) | logspace(0, 1, 1000000) | eye(1000)
`;

/** In the order in which they are written here. */
export const samples: readonly string[] = [
  pointwise,
  reductions,
  movement,
  indexing,
  order,
  products,
  matrices,
  activations,
  layers,
  losses,
  drawn,
].flatMap((family) =>
  family
    .split(/[|\n]/)
    .map((text) => text.trim())
    .filter((text) => text !== ''),
);

// What plain JavaScript passes: PyTorch's positional forms are understood, what fits nowhere is refused with the form
// that would. The types know some of these forms only, so everything here is called through `any`.

import { describe, expect, it } from 'vitest';
import * as whorl from '../../../src/index.js';

type Any = any;
const { arange, ones, tensor } = whorl as Any;
const F = whorl.nn.functional as Any;

const x = arange(6, { dtype: 'float32' }).reshape(2, 3);
const image = arange(36, { dtype: 'float32' }).reshape(1, 1, 6, 6);
const weight = ones(1, 1, 3, 3);
const scores = tensor([
  [1, 2, 3],
  [3, 1, 0],
]);
const labels = tensor([2n, 1n]);
const classes = tensor([1, 2, 3]);

const values = (result: Any): unknown =>
  Array.isArray(result) ? result.map(values) : [result.shape, result.dtype, result.toArraySync()];

// biome-ignore format: a table
const understood: [string, () => Any, () => Any][] = [
  ['sum(dim, keepdim)', () => x.sum(0, true), () => x.sum(0, { keepdim: true })],
  ['mean(dims, keepdim)', () => x.mean([0, 1], true), () => x.mean([0, 1], { keepdim: true })],
  ['max(dim, keepdim)', () => [...x.max(1, true)], () => [...x.max(1, { keepdim: true })]],
  ['argmax(dim, keepdim)', () => x.argmax(1, true), () => x.argmax(1, { keepdim: true })],
  ['std(dim, unbiased, keepdim)', () => x.std(1, false, true), () => x.std(1, false, { keepdim: true })],
  ['norm(p, dim, keepdim)', () => x.norm(1, 1, true), () => x.norm(1, 1, { keepdim: true })],
  ['logsumexp(dim, keepdim)', () => x.logsumexp(1, true), () => x.logsumexp(1, { keepdim: true })],
  ['softmax(dim, dtype)', () => x.softmax(1, 'float64'), () => x.softmax(1, { dtype: 'float64' })],
  ['isclose(other, rtol)', () => x.isclose(x.add(1), 0.5), () => x.isclose(x.add(1), { rtol: 0.5 })],
  ['maxPool2d(x, size, stride)', () => F.maxPool2d(image, 3, 1), () => F.maxPool2d(image, 3, { stride: 1 })],
  ['maxPool2d(..., null, padding)', () => F.maxPool2d(image, 3, null, 1), () => F.maxPool2d(image, 3, { padding: 1 })],
  ['avgPool2d(x, size, stride, padding)', () => F.avgPool2d(image, 3, 1, 1), () => F.avgPool2d(image, 3, { stride: 1, padding: 1 })],
  ['conv2d(x, w, bias, stride, padding)', () => F.conv2d(image, weight, null, 2, 1), () => F.conv2d(image, weight, null, { stride: 2, padding: 1 })],
  ['crossEntropy(x, y, weight)', () => F.crossEntropy(scores, labels, classes), () => F.crossEntropy(scores, labels, { weight: classes })],
  ['huberLoss(a, b, reduction, delta)', () => F.huberLoss(x, x.mul(2), 'sum', 2), () => F.huberLoss(x, x.mul(2), { reduction: 'sum', delta: 2 })],
  ['layerNorm(x, shape, w, b, eps)', () => F.layerNorm(x, [3], null, null, 1), () => F.layerNorm(x, [3], null, null, { eps: 1 })],
  ['relu(x, inplace)', () => F.relu(x.sub(2), true), () => F.relu(x.sub(2))],
  ['interpolate(x, size, scale, mode)', () => F.interpolate(image, null, 2, 'nearest'), () => F.interpolate(image, null, { scaleFactor: 2 })],
  ['sum({ dim })', () => x.sum({ dim: 0 }), () => x.sum(0)],
  ['topk(k, { largest })', () => [...x.topk(2, { largest: false })], () => [...x.topk(2, 1, false)]],
  ['clamp({ min })', () => x.clamp({ min: 2 }), () => x.clamp(2)],
  ['argsort({ descending })', () => x.argsort({ descending: true }), () => x.argsort(-1, true)],
  ['softmax(x, { dim })', () => F.softmax(x, { dim: 0 }), () => F.softmax(x, 0)],
  ['roll({ shifts })', () => x.roll({ shifts: 1 }), () => x.roll(1)],
  ['tril({ diagonal })', () => x.tril({ diagonal: -1 }), () => x.tril(-1)],
  ['diff({ n })', () => x.diff({ n: 2 }), () => x.diff(2)],
  ['chunk({ chunks })', () => x.chunk({ chunks: 2 }), () => x.chunk(2)],
  ['nanToNum({ nan })', () => tensor([NaN]).nanToNum({ nan: 7 }), () => tensor([NaN]).nanToNum(7)],
  ['logit({ eps })', () => tensor([0, 1]).logit({ eps: 0.1 }), () => tensor([0, 1]).logit(0.1)],
  ['oneHot(x, { numClasses })', () => F.oneHot(labels, { numClasses: 4 }), () => F.oneHot(labels, 4)],
  ['a 0-d tensor as a dimension', () => x.sum(tensor(1n)), () => x.sum(1)],
  ['a 0-d tensor as a count', () => [...x.topk(tensor(2n))], () => [...x.topk(2)]],
  ['a bigint as a count', () => x.roll(1n), () => x.roll(1)],
];

describe('forms of PyTorch that mean the same', () => {
  it.each(understood)('%s', (_, given, meant) => {
    expect(values(given())).toEqual(values(meant()));
  });
});

// biome-ignore format: a table
const refused: [string, () => Any, string][] = [
  ['a keyword-only number', () => x.add(x, 2), 'write add(other, { alpha: 2 })'],
  ['a keyword-only mode', () => x.div(x, 'floor'), "write div(other, { roundingMode: 'floor' })"],
  ['what stands for the old size_average', () => F.mseLoss(x, x, 'sum'), "write mseLoss(input, target, { reduction: 'sum' })"],
  ['a dtype by position', () => x.sum(0, true, 'float64'), "write sum(dim, { dtype: 'float64' })"],
  ['one argument too many', () => x.flatten(0, 1, 2), 'flatten: takes at most 2 positional arguments, but 3 were given'],
  ['an argument for none', () => x.relu(1), 'relu: takes no positional arguments, but 1 was given'],
  ['a wrong kind', () => x.sum(0, 1), "argument 'keepdim' (position 2) must be a boolean, got 1"],
  ['a scale that is a word', () => F.interpolate(image, 12, 'nearest'), "argument 'scaleFactor' (position 3) must be a number"],
  ['a snake_case option', () => F.maxPool2d(image, 3, { ceil_mode: true }), 'ceil_mode is ceilMode here'],
  ['a parameter given twice', () => x.sum(0, { dim: 0 }), "got multiple values for argument 'dim'"],
  ['an option of no such name', () => x.relu({ foo: 1 }), 'relu: unknown option "foo"'],
  ['what is no tensor', () => F.relu(5), "relu: argument 'input' (position 1) must be a Tensor, got 5"],
  ['a fraction as a count', () => x.roll(1.5), "argument 'shifts' (position 1) must be an integer"],
  ['nothing where something must be', () => x.gather(1), "gather: missing the required argument 'index'"],
  ['null where PyTorch has no None', () => x.sum(0, null), "argument 'keepdim' (position 2) must be a boolean, got null"],
];

it('the compiler knows the forms that are written most', () => {
  const { nn: layers, ones: filled } = whorl;
  const [a, w] = [filled(1, 1, 4, 4, { requiresGrad: true }), filled(1, 1, 3, 3)];
  expect(layers.functional.conv2d(a, w, { padding: 1 }).shape).toEqual([1, 1, 4, 4]);
  expect(layers.functional.conv2d(a, w, null, 1, 1).shape).toEqual([1, 1, 4, 4]);
  a.sum().backward({ retainGraph: true });
  expect(new layers.Conv2d(1, 2, 3, 1, 1).forward(a).shape).toEqual([1, 2, 4, 4]);
  expect(new layers.Linear(4, 2, false).bias).toBe(null);
  expect(new layers.MaxPool2d(2, 2).forward(a).shape).toEqual([1, 1, 2, 2]);
});

describe('what fits nowhere is refused with the form that would', () => {
  it.each(refused)('%s', (_, call, words) => {
    expect(call).toThrow(words);
  });
});

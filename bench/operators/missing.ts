// Which operators of the library no sample calls.
// in:  samples     out: names, but for views, reads and what keeps state

import * as whorl from 'whorl';

/** They compute nothing a million elements long, or only say where elements lie. */
const free: ReadonlySet<string> = new Set(
  (
    'constructor record numel restep replaceBy detach cpu item itemSync toArray toArraySync ' +
    'tolist dataSync contiguous isContiguous stride storageOffset size dim toString toJSON ' +
    'backward view reshape viewAs reshapeAs transpose swapaxes swapdims movedim moveaxis ' +
    'squeeze unsqueeze expandAs broadcastTo flatten ravel unflatten split unsafeSplit chunk ' +
    'unsafeChunk splitWithSizes tensorSplit hsplit vsplit dsplit unbind diagonal setAt'
  ).split(' '),
);

const functionsOf = (object: object): string[] => {
  const found = Object.getOwnPropertyDescriptors(object);
  return Object.keys(found).filter((name) => typeof found[name]!.value === 'function');
};

export function missing(samples: readonly string[]): string[] {
  const words = new Set(samples.join(' ').match(/[A-Za-z]\w*/g));
  const offered = [
    ...functionsOf(whorl.Tensor.prototype),
    ...functionsOf({ ...whorl.nn.functional, ...whorl.linalg, ...whorl.special }),
  ];
  const isAsked = (name: string): boolean =>
    !words.has(name) && !free.has(name) && !/_$|Sync$/.test(name);
  return [...new Set(offered.filter(isAsked))];
}

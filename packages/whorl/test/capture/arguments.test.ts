// compile(): arguments that share memory with each other and with what the function closes over.

import { describe, expect, it, vi } from 'vitest';
import { Recordings } from '../../src/capture/recordings.js';
import { type Loose, whorl } from '../loose.js';

const { compile, tensor } = whorl;

const values = (t: Loose): number[] => [...t.dataSync()];

/** Five calls of a function as written and compiled: results, and what lies in memory after each. */
function agree(make: () => { f: (...args: Loose[]) => Loose; args: () => Loose[]; seen: Loose[] }) {
  const run = (wrap: (f: Loose) => Loose) => {
    const { f, args, seen } = make();
    const g = wrap(f);
    return Array.from({ length: 5 }, () => {
      const results = [g(...args())].flat().map((t: Loose) => (t?.dataSync ? values(t) : t));
      return [results, seen.map(values)];
    });
  };
  expect(run(compile)).toEqual(run((f) => f));
}

const row = () => tensor([1, 2, 3, 4]);

describe('arguments that share memory, when something is written', () => {
  const cases: [string, (x: Loose, y: Loose) => Loose, (b: Loose) => Loose[]][] = [
    [
      'a view and the whole, the view written',
      (x, y) => {
        x.mul_(2);
        return y.sum();
      },
      (b) => [b.narrow(0, 0, 2), b],
    ],
    [
      'a view and the whole, the whole written',
      (x, y) => {
        y.mul_(2);
        return x.sum();
      },
      (b) => [b.narrow(0, 0, 2), b],
    ],
    [
      'overlapping views',
      (x, y) => {
        x.mul_(2);
        return y.sum();
      },
      (b) => [b.narrow(0, 0, 2), b.narrow(0, 1, 2)],
    ],
    [
      'views apart',
      (x, y) => {
        x.mul_(2);
        return y.sum();
      },
      (b) => [b.narrow(0, 0, 2), b.narrow(0, 2, 2)],
    ],
    [
      'two views written',
      (x, y) => {
        x.mul_(2);
        y.add_(1);
        return x.sum();
      },
      (b) => [b.narrow(0, 0, 3), b.narrow(0, 1, 3)],
    ],
    [
      'one written by the other',
      (x, y) => {
        x.copy_(y.mul(1));
        return y.sum();
      },
      (b) => [b.narrow(0, 0, 3), b.narrow(0, 1, 3)],
    ],
    [
      'a detached one',
      (x, y) => {
        x.mul_(2);
        return y.sum();
      },
      (b) => [b.detach(), b],
    ],
    [
      'a reshaped one',
      (x, y) => {
        x.mul_(2);
        return y.sum();
      },
      (b) => [b.reshape(2, 2), b],
    ],
    [
      'both given as they are',
      (x, y) => {
        x.mul_(2);
        return y.sum();
      },
      (b) => [b, b],
    ],
    ['views that are only read', (x, y) => x.add(y), (b) => [b.narrow(0, 0, 2), b.narrow(0, 1, 2)]],
    [
      'a turned one',
      (x, y) => {
        x.at(0).mul_(2);
        return y.sum();
      },
      (b) => [b.reshape(2, 2).t(), b],
    ],
  ];
  it.each(cases)('%s', (_, f, args) => {
    agree(() => {
      const b = row();
      return { f, args: () => args(b), seen: [b] };
    });
  });

  it('one view given twice', () => {
    agree(() => {
      const b = row();
      return {
        f: (x, y) => {
          x.mul_(2);
          return y.sum();
        },
        args: () => [b.narrow(0, 1, 2)].flatMap((v) => [v, v]),
        seen: [b],
      };
    });
  });

  it('one view twice, and two that begin at one place', () => {
    agree(() => {
      const b = row();
      let i = 0;
      const args = () => {
        const v = b.narrow(0, 1, 2);
        return [v, i++ % 2 === 0 ? v : b.narrow(0, 1, 2)];
      };
      const f = (x: Loose, y: Loose) => {
        x.mul_(2);
        y.mul_(x);
        return x.sum();
      };
      return { f, args, seen: [b] };
    });
  });

  it('a view of what the function closes over, read or written', () => {
    agree(() => {
      const w = row();
      return {
        f: (x) => {
          x.mul_(2);
          return w.sum();
        },
        args: () => [w.narrow(0, 1, 2)],
        seen: [w],
      };
    });
    agree(() => {
      const w = row();
      return {
        f: (x) => {
          w.mul_(2);
          return x.sum();
        },
        args: () => [w.narrow(0, 1, 2)],
        seen: [w],
      };
    });
  });

  it('views that begin elsewhere in each call', () => {
    agree(() => {
      const b = row();
      let i = 0;
      return {
        f: (x, y) => {
          x.mul_(2);
          return y.sum();
        },
        args: () => [b.narrow(0, i++ % 3, 2), b],
        seen: [b],
      };
    });
  });

  it('batches cut from a data set are one recording', () => {
    const data = whorl.arange(200).float();
    const run = vi.spyOn(Recordings.prototype, 'add');
    const f = compile((x: Loose) => x.mul(2).sum());
    for (let i = 0; i < 9; i++) expect(f(data.narrow(0, i, 2)).itemSync()).toBe(2 * (2 * i + 1));
    expect(run).toHaveBeenCalledTimes(1);
  });

  it('a view of a leaf hands its gradient to the leaf', () => {
    const run = (wrap: (f: Loose) => Loose) => {
      const leaves = [row(), row()].map((t: Loose) => t.requiresGrad_());
      const f = wrap((x: Loose) => void x.square().sum().backward());
      for (let i = 0; i < 6; i++) f(leaves[i % 2].narrow(0, 1, 2));
      return leaves.map((t: Loose) => values(t.grad));
    };
    expect(run(compile)).toEqual(run((f) => f));
  });
});

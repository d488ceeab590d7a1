// noGrad and its kin: from where to where operations are not recorded.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { knowTasks } from '../../src/autograd/mode.js';
import { whorl } from '../loose.js';

const { enableGrad, isGradEnabled, noGrad, setGradEnabled, tensor } = whorl;
const leaf = () => tensor([1, 2], { requiresGrad: true });
const pause = (ms = 1) => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(() => {
  expect(isGradEnabled()).toBe(true);
});

describe('noGrad', () => {
  it('records nothing and gives back what its body gives', () => {
    const x = leaf();
    const y = noGrad(() => x.mul(2));
    expect([y.requiresGrad, y.toArraySync()]).toEqual([false, [2, 4]]);
  });

  it('nests, with enableGrad inside', () => {
    const seen: boolean[] = [];
    noGrad(() => {
      noGrad(() => seen.push(isGradEnabled()));
      seen.push(isGradEnabled());
      enableGrad(() => seen.push(isGradEnabled()));
      seen.push(isGradEnabled());
    });
    expect([...seen, isGradEnabled()]).toEqual([false, false, true, false, true]);
  });

  it('ends when its body throws', () => {
    expect(() =>
      noGrad(() => {
        throw new Error('inside');
      }),
    ).toThrow('inside');
    expect(isGradEnabled()).toBe(true);
  });

  it('holds across await until the promise settles', async () => {
    const x = leaf();
    const made = noGrad(async () => {
      await pause();
      return x.mul(2);
    });
    expect((await made).requiresGrad).toBe(false);
    expect(isGradEnabled()).toBe(true);
  });

  it('ends when its promise is rejected, nested ones too', async () => {
    await expect(
      noGrad(async () => {
        await noGrad(async () => {
          await pause();
        });
        expect(isGradEnabled()).toBe(false);
        await pause();
        throw new Error('later');
      }),
    ).rejects.toThrow('later');
    expect(isGradEnabled()).toBe(true);
  });

  it('makes views that hand no gradient on', () => {
    const x = leaf();
    expect(noGrad(() => x.view(2, 1)).requiresGrad).toBe(false);
  });

  it('makes leaves all the same', () => {
    expect(noGrad(() => tensor([1], { requiresGrad: true })).requiresGrad).toBe(true);
  });
});

describe('setGradEnabled', () => {
  it('holds from here on', () => {
    setGradEnabled(false);
    const y = leaf().mul(2);
    setGradEnabled(true);
    expect([y.requiresGrad, leaf().mul(2).requiresGrad]).toEqual([false, true]);
  });
});

/** Reads `count` times, and tells in which mode each time. */
const reading = (count: number) => async () => {
  const seen: boolean[] = [];
  for (let i = 0; i < count; i++) {
    await leaf().mul(2).sum().item();
    seen.push(isGradEnabled(), leaf().mul(2).requiresGrad);
  }
  return seen;
};

for (const known of [true, false]) {
  const where = known ? 'where tasks are known' : 'where tasks are not known';
  describe(`asynchronous bodies, ${where}`, () => {
    beforeAll(() => knowTasks(known));
    afterAll(() => knowTasks(true));

    it.each([
      ['the shorter first', [1, 3]],
      ['the longer first', [3, 1]],
      ['many', [2, 5, 1, 4]],
    ])('that overlap leave recording on: %s', async (_, counts) => {
      const seen = await Promise.all(counts.map((n) => noGrad(reading(n))));
      expect(seen.flat()).not.toContain(true);
      expect([isGradEnabled(), leaf().mul(2).requiresGrad]).toEqual([true, true]);
    });

    it('that are no async functions, and that are thenables', async () => {
      // biome-ignore lint/suspicious/noThenProperty: a thenable that is no Promise
      const thenable = { then: (done: (v: number) => void) => void done(7) };
      expect(await noGrad(() => pause().then(() => isGradEnabled()))).toBe(false);
      expect(await noGrad(() => thenable)).toBe(7);
    });

    it('that are rejected beside others leave recording on', async () => {
      const failing = noGrad(async () => {
        await pause();
        throw new Error('inside');
      });
      const other = noGrad(reading(4));
      await expect(failing).rejects.toThrow('inside');
      expect(await other).not.toContain(true);
    });

    it('nest, with enableGrad inside and synchronous ones in both', async () => {
      const seen: boolean[] = [];
      const note = () => seen.push(isGradEnabled());
      await noGrad(async () => {
        await pause();
        note();
        await enableGrad(async () => {
          await pause();
          note();
          noGrad(note);
          note();
        });
        note();
        enableGrad(note);
        note();
      });
      expect(seen).toEqual([false, true, false, true, false, true, false]);
    });

    it('do not reach the code that follows the call', async () => {
      const evaluating = noGrad(reading(2));
      expect(leaf().mul(2).requiresGrad).toBe(true);
      expect(await evaluating).not.toContain(true);
    });

    it('keep setGradEnabled to themselves', async () => {
      await noGrad(async () => {
        await pause();
        setGradEnabled(true);
        await pause();
        expect(isGradEnabled()).toBe(true);
      });
      expect(isGradEnabled()).toBe(true);
    });
  });
}

describe('a training beside an evaluation', () => {
  const train = async (steps: number) => {
    const w = leaf();
    for (let i = 0; i < steps; i++) {
      const part = w.mul(2).sum();
      await pause(0);
      part.add(w.sum()).backward();
    }
    return w.grad.toArraySync();
  };

  it('gets the whole of its gradients, and the evaluation none', async () => {
    const [gradient, seen] = await Promise.all([train(3), noGrad(reading(6)), train(2)]);
    expect(gradient).toEqual([9, 9]);
    expect(seen).not.toContain(true);
  });

  it('that was started inside noGrad and not awaited is recorded when noGrad has ended', async () => {
    let training: Promise<number[]> | undefined;
    noGrad(() => {
      training = pause(0).then(() => train(1));
    });
    expect(await training).toEqual([3, 3]);
  });

  it('is told why nothing is recorded, where tasks are not known', async () => {
    knowTasks(false);
    const evaluating = noGrad(() => pause(5));
    await pause(0);
    expect(() => leaf().sum().backward()).toThrow(
      /noGrad\(\) with an asynchronous body is still waiting/,
    );
    await evaluating;
    knowTasks(true);
    leaf().sum().backward();
  });
});

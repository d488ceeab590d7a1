// noGrad and its kin: from where to where operations are not recorded.

import { afterEach, describe, expect, it } from 'vitest';
import { whorl } from '../loose.js';

const { enableGrad, isGradEnabled, noGrad, setGradEnabled, tensor } = whorl;
const leaf = () => tensor([1, 2], { requiresGrad: true });
const pause = () => new Promise((resolve) => setTimeout(resolve, 1));

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

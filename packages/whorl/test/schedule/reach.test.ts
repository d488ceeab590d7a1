// Which kernel waits for which: the search looks at little of what was planned, however long the program is.

import { describe, expect, it } from 'vitest';
import { type Draft, newDraft } from '../../src/schedule/draft.js';
import { link, reaches } from '../../src/schedule/reach.js';

let asked = 0;

/** A draft that counts how often a search asks who reads it. */
function counted(id: number): Draft {
  const draft = newDraft(id, [4], true, Infinity);
  const { readers } = draft;
  return Object.defineProperty(draft, 'readers', {
    get() {
      asked++;
      return readers;
    },
  });
}

/** The steps of a sequence from the last one on: each is read by the one after it. */
function steps(count: number): Draft[] {
  const all: Draft[] = [];
  for (let i = 0; i < count; i++) {
    all.push(counted(i));
    if (i > 0) link(all[i]!, all[i - 1]!);
  }
  return all;
}

const askedBy = (search: () => boolean): [boolean, number] => {
  asked = 0;
  return [search(), asked];
};

describe('whether a kernel reads what others store', () => {
  it('is asked down to its level only', () => {
    const chain = steps(2000);
    const beside = counted(2000);
    link(beside, chain[1990]!);
    const [found, times] = askedBy(() => reaches([chain[1999]!], beside));
    expect(found).toBe(false);
    expect(times).toBeLessThan(40);
    expect(reaches([chain[1999]!], chain[1990]!)).toBe(true);
    expect(reaches([chain[1990]!], chain[1999]!)).toBe(false);
  });

  it('is found on the shortest way: a backward pass reads each step of the forward pass', () => {
    const backward = steps(1000);
    const forward = steps(1000);
    // the gradient of step i is asked for after those of all later ones
    forward.forEach((step, i) => link(step, backward[999 - i]!));
    link(forward[0]!, backward[999]!);
    const [found, times] = askedBy(() => reaches([forward[998]!], backward[0]!));
    expect(found).toBe(true);
    expect(times).toBeLessThan(20);
  });

  it('holds when a kernel that others wait for gets a reader far from the end', () => {
    const chain = steps(50);
    const [late, later] = [counted(50), counted(51)];
    link(later, late);
    link(late, chain[49]!);
    expect(later.level).toBeGreaterThan(late.level);
    expect(late.level).toBeGreaterThan(chain[49]!.level);
    expect(reaches([later], chain[0]!)).toBe(true);
  });
});

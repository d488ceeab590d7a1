// Which groups an optimizer has, and which parameters they hold: others are another recording of a
// compiled step.
// in:  the groups
// out: a token, the same one whenever they are the same objects in the same order

interface HasParams {
  readonly params: readonly unknown[];
}

export class GroupWatch {
  private readonly known: unknown[][] = [];

  constructor(private readonly groups: readonly HasParams[]) {}

  current(): object {
    for (const list of this.known) if (this.fits(list)) return list;
    const list = this.groups.flatMap((group) => [group, ...group.params]);
    this.known.push(list);
    return list;
  }

  private fits(list: readonly unknown[]): boolean {
    let at = 0;
    for (const group of this.groups) {
      if (list[at++] !== group) return false;
      for (const p of group.params) if (list[at++] !== p) return false;
    }
    return at === list.length;
  }
}

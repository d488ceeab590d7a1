// Python's x[index] and x[index] = value as our x.at(...) and x.setAt([...], value).
// in:  a decoded index     out: the items that at() and setAt() take
import { ellipsis, Slice, Tuple } from './decode.js';
import { free } from './library.js';

/** A list in an index is an index tensor, of booleans where it holds booleans. */
function indexItem(item: unknown): unknown {
  if (item instanceof Slice)
    return free('slice')(item.start ?? null, item.stop ?? null, item.step ?? null);
  if (item === ellipsis) return '...';
  if (!Array.isArray(item)) return item;
  const mask = item.flat(Infinity).some((value) => typeof value === 'boolean');
  return free('tensor')(item, { dtype: mask ? 'bool' : 'int64' });
}

/** A tuple is an item for each dimension; anything else is one item. */
export function indexItems(index: unknown): unknown[] {
  return (index instanceof Tuple ? index.items : [index]).map(indexItem);
}

import { expect, test } from 'vitest';
import { demandSame } from '../../src/engine/check.js';

test('what would be made differently now is an error that shows both', () => {
  expect(() => demandSame('a kernel', 'a', 'a')).not.toThrow();
  expect(() => demandSame('a kernel', 'old text', 'new text')).toThrow(
    /a kernel.*\n.*\nold text\n.*\nnew text/,
  );
});

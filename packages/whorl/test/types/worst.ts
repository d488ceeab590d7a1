// The worst case for the budget: a program in which no two sizes are the same, so that no answer
// of the type rules is found in the compiler's caches.
// in:  how many groups     out: the text of a program, five statements a group

export function worstCase(groups: number): string {
  const lines = [`import { randn, zeros } from 'whorl';`];
  for (let i = 0; i < groups; i++) {
    const [a, b, c] = [scattered(i, 0), scattered(i, 1), scattered(i, 2)];
    lines.push(
      `export const a${i} = randn(${a}, ${b}).matmul(randn(${b}, ${c})).add(zeros([${c}])).relu();`,
      `export const b${i} = a${i}.sub(a${i}.mean(-1, { keepdim: true })).mul(0.5).sum(0);`,
      `export const c${i} = a${i}.reshape(${c}, ${a}).transpose(0, 1).flatten();`,
      `const e${i} = a${i}.unsqueeze(0).expand(${i + 2}, -1, -1);`,
      `export const d${i} = e${i}.argmax(1).eq(b${i}.long());`,
    );
  }
  return lines.join('\n');
}

/** Sizes from 10 to 996 in no visible order: 613 is a primitive step modulo the prime 987 - 4. */
const scattered = (i: number, j: number): number => 10 + (((i * 3 + j + 1) * 613) % 983);

// An optimizer as PyTorch prints it.
// in:  its class's name and groups     out: text

/** What PyTorch has besides, and prints: how a step is run, not what it computes. */
const besides: Record<string, readonly string[]> = {
  SGD: ['differentiable', 'foreach', 'fused'],
  Adagrad: ['differentiable', 'foreach', 'fused'],
  Adam: ['capturable', 'decoupled_weight_decay', 'differentiable', 'foreach', 'fused'],
  AdamW: ['capturable', 'decoupled_weight_decay', 'differentiable', 'foreach', 'fused'],
};
const usual = ['capturable', 'differentiable', 'foreach'];
const own = ['Adadelta', 'Adamax', 'ASGD', 'NAdam', 'RAdam', 'RMSprop', 'Rprop'];

function besidesOf(name: string): [string, string][] {
  const keys = besides[name] ?? (own.includes(name) ? usual : []);
  return keys.map((key) => [
    key,
    key === 'foreach' || key === 'fused'
      ? 'None'
      : key === 'decoupled_weight_decay' && name === 'AdamW'
        ? 'True'
        : 'False',
  ]);
}

/** Numbers that PyTorch's defaults have as floats, though they are whole. */
const floats: Record<string, readonly string[]> = { Adadelta: ['lr'], ASGD: ['t0'] };

const snakeCase = (key: string): string => key.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);

function number(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e16) return String(value);
  const text = size < 1e-4 || size >= 1e16 ? value.toExponential() : String(value);
  return text
    .replace(/e([+-])(\d)$/, 'e$10$2')
    .replace('Infinity', 'inf')
    .replace('NaN', 'nan');
}

function text(value: unknown): string {
  if (typeof value === 'number') return number(value);
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `(${value.map(text).join(', ')})`;
  return value === null || value === undefined ? 'None' : String(value);
}

export function optimizerText(name: string, groups: readonly object[]): string {
  const blocks = groups.map((group, i) => {
    const entries = besidesOf(name);
    for (const [key, value] of Object.entries(group)) {
      if (key === 'params') continue;
      const isFloat = floats[name]?.includes(key) && Number.isInteger(value);
      entries.push([snakeCase(key), isFloat ? `${String(value)}.0` : text(value)]);
    }
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = entries.map(([key, value]) => `    ${key}: ${value}\n`);
    return `\nParameter Group ${i}\n${lines.join('')}`;
  });
  return `${name} (${blocks.join('')})`;
}

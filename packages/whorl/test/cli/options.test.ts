import { describe, expect, it } from 'vitest';
import { mostThreads as sharing } from '../../src/runtime/index.js';
import { defaults, mostThreads, readOptions } from '../../src/cli/options.js';

const optionsOf = (...args: string[]) => {
  const request = readOptions(args);
  if (request.kind !== 'run') throw new Error(JSON.stringify(request));
  return request.options;
};

const refusalOf = (...args: string[]) => {
  const request = readOptions(args);
  return request.kind === 'refusal' ? request.sentence : `no refusal, but ${request.kind}`;
};

describe('the options of whorl spiral', () => {
  it('are those of the exercise where none is given', () => {
    expect(optionsOf()).toEqual(defaults);
    expect(defaults).toMatchObject({
      seed: 12345n,
      samples: 1000,
      classes: 4,
      hidden: 100,
      noise: 0.2,
      epochs: 1000,
      lr: 1e-3,
      weightDecay: 1e-5,
      models: ['linear', 'relu'],
    });
  });

  it('are read with a space or an equals sign', () => {
    const args = '--seed 7 --samples=50 --classes 3 --hidden=8 --noise 0 --epochs=20 --lr 1e-2';
    const more =
      '--weight-decay=.5 --model relu --optimizer adam --out figures --log=logs -q --compile --threads 2 --lang zh';
    expect(optionsOf(...`${args} ${more}`.split(' '))).toEqual({
      seed: 7n,
      samples: 50,
      classes: 3,
      hidden: 8,
      noise: 0,
      epochs: 20,
      lr: 0.01,
      weightDecay: 0.5,
      models: ['relu'],
      optimizer: 'adam',
      out: 'figures',
      log: 'logs',
      quiet: true,
      compile: true,
      threads: 2,
      lang: 'zh',
    });
  });

  it.each([
    ['0', 0n],
    ['-1', -1n],
    ['18446744073709551615', 2n ** 64n - 1n],
  ])('take the seed %s, as PyTorch does', (text, value) => {
    expect(optionsOf('--seed', text).seed).toBe(value);
  });

  it('allow as many threads as can share a kernel', () => {
    expect(mostThreads).toBe(sharing);
    expect(optionsOf('--threads', String(sharing)).threads).toBe(sharing);
  });

  it('take the last of several values', () => {
    expect(optionsOf('--model', 'linear', '--model=both').models).toEqual(['linear', 'relu']);
  });

  it('leave the defaults as they are', () => {
    optionsOf('--epochs', '3');
    expect(defaults.epochs).toBe(1000);
  });

  it.each([['--help'], ['-h'], ['--epochs', '5', '--help'], ['--epochs', 'x', '--help']])(
    'give help for %s %s %s',
    (...args) => {
      const request = readOptions(args.filter(Boolean));
      expect(request).toMatchObject({ kind: 'help' });
    },
  );

  it('are all named in the help, in both languages', () => {
    for (const lang of ['en', 'zh']) {
      const request = readOptions(['--lang', lang, '--help']);
      const text = request.kind === 'help' ? request.text : '';
      const names = [
        'seed',
        'samples',
        'classes',
        'hidden',
        'noise',
        'epochs',
        'lr',
        'weight-decay',
      ];
      const others = [
        'compile',
        'threads',
        'model',
        'optimizer',
        'out',
        'log',
        'quiet',
        'lang',
        'help',
      ];
      for (const name of [...names, ...others]) expect(text).toContain(`--${name}`);
    }
  });
});

describe('one sentence refuses', () => {
  it.each([
    ['--epochs 0', "--epochs cannot be '0': it takes a whole number from 1 to 10000000."],
    ['--epochs 1.5', "--epochs cannot be '1.5': it takes a whole number from 1 to 10000000."],
    ['--samples -3', "--samples cannot be '-3': it takes a whole number from 1 to 1000000."],
    ['--classes 1', "--classes cannot be '1': it takes a whole number from 2 to 100."],
    ['--threads 0', "--threads cannot be '0': it takes a whole number from 1 to 64."],
    ['--threads 65', "--threads cannot be '65': it takes a whole number from 1 to 64."],
    ['--threads two', "--threads cannot be 'two': it takes a whole number from 1 to 64."],
    ['--threads', '--threads needs a value: a whole number from 1 to 64.'],
    ['--thread 2', 'There is no option --thread; did you mean --threads?'],
    ['--lang zh --threads 0', '--threads 不能是“0”：应为1 到 64 的整数。'],
    ['--hidden 0x10', "--hidden cannot be '0x10': it takes a whole number from 1 to 1000000."],
    ['--lr -1', "--lr cannot be '-1': it takes a number that is 0 or more, such as 0.001 or 1e-3."],
    [
      '--lr 1e999',
      "--lr cannot be '1e999': it takes a number that is 0 or more, such as 0.001 or 1e-3.",
    ],
    [
      '--noise NaN',
      "--noise cannot be 'NaN': it takes a number that is 0 or more, such as 0.001 or 1e-3.",
    ],
    ['--seed 1e5', "--seed cannot be '1e5': it takes a whole number of 64 bits, such as 12345."],
    [
      '--seed 18446744073709551616',
      "--seed cannot be '18446744073709551616': it takes a whole number of 64 bits, such as 12345.",
    ],
    ['--model tanh', "--model cannot be 'tanh': it takes linear, relu or both."],
    ['--optimizer constructor', "--optimizer cannot be 'constructor': it takes sgd or adam."],
    ['--lang fr', "--lang cannot be 'fr': it takes en or zh."],
    ['--out=', "--out cannot be '': it takes the name of a folder."],
    ['--epochs', '--epochs needs a value: a whole number from 1 to 10000000.'],
    ['--out --quiet', '--out needs a value: the name of a folder.'],
    ['--quiet=yes', "--quiet takes no value, but was given 'yes'."],
    ['--epoch 5', 'There is no option --epoch; did you mean --epochs?'],
    ['--wieght-decay 0', 'There is no option --wieght-decay; did you mean --weight-decay?'],
    ['--opt adam', 'There is no option --opt; did you mean --optimizer?'],
    ['--toString', 'There is no option --toString; --help lists them.'],
    ['--batch-size 5', 'There is no option --batch-size; --help lists them.'],
    ['-x', 'There is no option -x; --help lists them.'],
    ['twice', "'twice' belongs to no option; --help lists them."],
    ['--lang zh --epochs none', '--epochs 不能是“none”：应为1 到 10000000 的整数。'],
    ['--lang zh --model x', '--model 不能是“x”：应为 linear、relu 或 both。'],
    ['--epoch 3 --lang zh', '没有选项 --epoch；是否想用 --epochs？'],
  ])('%s', (line, sentence) => {
    expect(refusalOf(...line.split(' '))).toBe(sentence);
  });
});

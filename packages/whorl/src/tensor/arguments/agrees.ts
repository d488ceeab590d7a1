// A signature's text compared with a declared type, by the compiler: 'other | * alpha' beside
// (other: number | Tensor, options?: { alpha?: number }) => Tensor.
// in:  the declared type, the text     out: the text where both say the same, else a sentence
//
// Compared are how many positional parameters there are, how many of them must be given, and the
// names of the options. Only calls of define() and method() ask: who uses the library pays nothing.

/** The text, or what is wrong with it. */
export type Agrees<F, S extends string> = [Wrong<F, S>] extends [never] ? S : Wrong<F, S>;

/** Of several functions (a table's) each must agree. */
type Wrong<F, S extends string> = F extends unknown ? Compared<Calls<F>, Read<S>> : never;

// ---- the text: what may stand in each place, and the names of the options

interface Text {
  places: List;
  /** All places, that of the options included. */
  call: List;
  /** The same where what PyTorch takes by position stands in places of its own. */
  widest: List;
  options: string;
  /** What an options object may name, too. */
  names: string;
}

type Read<S extends string> = S extends `${infer Front}|${infer Options}`
  ? WithOptions<Places<Front>, Names<Front>, Options>
  : { places: Places<S>; call: Places<S>; widest: Places<S>; options: never; names: Names<S> };
interface WithOptions<P extends List, Front extends string, Options extends string> {
  places: P;
  call: Options extends `${string}!${string}` ? [...P, unknown] : [...P, unknown?];
  widest: [...Loose<Options, P>, unknown?];
  options: Names<Options>;
  names: Names<Options> | Front;
}

/** 'dim? ...size' as [unknown?, ...unknown[]]. */
type Places<S extends string, R extends List = []> = S extends `${infer Word} ${infer Rest}`
  ? Places<Rest, Place<R, Word>>
  : Place<R, S>;
type Place<R extends List, Word extends string> = Word extends ''
  ? R
  : Word extends `...${string}`
    ? [...R, ...unknown[]]
    : Word extends `${string}?` | `${string}?:${string}`
      ? [...R, unknown?]
      : [...R, unknown];

/** More places, one for each option in front of the star. */
type Loose<S extends string, R extends List> = S extends `${infer Before}*${string}`
  ? Loose<Before, R>
  : S extends `${infer Word} ${infer Rest}`
    ? Loose<Rest, Word extends '' ? R : [...R, unknown?]>
    : S extends ''
      ? R
      : [...R, unknown?];

/** ' * keepdim dtype:dtype?' as 'keepdim' | 'dtype'. */
type Names<S extends string> = S extends `${infer Word} ${infer Rest}`
  ? Name<Word> | Names<Rest>
  : Name<S>;
type Name<Word extends string> = Word extends '' | '*'
  ? never
  : Word extends `${infer Own}:${string}`
    ? Name<Own>
    : Word extends `${infer Own}!` | `${infer Own}?`
      ? Camel<Own>
      : Camel<Word>;
type Camel<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Head}${Camel<Capitalize<Tail>>}`
  : S;

// ---- the declared type

type List = readonly unknown[];

/**
 * The parameters of each overload; of three at most, the first being repeated where there are
 * fewer.
 */
type Calls<F> = F extends {
  (...args: infer A extends List): unknown;
  (...args: infer B extends List): unknown;
  (...args: infer C extends List): unknown;
}
  ? A | B | C
  : never;

/** What stands behind the positional parameters. */
type Last<P, Places extends List> = P extends unknown
  ? `${Required<Places>['length']}` extends infer I extends keyof P
    ? NonNullable<P[I]>
    : never
  : never;
type KeyOf<O> = O extends List | Plain ? never : `${keyof O & string}`;
type Plain = string | number | bigint | boolean;

// ---- both

type Compared<P extends List, T extends Text> = [T['call']['length'], P['length']] extends [
  P['length'],
  T['widest']['length'],
]
  ? number extends P['length']
    ? never
    : Options<KeyOf<Last<P, T['places']>>, T>
  : Disagreement<'how many arguments', P['length'], T['call']['length']>;

/** All that stand behind the bar; those in front may be given by name. */
type Options<Declared, T extends Text> = [T['options'], Declared] extends [Declared, T['names']]
  ? never
  : Disagreement<'options', Declared, T['options']>;

/**
 * The same of a constructor's arguments as bound() gives them: a value for each place, then the
 * options object, where there is one. A text that is put together at run time is not compared.
 */
export type AgreesBound<T extends List, S extends string> = string extends S
  ? S
  : [WrongBound<Required<T>, Read<S>>] extends [never]
    ? S
    : WrongBound<Required<T>, Read<S>>;

type WrongBound<T extends List, R extends Text> =
  Required<R['places']> extends infer P extends List
    ? T['length'] extends P['length'] | [...P, unknown]['length']
      ? [R['options'], KeyOf<Behind<T, P>>] extends [KeyOf<Behind<T, P>>, R['names']]
        ? never
        : Disagreement<'options', KeyOf<Behind<T, P>>, R['options']>
      : Disagreement<'how many arguments', T['length'], P['length']>
    : never;
type Behind<T extends List, P extends List> = T extends [...P, infer O] ? NonNullable<O> : never;

/** Stands where the signature should: the compiler shows it. */
interface Disagreement<Where extends string, Declared, Signature> {
  where: Where;
  declared: Declared;
  signature: Signature;
}

// Says that an expression has exactly a type: is<Want>()(expression).
// The failure reads "Property 'exactly' is missing in type 'Tensor<[2, 4], "float32">' but required
// in type 'Exactly<Tensor<[2, 5], "float32">>'".

export interface Exactly<Want> {
  readonly exactly: Want;
}

type Equals<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

export declare function is<Want>(): <Got>(
  got: Equals<Got, Want> extends true ? Got : Exactly<Want>,
) => void;

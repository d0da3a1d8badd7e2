/** The numbers by which a network knows what it reads and predicts: byte values, or in a word model byte values and words. */

/** Number of byte values; of every model these are the first symbols. */
export const SYMBOLS = 256;

/** Symbols in the order of a text. Those of a byte model are the bytes. */
export type Symbols = Uint8Array | Uint16Array;

/** The kind of array that can hold `count` different symbols. */
export function symbolArray(count: number): Uint8ArrayConstructor | Uint16ArrayConstructor {
	return count <= SYMBOLS ? Uint8Array : Uint16Array;
}

/** An array of the kind of `like`, all 0. */
export function symbolsLike<S extends Symbols>(like: S, length: number): S {
	const array: Symbols = like instanceof Uint8Array ? new Uint8Array(length) : new Uint16Array(length);
	return array as S;
}

#!/usr/bin/env bash
# AssemblyScript 0.28.20: a cast of a float to an integer neither traps, as WebAssembly's own truncation does, nor wraps around, as
# the same source means it where it is run as TypeScript (`x | 0`, `x >>> 0`). What does not fit becomes the nearest integer that does, and NaN
# becomes 0: the feature nontrapping-f2i is on unless it is turned off, and then the cast traps. To u8 and i16 there is
# no such instruction: the float is saturated to 32 bits first, and of these the low ones are kept, so that 300 becomes 44 and not 255.
#
# Seen:
#     3e9 to i32: 2147483647, as a JavaScript integer -1294967296
#     -1 to u32: 0, as a JavaScript integer 4294967295
#     NaN to i32: 0, as a JavaScript integer 0
#     300 to u8: 44, by Uint8ClampedArray 255
#     3e9 to i16: -1, by Int16Array 24064
#     without nontrapping-f2i: float unrepresentable in integer range
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts "assemblyscript@0.28.20" >/dev/null
cat >casts.ts <<'END'
export function toI32(x: f64): i32 {
	return <i32>x;
}
export function toU32(x: f64): u32 {
	return <u32>x;
}
export function toU8(x: f64): u8 {
	return <u8>x;
}
export function toI16(x: f64): i16 {
	return <i16>x;
}
END
cat >casts.mjs <<'END'
import { readFileSync } from "node:fs";
const load = (file) => new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file))).exports;
const { toI32, toU32, toU8, toI16 } = load("plain.wasm");
console.log(`3e9 to i32: ${toI32(3e9)}, as a JavaScript integer ${3e9 | 0}`);
console.log(`-1 to u32: ${toU32(-1) >>> 0}, as a JavaScript integer ${-1 >>> 0}`);
console.log(`NaN to i32: ${toI32(Number.NaN)}, as a JavaScript integer ${Number.NaN | 0}`);
console.log(`300 to u8: ${toU8(300)}, by Uint8ClampedArray ${Uint8ClampedArray.of(300)[0]}`);
console.log(`3e9 to i16: ${toI16(3e9)}, by Int16Array ${Int16Array.of(3e9)[0]}`);
try {
	load("trapping.wasm").toI32(3e9);
	console.log("without nontrapping-f2i: no error");
} catch (error) {
	console.log(`without nontrapping-f2i: ${error.message}`);
}
END
npx asc casts.ts --outFile plain.wasm --runtime stub -O3
npx asc casts.ts --outFile trapping.wasm --runtime stub -O3 --disable nontrapping-f2i
node casts.mjs | tee seen
diff seen - <<'END'
3e9 to i32: 2147483647, as a JavaScript integer -1294967296
-1 to u32: 0, as a JavaScript integer 4294967295
NaN to i32: 0, as a JavaScript integer 0
300 to u8: 44, by Uint8ClampedArray 255
3e9 to i16: -1, by Int16Array 24064
without nontrapping-f2i: float unrepresentable in integer range
END

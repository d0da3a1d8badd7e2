#!/usr/bin/env bash
# AssemblyScript 0.28.20: a module that is compiled for an imported, shared memory is made for several threads, but each instance
# writes its data to that memory when it begins: also the zeros of `memory.data(n)`, as the compiler cannot know that the
# imported memory holds zeros. So a second instance, started in another thread while the first is at work, clears what the first keeps
# there. `--zeroFilledMemory` leaves the zeros out, and what was written stays. It is no cure for a `StaticArray` made at the start of
# the module: each instance begins its own heap at the same address, and so takes the same place for its array and clears it.
#
# Seen, after the first instance has written 7 to each and a second one was made:
#     as it is: memory.data 0, array 0
#     with --zeroFilledMemory: memory.data 7, array 0
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts "assemblyscript@0.28.20" >/dev/null
cat >kept.ts <<'END'
const place: usize = memory.data(64);
const array = new StaticArray<i32>(4);
export function keep(): void {
	store<i32>(place, 7);
	array[0] = 7;
}
export function kept(): i32 {
	return load<i32>(place);
}
export function keptInArray(): i32 {
	return array[0];
}
END
cat >twice.mjs <<'END'
import { readFileSync } from "node:fs";
for (const [how, file] of [["as it is", "plain.wasm"], ["with --zeroFilledMemory", "zero.wasm"]]) {
	const module = new WebAssembly.Module(readFileSync(file));
	const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
	const start = () => new WebAssembly.Instance(module, { env: { memory } }).exports;
	const first = start();
	first.keep();
	start();
	console.log(`${how}: memory.data ${first.kept()}, array ${first.keptInArray()}`);
}
END
options=(--enable threads --importMemory --sharedMemory --initialMemory 1 --maximumMemory 1 --runtime stub --use abort= -O3)
npx asc kept.ts --outFile plain.wasm "${options[@]}"
npx asc kept.ts --outFile zero.wasm "${options[@]}" --zeroFilledMemory
node twice.mjs | tee seen
diff seen - <<'END'
as it is: memory.data 0, array 0
with --zeroFilledMemory: memory.data 7, array 0
END

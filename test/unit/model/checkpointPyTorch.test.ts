import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { before, describe, it } from "mocha";
import type { Cell, NetworkShape } from "../../../src/engines/engine.ts";
import { writeModel } from "../../../src/model/checkpoint.ts";
import { scoreBoth } from "../reference/bothSides.ts";
import { forward, type Weights } from "../reference/network.ts";
import { parametersOf, randomBytes, randomNumbers, randomWeights } from "../reference/random.ts";
import { findPyTorch } from "../support/pyTorch.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";
import { info } from "./modelFixture.ts";

const cells: Cell[] = ["gru", "lstm", "rnn_tanh", "rnn_relu"];
const shapes: NetworkShape[] = cells.flatMap((cell) => [
	{ cell, hidden: 12, layers: 1 },
	{ cell, hidden: 8, layers: 2 },
	{ cell, hidden: 12, layers: 1, direction: "both" },
	{ cell, hidden: 8, layers: 2, direction: "both" },
]);
const tolerance = 1e-4;

describe("PyTorch", () => {
	const path = useTemporaryFolder();
	let python: string | undefined;

	before(function () {
		python = findPyTorch();
		if (python === undefined) this.skip();
	});

	it(`computes the same logits from an exported file, to ${tolerance}`, async () => {
		const random = randomNumbers(11);
		const inputs = randomBytes(40, random);
		const files: string[] = [];
		const expected: Float64Array[] = [];
		for (const shape of shapes) {
			const weights = randomWeights(shape, random);
			const file = path(`${files.length}.safetensors`);
			await writeModel(file, { shape, parameters: parametersOf(shape, weights), info });
			files.push(file);
			expected.push(logitsOf(shape, weights, inputs));
		}
		const script = join(import.meta.dirname, "logits.py");
		const { status, stdout, stderr } = spawnSync(python ?? "", [script, inputs.join(), ...files], {
			encoding: "utf8",
			maxBuffer: 2 ** 26,
		});
		assert.equal(status, 0, stderr);
		const found: number[][][] = JSON.parse(stdout);
		assert.equal(found.length, shapes.length);
		for (const [k, rows] of found.entries()) {
			const logits = rows.flat();
			assert.equal(logits.length, expected[k]?.length);
			const differences = logits.map((logit, i) => Math.abs(logit - (expected[k]?.[i] ?? Number.NaN)));
			const worst = differences.reduce((one, other) => Math.max(one, other), 0);
			assert.ok(worst < tolerance, `${JSON.stringify(shapes[k])}: ${worst}`);
		}
	});
});

/** After each byte; with both directions of each byte but the first. */
function logitsOf(shape: NetworkShape, weights: Weights, bytes: Uint8Array): Float64Array {
	if (shape.direction !== "both") return forward(shape, weights, bytes, bytes, bytes, 1).logits;
	const [inputs, targets] = [bytes.subarray(0, -1), bytes.subarray(1)];
	const behind = { following: new Uint8Array(0), lengths: [targets.length] };
	return scoreBoth(shape, weights, { inputs, targets, mask: targets, ...behind }, 1).logits;
}

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { writeCorpus } from "../unit/support/pretrainingCorpus.ts";
import { findPyTorch } from "../unit/support/pyTorch.ts";
import { useTemporaryFolder } from "../unit/support/temporaryFolder.ts";

const recipes = join(import.meta.dirname, "../../models/pretrain");
const tolerance = 1e-8;

interface Computed {
	readonly twoSpeeds: Readonly<Record<string, number>>;
	readonly weights: Readonly<
		Record<string, { loss: number; states: number; present: number; levels: number; learns: number }>
	>;
	readonly costs: Readonly<Record<string, readonly [counted: number, said: number]>>;
}

interface Row {
	readonly name: string;
	readonly units: number;
	readonly meanBytes: number;
	readonly mostBytes: number;
	readonly bpc: number;
}

describe("variants of the network to pretrain", () => {
	const path = useTemporaryFolder();
	let python = "";
	let computed: Computed;

	before(function () {
		const found = findPyTorch();
		if (found === undefined) this.skip();
		python = found;
		computed = JSON.parse(printedBy(join(import.meta.dirname, "variants.py"), recipes));
	});

	function printedBy(...args: string[]): string {
		const { status, stdout, stderr } = spawnSync(python, args, { encoding: "utf8" });
		assert.equal(status, 0, stderr);
		return stdout;
	}

	it("compute as a reference of plain numbers where two networks move at two speeds, and have its gradient", () => {
		const { gradient = Number.NaN, ...others } = computed.twoSpeeds;
		assert.deepEqual(Object.keys(others), ["loss", "states", "twoParts"]);
		for (const [name, difference] of Object.entries(others))
			assert.ok(difference < tolerance, `${name}: ${difference}`);
		assert.ok(gradient < 1e-6, `gradient: ${gradient}`);
	});

	it("compute as PyTorch's own GRU with the weights that are left, and all that is there learns", () => {
		const { Sparse, FourBits } = computed.weights;
		assert.ok(Sparse && FourBits);
		for (const { loss, states } of [Sparse, FourBits]) assert.ok(loss < tolerance && states < tolerance);
		assert.ok(Math.abs(Sparse.present - 0.5) < 0.05, `${Sparse.present}`);
		assert.equal(Sparse.learns, Sparse.present);
		assert.ok(FourBits.levels <= 15 && FourBits.learns > 0.99, JSON.stringify(FourBits));
	});

	it("cost as many bytes as a step reads weights", () => {
		assert.deepEqual(Object.keys(computed.costs), ["Single", "TwoLayers", "TwoSpeed"]);
		for (const [name, [counted, said]] of Object.entries(computed.costs)) assert.equal(said, counted, name);
	});

	it("are trained at the same cost on the same text, and scored", () => {
		const small = ["--hidden", "24", "--batch", "4", "--unroll", "16", "--threads", "1", "--device", "cpu"];
		const printed = printedBy(
			join(recipes, "variants.py"),
			writeCorpus(path("corpus")),
			"--characters",
			"1500",
			...small,
		);
		const rows = printed
			.trim()
			.split("\n")
			.map((line): Row => JSON.parse(line));
		const [one, ...others] = rows;
		assert.ok(one);
		assert.deepEqual([one.name, one.units, one.meanBytes], ["one GRU", 24, 3 * 24 ** 2 + 256 * 24]);
		assert.deepEqual(
			others.map(({ name }) => name),
			["two layers", "half of the weights", "weights of 4 bits", "two speeds"],
		);
		for (const { name, meanBytes, mostBytes, bpc } of rows) {
			assert.ok(meanBytes <= one.meanBytes && meanBytes > 0.6 * one.meanBytes && mostBytes >= meanBytes, name);
			assert.ok(bpc > 0 && bpc < 8, `${name}: ${bpc}`);
		}
	});
});

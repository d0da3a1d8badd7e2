import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { describe, it } from "mocha";
import { createEngine } from "../../../src/engines/registry.ts";
import { type Model, readModel, readModelInfo, summarize, writeModel } from "../../../src/model/checkpoint.ts";
import { createNetwork } from "../../../src/model/network.ts";
import { Failure } from "../../../src/platform/failure.ts";
import { useTemporaryFolder } from "../support/temporaryFolder.ts";
import { exampleModel, formatFile, type Header, parseFile } from "./modelFixture.ts";

describe("a model file in 8 bits", () => {
	const path = useTemporaryFolder();
	// An odd number of units, so that floats would not lie at multiples of four bytes behind the bytes.
	const model: Model = { ...exampleModel({ cell: "gru", hidden: 13, layers: 2 }), precision: "int8" };
	let file = "";

	beforeEach(async () => {
		file = path("m.safetensors");
		await writeModel(file, model);
	});

	it("holds each weight to half a 127th of the largest in its row, and vectors exactly", async () => {
		const found = await readModel(file);
		assert.deepEqual({ ...found, parameters: null }, { ...model, parameters: null });
		assert.deepEqual(await readModelInfo(file), summarize(model));
		assert.deepEqual([...found.parameters.keys()], [...model.parameters.keys()]);
		for (const [name, { shape, data }] of model.parameters) {
			const values = found.parameters.get(name)?.data ?? new Float32Array();
			if (shape.length === 1) {
				assert.deepEqual(values, data);
				continue;
			}
			const columns = shape[1] as number;
			for (let row = 0; row < data.length; row += columns) {
				const largest = data.subarray(row, row + columns).reduce((most, one) => Math.max(most, Math.abs(one)), 0);
				for (let i = row; i < row + columns; i++) {
					const difference = Math.abs((values[i] as number) - (data[i] as number));
					assert.ok(difference <= (largest / 127) * 0.5001, `${name}[${i}]`);
				}
			}
		}
	});

	it("takes a little more than a quarter of the room", async () => {
		const { precision: _, ...plain } = model;
		await writeModel(path("plain"), plain);
		assert.ok((await stat(file)).size < 0.35 * (await stat(path("plain"))).size);
	});

	it("is the same when it is read and written again", async () => {
		await writeModel(path("again"), await readModel(file));
		assert.deepEqual(await readFile(path("again")), await readFile(file));
	});

	it("predicts with 8 bits as the model that it was made from", async () => {
		const engine = await createEngine();
		// Of the first layer's input table, which the predictor keeps in float32, the rounded values are taken.
		const rounded = await readModel(file);
		const table = rounded.parameters.get("gru.weight_ih_l0");
		assert.ok(table !== undefined);
		const given = new Map([...model.parameters, ["gru.weight_ih_l0", table] as const]);
		const rows = [];
		for (const parameters of [given, rounded.parameters]) {
			const network = createNetwork(await engine.createPredictor(model.shape, parameters, "int8", 1));
			rows.push(network.read(network.start(), Buffer.from("let a")).logProbabilities);
		}
		assert.deepEqual(rows[0], rows[1]);
	});

	it("keeps what else the file says", async () => {
		await writeModel(file, { ...model, remarks: { corpus: "abc", hidden: "never" } });
		assert.deepEqual((await readModel(file)).remarks, { corpus: "abc" });
		assert.equal((await readModel(file)).shape.hidden, 13);
	});

	it("writes F32 tensors first", async () => {
		const { __metadata__: metadata = {}, ...tensors } = parseFile(await readFile(file)).header;
		const types = Object.values(tensors as Record<string, { dtype: string }>).map(({ dtype }) => dtype);
		assert.deepEqual(types, [...types].sort());
		assert.equal(metadata["precision"], "int8");
	});

	/** Writes the file anew with a changed header. */
	async function spoil(change: (header: Header) => void): Promise<void> {
		const { header, data } = parseFile(await readFile(file));
		change(header);
		await writeFile(file, formatFile(header, data));
	}

	const spoilt: readonly [string, RegExp, (header: Header) => void][] = [
		[
			"an unknown precision",
			/its precision is "int4"/,
			({ __metadata__: metadata = {} }) => {
				metadata["precision"] = "int4";
			},
		],
		[
			"no precision",
			/there is a tensor that does not belong: "gru.weight_ih_l0.scale"/,
			({ __metadata__: metadata = {} }) => {
				delete metadata["precision"];
			},
		],
		[
			"a missing scale",
			/head\.weight\.scale is missing/,
			(header) => {
				header["other"] = header["head.weight.scale"] ?? {};
				delete header["head.weight.scale"];
			},
		],
		[
			"a matrix of another type",
			/"head\.weight" is U8, not I8/,
			(header) => {
				(header["head.weight"] as { dtype: string }).dtype = "U8";
			},
		],
	];
	for (const [name, message, change] of spoilt) {
		it(`is refused with ${name}`, async () => {
			await spoil(change);
			await assert.rejects(readModel(file), (error) => error instanceof Failure && message.test(error.message));
		});
	}

	for (const [what, scale, tensor] of [
		["a scale is not finite", Number.POSITIVE_INFINITY, "head.weight.scale"],
		["a scale times a whole number is not finite", 3e38, "head.weight"],
	] as const) {
		it(`is refused if ${what}, even where the file fits its checksum`, async () => {
			const { header, data } = parseFile(await readFile(file));
			const entry = header["head.weight.scale"] as { data_offsets: number[] };
			data.writeFloatLE(scale, entry.data_offsets[0] ?? 0);
			(header.__metadata__ as Record<string, string>)["sha256"] = createHash("sha256").update(data).digest("hex");
			await writeFile(file, formatFile(header, data));
			await assert.rejects(readModel(file), new RegExp(`${tensor} has a value that is not a finite number`));
		});
	}
});

/** An LSTM that was trained in VS Code, from the status bar to the file that is exported. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { commands, settings } from "../../src/editor/settings/names.ts";
import type { InklingState } from "../../src/editor/testApi.ts";
import type { TrainingOutcome } from "../../src/editor/training/trainingRun.ts";
import type { NetworkShape, Parameters } from "../../src/engines/engine.ts";
import { createEngine } from "../../src/engines/registry.ts";
import { forward } from "../unit/reference/network.ts";
import { findPyTorch } from "../unit/support/pyTorch.ts";
import { activated, closeEditors, folderUri, suggestionAfter, until } from "./support.ts";

const { executeCommand } = vscode.commands;

/** Small, so that a training of seconds makes many updates. */
const hidden = 16;
const shape: NetworkShape = { cell: "lstm", hidden, layers: 1 };
const tolerance = 1e-4;
/** What the networks read. */
const text = Buffer.from("export async function trained(text: string): Promise<void> {\n");

/** @param engine the settings by which it is trained, beside those of the network; undefined: it cannot be had here */
export function testLstm(engine: () => Partial<Record<keyof typeof settings, unknown>> | undefined): void {
	let inkling: InklingState;
	let changed: (keyof typeof settings)[] = [];
	const exported = (): string => folderUri("..", "lstm.safetensors").fsPath;
	const set = (name: keyof typeof settings, value: unknown): Thenable<void> =>
		vscode.workspace.getConfiguration().update(settings[name], value, vscode.ConfigurationTarget.Global);

	before(async function () {
		const own = engine();
		if (own === undefined) return this.skip();
		inkling = await activated();
		const values = { ...own, cell: "lstm", hiddenSize: hidden, minutes: 0.1, threshold: "eager" };
		changed = Object.keys(values) as typeof changed;
		for (const [name, value] of Object.entries(values)) await set(name as keyof typeof settings, value);
	});

	afterEach(closeEditors);
	after(async () => {
		await executeCommand(commands.resetModel, { confirm: false });
		for (const name of changed) await set(name, undefined);
	});

	it("is trained where the setting asks for one, and makes suggestions", async () => {
		// A busy machine may not get through one update in so short a training.
		while (inkling.model === null) {
			const outcome = await executeCommand<TrainingOutcome | undefined>(commands.train);
			assert.equal(outcome?.kind, "finished", JSON.stringify(outcome));
		}
		assert.equal(inkling.status.kind, "ready");
		assert.ok(inkling.model.characters > 0);
		const { accepted } = inkling.statistics;
		await until("something is suggested", async () => (await suggestionAfter("export async func")) !== "");
		assert.ok(inkling.statistics.accepted > accepted);
	});

	it("is named in the status bar", () => {
		const hover = inkling.hover.replaceAll("\\", "");
		assert.ok(hover.includes(`Network: LSTM, 1 × ${hidden} units`), hover);
	});

	it("is exported by PyTorch's names, in its order of the gates", async () => {
		assert.equal(await executeCommand(commands.exportModel, vscode.Uri.file(exported())), true);
		const parameters = await readSafetensors(exported());
		assert.deepEqual(
			new Map([...parameters].map(([name, { shape }]) => [name, shape])),
			new Map([
				["lstm.weight_ih_l0", [4 * hidden, 256]],
				["lstm.weight_hh_l0", [4 * hidden, hidden]],
				["lstm.bias_ih_l0", [4 * hidden]],
				["lstm.bias_hh_l0", [4 * hidden]],
				["head.weight", [256, hidden]],
				["head.bias", [256]],
			]),
		);
		assertNear(await ownLogits(parameters), await referenceLogits(parameters));
	});

	it(`has the same logits in PyTorch, to ${tolerance}`, async function () {
		const python = findPyTorch();
		if (python === undefined) return this.skip();
		const root = vscode.extensions.getExtension("inkling.inkling")?.extensionPath ?? "";
		const script = join(root, "test/unit/model/logits.py");
		const { stdout } = await promisify(execFile)(python, [script, text.join(), exported()], { maxBuffer: 2 ** 24 });
		const [rows]: number[][][] = JSON.parse(stdout);
		assertNear(await ownLogits(await readSafetensors(exported())), rows?.flat() ?? []);
	});
}

/** Of Inkling's own engine, after each byte. */
async function ownLogits(parameters: Parameters): Promise<Float32Array> {
	const engine = await createEngine();
	const predictor = await engine.createPredictor(shape, parameters, "float32", 1);
	const state = new Float32Array(predictor.stateSize);
	const logits = new Float32Array(256 * text.length);
	for (const [at, byte] of text.entries()) {
		predictor.step(1, state, Uint8Array.of(byte), logits.subarray(256 * at, 256 * (at + 1)));
	}
	predictor.dispose();
	return logits;
}

/** Of the reference in float64, after each byte. */
function referenceLogits(parameters: Parameters): Float64Array {
	const weights = new Map([...parameters].map(([name, { data }]) => [name, Float64Array.from(data)]));
	return forward(shape, weights, text, text, new Uint8Array(text.length), 1).logits;
}

function assertNear(actual: ArrayLike<number>, expected: ArrayLike<number>): void {
	assert.equal(actual.length, expected.length);
	const worst = Array.from(actual).reduce((most, value, i) => {
		const difference = Math.abs(value - (expected[i] ?? Number.NaN));
		return difference <= most ? most : difference;
	}, 0);
	assert.ok(worst < tolerance, `the logits differ by ${worst}`);
}

/** As the format is described, with no code of Inkling's. */
async function readSafetensors(file: string): Promise<Parameters> {
	const bytes = await readFile(file);
	const begin = 8 + Number(bytes.readBigUInt64LE());
	const { __metadata__: _, ...entries } = JSON.parse(bytes.toString("utf8", 8, begin)) as Record<
		string,
		{ readonly dtype: string; readonly shape: number[]; readonly data_offsets: [number, number] }
	>;
	return new Map(
		Object.entries(entries).map(
			([
				name,
				{
					dtype,
					shape,
					data_offsets: [from, to],
				},
			]) => {
				assert.equal(dtype, "F32", name);
				const data = Float32Array.from({ length: (to - from) / 4 }, (_, i) => bytes.readFloatLE(begin + from + 4 * i));
				return [name, { shape, data }];
			},
		),
	);
}

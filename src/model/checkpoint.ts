/**
 * The model on disk: a safetensors file with PyTorch's names, and what is known about the model in its metadata. Beside
 * it, in a second file, all that is needed to go on training.
 *
 * A safetensors file that another program wrote is taken too if it holds exactly the parameters of one network; its kind
 * and size then follow from them. An `rnn` looks the same with tanh and with ReLU: it is taken for one with tanh, PyTorch's
 * default, unless the metadata has `nonlinearity` "relu", as the argument of `torch.nn.RNN` is, or `cell` "rnn_relu". One with
 * `bidirectional=True` is taken if its deeper layers read their own direction only: the other columns of `weight_ih` are 0.
 */
import type { FileHandle } from "node:fs/promises";
import * as nodeFileSystem from "node:fs/promises";
import type { ModelInfo, ModelSummary } from "../domain/model.ts";
import {
	type Cell,
	type NetworkShape,
	type OptimizerState,
	type Parameters,
	type Precision,
	SYMBOLS,
	type Tensor,
} from "../engines/engine.ts";
import { requireApart } from "../engines/parameters.ts";
import { expectedShapes } from "../engines/shapes.ts";
import { errorCode, type FileSystem, writeAtomically } from "../platform/atomicFile.ts";
import { Failure } from "../platform/failure.ts";
import { parseShallowJson } from "../platform/shallowJson.ts";
import {
	type Content,
	formatMetadata,
	isOurs,
	type Network,
	parseInfo,
	parseNetwork,
	parsePrecision,
	parseRemarks,
	parseShape,
	type Remarks,
	requireReadable,
} from "./metadata.ts";
import { dequantize, quantize, quantizedShapes, scaleName } from "./quantize.ts";
import {
	dataChecksum,
	encodeSafetensors,
	readHeader,
	readTensors,
	type SafetensorsHeader,
	type StoredTensor,
} from "./safetensors.ts";

export interface Model extends Network {
	readonly parameters: Parameters;
	readonly info: ModelInfo;
	/** Of its file: matrices in int8 are of a quarter of the size, and their values rounded. If absent, float32. */
	readonly precision?: Precision;
	/** Whatever else its file says of it. */
	readonly remarks?: Remarks;
}

/** All that is needed to go on training after a kill; the last parameters, which need not be the best. */
export interface TrainingState {
	readonly model: Model;
	readonly optimizer: OptimizerState;
	/** The parameters that the training began with, if it began with a model. */
	readonly start?: Parameters | undefined;
	/** Opaque to the file format: schedule, position, random state. JSON, some hundred kilobytes at most. */
	readonly position: Readonly<Record<string, unknown>>;
}

/** Most bytes of parameters; a GRU of 4,096 units takes 220 MB. */
export const maxModelBytes = 256 * 2 ** 20;

/** Names of the moment estimates in a training state: one of these, then the parameter's name. */
const firstMoment = "optimizer.first.";
const secondMoment = "optimizer.second.";
/** Likewise of the parameters that the training began with. */
const startPrefix = "start.";

/**
 * Reads and checks a whole model.
 *
 * @throws {Failure} modelMissing, modelBroken, modelNewer or modelUnsupported
 */
export function readModel(file: string, fileSystem: FileSystem = nodeFileSystem): Promise<Model> {
	return withFile(file, fileSystem, async (handle) => {
		const { header, shape, vocabulary, info, precision } = await readHead(handle, "model");
		const parameters = await readChecked(handle, header, expectedShapes(shape), precision);
		requireApart(shape, parameters);
		const remarks = isOurs(header.metadata) ? parseRemarks(header.metadata, info) : undefined;
		return {
			shape,
			parameters,
			info,
			...(vocabulary === undefined ? {} : { vocabulary }),
			...(precision === "int8" ? { precision } : {}),
			...(remarks === undefined ? {} : { remarks }),
		};
	});
}

/**
 * Reads what a file says of its model, and checks that its tensors have the right names and places; their values are
 * not read.
 *
 * @throws {Failure} as `readModel`
 */
export function readModelInfo(file: string, fileSystem: FileSystem = nodeFileSystem): Promise<ModelSummary> {
	return withFile(file, fileSystem, async (handle) => {
		const { shape, info } = await readHead(handle, "model");
		return summarize({ shape, info });
	});
}

/**
 * Replaces `file` by the model, or leaves it as it was.
 *
 * @throws {Failure} storageFull, storageReadOnly or storageFailed; internal if the parameters are not those of the shape
 * or not finite
 */
export async function writeModel(file: string, model: Model, fileSystem: FileSystem = nodeFileSystem): Promise<void> {
	const tensors = orderedTensors(expectedShapes(model.shape), model.parameters);
	await writeTensors(file, "model", model, tensors, new Map(), fileSystem);
}

/**
 * Reads and checks a training state.
 *
 * @throws {Failure} as `readModel`
 */
export function readTrainingState(file: string, fileSystem: FileSystem = nodeFileSystem): Promise<TrainingState> {
	return withFile(file, fileSystem, async (handle) => {
		const { header, shape, vocabulary, info } = await readHead(handle, "training");
		const updates = Number(header.metadata.get("updates"));
		if (!Number.isSafeInteger(updates) || updates < 0) throw broken("its number of updates is missing or wrong");
		const position = parsePosition(header.metadata.get("position"));
		const hasStart = hasStartIn(header);
		const tensors = await readChecked(handle, header, trainingShapes(shape, hasStart), "float32");
		const startingWith = (prefix: string) =>
			new Map([...expectedShapes(shape).keys()].map((name) => [name, tensors.get(prefix + name) as Tensor]));
		const second = startingWith(secondMoment);
		for (const [name, { data }] of second) {
			if (data.some((value) => value < 0)) throw broken(`the second moment of ${name} has a negative value`);
		}
		return {
			model: { shape, parameters: startingWith(""), info, ...(vocabulary === undefined ? {} : { vocabulary }) },
			optimizer: { updates, first: startingWith(firstMoment), second },
			...(hasStart ? { start: startingWith(startPrefix) } : {}),
			position,
		};
	});
}

/**
 * Replaces `file` by the training state, or leaves it as it was.
 *
 * @throws {Failure} as `writeModel`
 */
export async function writeTrainingState(
	file: string,
	{ model, optimizer, start, position }: TrainingState,
	fileSystem: FileSystem = nodeFileSystem,
): Promise<void> {
	const renamed = (prefix: string, tensors: Parameters) =>
		[...tensors].map(([name, tensor]): [string, Tensor] => [prefix + name, tensor]);
	const tensors = orderedTensors(
		trainingShapes(model.shape, start !== undefined),
		new Map([
			...model.parameters,
			...renamed(firstMoment, optimizer.first),
			...renamed(secondMoment, optimizer.second),
			...renamed(startPrefix, start ?? new Map()),
		]),
	);
	const extra = new Map([
		["updates", String(optimizer.updates)],
		["position", JSON.stringify(position)],
	]);
	await writeTensors(file, "training", model, tensors, extra, fileSystem);
}

/** What the host shows of a model. */
export function summarize({ shape, info }: Pick<Model, "shape" | "info">): ModelSummary {
	const { words, ...network } = shape;
	return {
		...network,
		...(words === undefined ? {} : { words: words.symbols - SYMBOLS }),
		parameters: countElements(expectedShapes(shape)),
		...info,
	};
}

function hasStartIn({ tensors }: SafetensorsHeader): boolean {
	return [...tensors.keys()].some((name) => name.startsWith(startPrefix));
}

function trainingShapes(shape: NetworkShape, hasStart: boolean): Map<string, readonly number[]> {
	const shapes = [...expectedShapes(shape)];
	const all = ["", firstMoment, secondMoment, ...(hasStart ? [startPrefix] : [])].flatMap((prefix) =>
		shapes.map(([name, dimensions]): [string, readonly number[]] => [prefix + name, dimensions]),
	);
	return new Map(all);
}

/** The given tensors in the order of `shapes`. Throws unless they are exactly these, and finite. */
function orderedTensors(shapes: ReadonlyMap<string, readonly number[]>, tensors: Parameters): Map<string, Tensor> {
	const problem = shapeProblem(shapes, tensors) ?? valueProblem(tensors);
	if (problem !== undefined) throw new Failure("internal", `the model cannot be saved, as ${problem}`);
	return new Map([...shapes.keys()].map((name) => [name, tensors.get(name) as Tensor]));
}

async function writeTensors(
	file: string,
	content: Content,
	{ shape, vocabulary, info, precision = "float32", remarks = {} }: Model,
	tensors: Map<string, Tensor>,
	extra: ReadonlyMap<string, string>,
	fileSystem: FileSystem,
): Promise<void> {
	const stored = precision === "int8" ? quantize(tensors) : tensors;
	const metadata = formatMetadata(
		{ content, precision, sha256: dataChecksum(stored) },
		{ shape, vocabulary },
		info,
		remarks,
	);
	await writeAtomically(file, encodeSafetensors(new Map([...metadata, ...extra]), stored), fileSystem);
}

/** Runs `read` on the opened file, which is a regular one: a FIFO or a device would never end. */
async function withFile<T>(file: string, fileSystem: FileSystem, read: (handle: FileHandle) => Promise<T>): Promise<T> {
	let handle: FileHandle | undefined;
	try {
		if (!(await fileSystem.stat(file)).isFile()) throw broken("it is not a file");
		handle = await fileSystem.open(file, "r");
		return await read(handle);
	} catch (error) {
		throw readingFailure(error, file);
	} finally {
		await handle?.close();
	}
}

function readingFailure(error: unknown, file: string): unknown {
	const code = errorCode(error);
	if (code === "ENOENT" || code === "ENOTDIR") return new Failure("modelMissing", file, { cause: error });
	return code === "" ? error : new Failure("modelBroken", `it cannot be read (${code})`, { cause: error });
}

/** Everything but the tensors' values; afterwards these are known to be of the right number and size. */
async function readHead(
	handle: FileHandle,
	content: Content,
): Promise<Network & { header: SafetensorsHeader; info: ModelInfo; precision: Precision }> {
	const header = await readHeader(handle);
	const { metadata } = header;
	const ours = isOurs(metadata);
	if (ours) requireReadable(metadata, content);
	else if (content === "training") throw broken("it is not a training state");
	const network: Network = ours ? parseNetwork(metadata) : { shape: inferShape(header) };
	const { shape } = network;
	const info = ours ? parseInfo(metadata) : foreignInfo((await handle.stat()).mtime);

	const precision = ours && content === "model" ? parsePrecision(metadata) : "float32";
	const expected = content === "model" ? expectedShapes(shape) : trainingShapes(shape, hasStartIn(header));
	if (countElements(expectedShapes(shape)) * 4 > maxModelBytes) {
		throw new Failure("modelUnsupported", "it has more than 67 million parameters");
	}
	const problem = shapeProblem(storedShapes(expected, precision), header.tensors);
	if (problem !== undefined) throw broken(problem);
	return { header, ...network, info, precision };
}

async function readChecked(
	handle: FileHandle,
	header: SafetensorsHeader,
	shapes: ReadonlyMap<string, readonly number[]>,
	precision: Precision,
): Promise<Map<string, Tensor>> {
	const types = quantizedShapes(shapes);
	const { tensors: stored, sha256 } = await readTensors(handle, header, (name) =>
		precision === "int8" ? (types.get(name)?.dtype ?? "F32") : "F32",
	);
	if (isOurs(header.metadata) && header.metadata.get("sha256") !== sha256) {
		throw broken("its content does not fit its checksum");
	}
	const problem = valueProblem(stored);
	if (problem !== undefined) throw broken(problem);
	return dequantize(stored, shapes.keys());
}

/** The shapes of the tensors in a file for parameters of these. */
function storedShapes(
	shapes: ReadonlyMap<string, readonly number[]>,
	precision: Precision,
): ReadonlyMap<string, readonly number[]> {
	if (precision === "float32") return shapes;
	return new Map([...quantizedShapes(shapes)].map(([name, { shape }]) => [name, shape]));
}

/** The shape of the network whose parameters a file of another program holds. */
function inferShape({ tensors, metadata }: SafetensorsHeader): NetworkShape {
	const isRelu = metadata.get("nonlinearity") === "relu" || metadata.get("cell") === "rnn_relu";
	const modules: readonly [string, Cell][] = [
		["gru", "gru"],
		["lstm", "lstm"],
		["rnn", isRelu ? "rnn_relu" : "rnn_tanh"],
	];
	const cell = modules.find(([module]) => tensors.has(`${module}.weight_ih_l0`))?.[1];
	if (cell === undefined) throw broken("it holds no recurrent network (gru, lstm or rnn)");
	const names = [...tensors.keys()];
	const width = tensors.get("head.weight")?.shape[1] ?? Number.NaN;
	const isBoth = names.some((name) => /^\w+\.weight_ih_l0_reverse$/.test(name));
	return parseShape(
		new Map([
			["cell", cell],
			["direction", isBoth ? "both" : "forward"],
			["hidden", String(isBoth ? width / 2 : width)],
			["layers", String(names.filter((name) => /^\w+\.weight_ih_l\d+$/.test(name)).length)],
		]),
	);
}

function foreignInfo(modified: Date): ModelInfo {
	return {
		trainedAt: modified.toISOString(),
		characters: 0,
		corpusCharacters: 0,
		files: 0,
		cpuSeconds: 0,
		validationBpc: null,
		initialBpc: null,
		mixtureBpc: null,
		initialMixtureBpc: null,
	};
}

function shapeProblem(
	expected: ReadonlyMap<string, readonly number[]>,
	found: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data?: Float32Array }>,
): string | undefined {
	for (const [name, dimensions] of expected) {
		const tensor = found.get(name);
		if (!tensor) return `the tensor ${name} is missing`;
		const wanted = dimensions.join(" × ");
		const elements = dimensions.reduce((product, size) => product * size, 1);
		if (tensor.shape.join(" × ") !== wanted || (tensor.data?.length ?? elements) !== elements) {
			return `the tensor ${name} is not ${wanted}`;
		}
	}
	if (found.size > expected.size) {
		const surplus = [...found.keys()].find((name) => !expected.has(name)) ?? "";
		return `there is a tensor that does not belong: ${JSON.stringify(surplus.slice(0, 60))}`;
	}
	return undefined;
}

/** Of tensors in a file or in memory; of 8 bits, of the numbers that they stand for. */
function valueProblem(tensors: ReadonlyMap<string, StoredTensor>): string | undefined {
	for (const [name, { data }] of tensors) {
		// Whole numbers are at most 128, so that they are finite times their scale if 128 is.
		const isRounded = data instanceof Int8Array;
		const numbers = isRounded ? (tensors.get(scaleName(name))?.data as Float32Array) : data;
		const times = isRounded ? 128 : 1;
		// NaN if one of them is no finite number.
		let zero = 0;
		// biome-ignore lint/style/useForOf: an iterator takes four times as long, while a model is loaded
		for (let i = 0; i < numbers.length; i++) zero += Math.fround((numbers[i] as number) * times) * 0;
		if (zero !== 0) return `the tensor ${name} has a value that is not a finite number`;
	}
	return undefined;
}

function countElements(shapes: ReadonlyMap<string, readonly number[]>): number {
	let count = 0;
	for (const dimensions of shapes.values()) count += dimensions.reduce((product, size) => product * size, 1);
	return count;
}

/** Objects and arrays in one another, in the position of a training. */
const deepestPosition = 16;

function parsePosition(json: string | undefined): Record<string, unknown> {
	try {
		const position = parseShallowJson(json ?? "", deepestPosition);
		if (typeof position === "object" && position !== null && !Array.isArray(position)) {
			return position as Record<string, unknown>;
		}
	} catch {
		// Refused below, as any other value is.
	}
	throw broken("its position is missing or wrong");
}

function broken(detail: string): Failure {
	return new Failure("modelBroken", detail);
}

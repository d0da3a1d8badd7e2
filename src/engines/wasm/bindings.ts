/**
 * The kernels as TypeScript sees them: each takes one object of named numbers, as most of a dozen addresses, strides and
 * counts in a row could change places without any type being wrong. See src/kernels for what each does.
 *
 * V8 takes such an object apart where it inlines the call; the cost is below what `bench -- speed` can see.
 */

/** From `first` to `last`, exclusive. */
export interface Range {
	readonly first: number;
	readonly last: number;
}

/** Addresses and strides are in bytes, counts in items. All are whole numbers. */
export interface PanelMultiply {
	readonly to: number;
	readonly toStride: number;
	/** Packed by `packRows` or `packColumns`. */
	readonly weights: number;
	readonly x: number;
	readonly xStride: number;
	readonly panels: number;
	/** Columns of the weights, rows of x. */
	readonly k: number;
	readonly blocks: number;
	/** Whether to add to what is there. */
	readonly accumulate: boolean;
}

/** Which rows stand in which panels: see `rowOf` in src/kernels/gemm.ts. */
export interface RowOrder {
	readonly gates: number;
	/** Units of each gate in a group of rows. */
	readonly groupUnits: number;
	readonly units: number;
}

export interface GradientMultiply {
	readonly to: number;
	/** Columns of the target. */
	readonly columns: number;
	readonly gradients: number;
	readonly gradientStride: number;
	/** Made by `packStates`. */
	readonly states: number;
	readonly statePanelStride: number;
	readonly panels: Range;
	readonly columnPanels: number;
	readonly blocks: number;
	readonly rows: RowOrder;
}

export interface SumRows {
	readonly to: number;
	readonly gradients: number;
	readonly gradientStride: number;
	readonly panels: Range;
	readonly blocks: number;
	readonly rows: RowOrder;
}

export interface PackRows {
	readonly to: number;
	readonly weights: number;
	readonly panels: Range;
	readonly columns: number;
	readonly rows: RowOrder;
}

export interface PackColumns extends PackRows {
	readonly rowCount: number;
}

export interface PackStates {
	readonly to: number;
	readonly panelStride: number;
	readonly states: number;
	readonly stateStride: number;
	/** Of 8 units each. */
	readonly groups: Range;
	readonly blocks: number;
}

export interface TableRows {
	/** `gatherInputs` reads it, `scatterInputs` adds to it. */
	readonly table: number;
	readonly block: number;
	readonly bytes: number;
	readonly panels: Range;
	/** Floats in a row of the table. */
	readonly rows: number;
}

export interface EmbeddingRows {
	/** `gatherEmbeddings` reads it, `scatterEmbeddings` adds to it. */
	readonly table: number;
	readonly block: number;
	readonly symbols: number;
	/** Columns of the table, multiples of 4. */
	readonly range: Range;
	/** Columns of the table in all. */
	readonly units: number;
}

export interface CrossEntropy {
	readonly logits: number;
	readonly bias: number;
	readonly rows: number;
	/** The sum of e^logit over symbols without a row. */
	readonly rest: number;
	readonly targets: number;
	readonly mask: number;
	readonly parts: number;
	/** Of the gradient. */
	readonly scale: number;
	readonly gradient: boolean;
}

export interface MixtureCrossEntropy extends Pick<CrossEntropy, "targets" | "mask" | "parts" | "scale" | "gradient"> {
	/** What `crossEntropy` left in the block of logits. */
	readonly exps: number;
	readonly mixing: number;
}

export interface Sgd {
	readonly parameters: number;
	readonly gradients: number;
	readonly first: number;
	readonly count: number;
	readonly scale: number;
	readonly decay: number;
	readonly rate: number;
	readonly momentum: number;
}

export interface Adam extends Omit<Sgd, "momentum"> {
	readonly second: number;
	readonly keep: number;
	readonly beta1: number;
	readonly beta2: number;
	readonly rootCorrection: number;
	readonly epsilon: number;
}

export interface MultiplyF32 {
	readonly to: number;
	readonly weights: number;
	readonly x: number;
	readonly rows: number;
	readonly k: number;
}

export interface MultiplyI8 extends MultiplyF32 {
	readonly toStride: number;
	readonly scales: number;
	readonly offsets: number;
	/** Between the vectors made by `quantize`. */
	readonly xStride: number;
	/** Of vectors. */
	readonly count: number;
}

export interface RoundWeights {
	readonly to: number;
	readonly scale: number;
	readonly offset: number;
	readonly x: number;
	readonly k: number;
	/** Whether the activations are nowhere negative. */
	readonly isPositive: boolean;
}

export interface Barrier {
	readonly state: number;
	readonly threads: number;
	readonly spins: number;
	readonly sliceMilliseconds: number;
	/** Negative: without limit. */
	readonly slices: number;
}

/** What `barrier` returns. */
export const barrierStatus = { passed: 0, abandoned: 1, timedOut: 2, slept: 3 } as const;

/** A kernel without names for its parameters; one that returns nothing is only called as a statement. */
export type Kernel = (...numbers: number[]) => number;

/** The exports of the compiled module by their names in src/kernels. */
export type KernelExports = Readonly<Record<string, Kernel>>;

/** The kernels that all cells share; those of a cell are bound in `cells`. */
export class Kernels {
	/** For the files in `cells`. */
	readonly exports: KernelExports;
	readonly #panelMultiply: Kernel;
	readonly #gradientMultiply: Kernel;
	readonly #sumRows: Kernel;
	readonly #packRows: Kernel;
	readonly #packColumns: Kernel;
	readonly #packStates: Kernel;
	readonly #gatherInputs: Kernel;
	readonly #scatterInputs: Kernel;
	readonly #gatherEmbeddings: Kernel;
	readonly #scatterEmbeddings: Kernel;
	readonly #crossEntropy: Kernel;
	readonly #mixtureCrossEntropy: Kernel;
	readonly #sumSquares: Kernel;
	readonly #adam: Kernel;
	readonly #sgd: Kernel;
	readonly #multiplyF32: Kernel;
	readonly #multiplyI8: Kernel;
	readonly #quantize: Kernel;
	readonly #quantizePositive: Kernel;
	readonly #roundWeights: Kernel;
	readonly #scaleF32: Kernel;
	readonly #addF32: Kernel;
	readonly #activationScale: Kernel;
	readonly #activationZero: Kernel;
	readonly #barrier: Kernel;

	constructor(exports: KernelExports) {
		this.exports = exports;
		this.#panelMultiply = kernel(exports, "panelMultiply");
		this.#gradientMultiply = kernel(exports, "gradientMultiply");
		this.#sumRows = kernel(exports, "sumRows");
		this.#packRows = kernel(exports, "packRows");
		this.#packColumns = kernel(exports, "packColumns");
		this.#packStates = kernel(exports, "packStates");
		this.#gatherInputs = kernel(exports, "gatherInputs");
		this.#scatterInputs = kernel(exports, "scatterInputs");
		this.#gatherEmbeddings = kernel(exports, "gatherEmbeddings");
		this.#scatterEmbeddings = kernel(exports, "scatterEmbeddings");
		this.#crossEntropy = kernel(exports, "crossEntropy");
		this.#mixtureCrossEntropy = kernel(exports, "mixtureCrossEntropy");
		this.#sumSquares = kernel(exports, "sumSquares");
		this.#adam = kernel(exports, "adam");
		this.#sgd = kernel(exports, "sgd");
		this.#multiplyF32 = kernel(exports, "multiplyF32");
		this.#multiplyI8 = kernel(exports, "multiplyI8");
		this.#quantize = kernel(exports, "quantize");
		this.#quantizePositive = kernel(exports, "quantizePositive");
		this.#roundWeights = kernel(exports, "roundWeights");
		this.#scaleF32 = kernel(exports, "scaleF32");
		this.#addF32 = kernel(exports, "addF32");
		this.#activationScale = kernel(exports, "activationScale");
		this.#activationZero = kernel(exports, "activationZero");
		this.#barrier = kernel(exports, "barrier");
	}

	panelMultiply({ to, toStride, weights, x, xStride, panels, k, blocks, accumulate }: PanelMultiply): void {
		this.#panelMultiply(to, weights, x, panels, k, blocks, toStride, xStride, accumulate ? 1 : 0);
	}

	gradientMultiply(args: GradientMultiply): void {
		const { to, columns, gradients, gradientStride, states, statePanelStride, panels, columnPanels } = args;
		const { blocks, rows } = args;
		this.#gradientMultiply(
			to,
			gradients,
			states,
			panels.first,
			panels.last,
			columnPanels,
			blocks,
			gradientStride,
			statePanelStride,
			rows.gates,
			rows.groupUnits,
			rows.units,
			columns,
		);
	}

	sumRows({ to, gradients, gradientStride, panels, blocks, rows }: SumRows): void {
		const { gates, groupUnits, units } = rows;
		this.#sumRows(to, gradients, panels.first, panels.last, blocks, gradientStride, gates, groupUnits, units);
	}

	packRows({ to, weights, panels, columns, rows }: PackRows): void {
		const { gates, groupUnits, units } = rows;
		this.#packRows(to, weights, panels.first, panels.last, columns, gates, groupUnits, units);
	}

	packColumns({ to, weights, panels, rowCount, columns, rows }: PackColumns): void {
		const { gates, groupUnits, units } = rows;
		this.#packColumns(to, weights, panels.first, panels.last, rowCount, columns, gates, groupUnits, units);
	}

	packStates({ to, panelStride, states, stateStride, groups, blocks }: PackStates): void {
		this.#packStates(to, states, groups.first, groups.last, blocks, stateStride, panelStride);
	}

	gatherInputs({ table, block, bytes, panels, rows }: TableRows): void {
		this.#gatherInputs(block, table, bytes, panels.first, panels.last, rows);
	}

	scatterInputs({ table, block, bytes, panels, rows }: TableRows): void {
		this.#scatterInputs(table, block, bytes, panels.first, panels.last, rows);
	}

	gatherEmbeddings({ table, block, symbols, range, units }: EmbeddingRows): void {
		this.#gatherEmbeddings(block, table, symbols, range.first, range.last, units);
	}

	scatterEmbeddings({ table, block, symbols, range, units }: EmbeddingRows): void {
		this.#scatterEmbeddings(table, block, symbols, range.first, range.last, units);
	}

	crossEntropy({ logits, bias, rows, rest, targets, mask, parts, scale, gradient }: CrossEntropy): void {
		this.#crossEntropy(logits, bias, rows, rest, targets, mask, parts, scale, gradient ? 1 : 0);
	}

	mixtureCrossEntropy({ exps, targets, mask, parts, mixing, scale, gradient }: MixtureCrossEntropy): void {
		this.#mixtureCrossEntropy(exps, targets, mask, parts, mixing, scale, gradient ? 1 : 0);
	}

	sumSquares(from: number, count: number): number {
		return this.#sumSquares(from, count);
	}

	adam(args: Adam): void {
		const { parameters, gradients, first, second, count, scale, decay, keep, rate } = args;
		const { beta1, beta2, rootCorrection, epsilon } = args;
		this.#adam(
			parameters,
			gradients,
			first,
			second,
			count,
			scale,
			decay,
			keep,
			rate,
			beta1,
			beta2,
			rootCorrection,
			epsilon,
		);
	}

	sgd({ parameters, gradients, first, count, scale, decay, rate, momentum }: Sgd): void {
		this.#sgd(parameters, gradients, first, count, scale, decay, rate, momentum);
	}

	multiplyF32({ to, weights, x, rows, k }: MultiplyF32): void {
		this.#multiplyF32(to, weights, x, rows, k);
	}

	multiplyI8({ to, toStride, weights, scales, offsets, x, xStride, rows, k, count }: MultiplyI8): void {
		this.#multiplyI8(to, weights, scales, offsets, x, rows, k, count, xStride, toStride);
	}

	quantize(to: number, x: number, count: number): void {
		this.#quantize(to, x, count);
	}

	/** Returns the factor that makes the numbers at `x` of the integers at `to`. */
	quantizePositive(to: number, x: number, count: number): number {
		return this.#quantizePositive(to, x, count);
	}

	roundWeights({ to, scale, offset, x, k, isPositive }: RoundWeights): void {
		this.#roundWeights(to, scale, offset, x, k, isPositive ? 1 : 0);
	}

	/** Multiplies `count` floats at `to` by a factor. */
	scaleF32(to: number, factor: number, count: number): void {
		this.#scaleF32(to, factor, count);
	}

	/** Adds `count` floats at `x` to those at `to`. */
	addF32(to: number, x: number, count: number): void {
		this.#addF32(to, x, count);
	}

	activationScale(k: number): number {
		return this.#activationScale(k);
	}

	activationZero(): number {
		return this.#activationZero();
	}

	/** Returns one of `barrierStatus`. */
	barrier({ state, threads, spins, sliceMilliseconds, slices }: Barrier): number {
		return this.#barrier(state, threads, spins, sliceMilliseconds, slices);
	}
}

/** The export of that name, which exists unless kernels and bindings are of different versions. */
export function kernel(exports: KernelExports, name: string): Kernel {
	const found = exports[name];
	if (found === undefined) throw new TypeError(`The kernels have no ${name}`);
	return found;
}

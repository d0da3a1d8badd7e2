/**
 * One training step of a GRU network, as each of the threads runs it. All threads run the same program on the same
 * memory; each owns a range of the hidden units (and, for the output layer, of the time steps), and barriers stand where
 * one reads what another wrote. The result does not depend on the number of threads, up to the rounding of the gradient
 * norm.
 *
 * Back-propagation through time as in Werbos 1990, truncated to the segment; gate gradients are written over the gates.
 */
import { SYMBOLS } from "../engine.ts";
import type { Kernels } from "./kernels.ts";
import {
	control,
	GATES,
	type LayerPlan,
	LOSS_BYTES,
	type Plan,
	SCALARS,
	STREAMS,
	scalar,
	share,
	UNITS_PER_PANEL,
} from "./plan.ts";

/** Turns of waiting before a thread sleeps at a barrier: about a millisecond, as waking it takes a tenth of one. */
const BARRIER_SPINS = 1_000_000;
/** Blocks of the output layer worked on at once, so that weights and logits stay in the second-level cache. */
const OUTPUT_CHUNK = 16;
const OUTPUT_ROWS_PER_PANEL = 6;
/** Threads split units in multiples of 12: whole panels of both kinds, and whole pairs of gate panels. */
const UNIT_GRAIN = 12;

export class GruProgram {
	readonly #k: Kernels;
	readonly #plan: Plan;
	readonly #thread: number;
	readonly #threads: number;
	readonly #scalars: Float64Array;
	readonly #partials: Float64Array;
	readonly #seen: Uint8Array;
	readonly #floats: Float32Array;
	/** Owned units as gate panels and as unit panels. */
	readonly #gates: readonly [number, number];
	readonly #units: readonly [number, number];

	constructor(kernels: Kernels, memory: WebAssembly.Memory, plan: Plan, thread: number, threads: number) {
		this.#k = kernels;
		this.#plan = plan;
		this.#thread = thread;
		this.#threads = threads;
		this.#scalars = new Float64Array(memory.buffer, plan.scalars, SCALARS);
		this.#partials = new Float64Array(memory.buffer, plan.partials, threads);
		this.#seen = new Uint8Array(memory.buffer, plan.seen, SYMBOLS);
		this.#floats = new Float32Array(memory.buffer);
		const [first, last] = share(plan.units, thread, threads, UNIT_GRAIN);
		this.#gates = [first / UNITS_PER_PANEL, last / UNITS_PER_PANEL];
		this.#units = [first / 6, Math.ceil(last / 6)];
	}

	barrier(): void {
		if (this.#threads > 1) this.#k.barrier(this.#plan.control + control.barrier * 4, this.#threads, BARRIER_SPINS);
	}

	/** Packs the weights for the products; to be done after any change of the parameters. */
	pack(): void {
		const { units, gatePanels, unitPanels, parameters } = this.#plan;
		const rows = GATES * units;
		const gates = this.#share(gatePanels);
		const columns = this.#share(unitPanels);
		for (const [index, layer] of this.#plan.layers.entries()) {
			const hh = parameters + layer.weightHh;
			this.#k.packRows(layer.packedHh, hh, ...gates, units, UNITS_PER_PANEL, units);
			this.#k.packColumns(layer.packedHhTransposed, hh, ...columns, rows, units, UNITS_PER_PANEL, units);
			if (index === 0) continue;
			const ih = parameters + layer.weightIh;
			this.#k.packRows(layer.packedIh, ih, ...gates, units, UNITS_PER_PANEL, units);
			this.#k.packColumns(layer.packedIhTransposed, ih, ...columns, rows, units, UNITS_PER_PANEL, units);
		}
		const head = parameters + this.#plan.headWeight;
		const { packedHead, packedHeadTransposed, outputPanels, outputRows } = this.#plan;
		this.#k.packRows(packedHead, head, ...this.#share(outputPanels), units, OUTPUT_ROWS_PER_PANEL, outputRows);
		this.#k.packColumns(packedHeadTransposed, head, ...columns, outputRows, units, OUTPUT_ROWS_PER_PANEL, outputRows);
		this.barrier();
	}

	/** Runs the segment through the network; leaves losses, and with `learn` the gradient of the logits and states. */
	forward(learn: boolean): void {
		const { layers } = this.#plan;
		let below: LayerPlan | undefined;
		for (const layer of layers) {
			this.#inputProducts(layer, below);
			this.#recurrence(layer);
			below = layer;
		}
		this.#output(learn);
		this.barrier();
	}

	#inputProducts(layer: LayerPlan, below: LayerPlan | undefined): void {
		const { plan, k } = { plan: this.#plan, k: this.#k };
		const [first, last] = this.#gates;
		if (below === undefined) {
			const table = plan.parameters + layer.weightIh;
			for (let i = 0; i < plan.blocks; i++) {
				const bytes = plan.inputs + i * STREAMS;
				k.gatherInputs(layer.gates + i * plan.gateStride, table, bytes, first, last, GATES * plan.units);
			}
			return;
		}
		k.panelMultiply(
			layer.gates + first * 192,
			layer.packedIh + first * plan.units * 24,
			below.states + plan.groups * plan.stateStride,
			last - first,
			plan.units,
			plan.blocks,
			plan.gateStride,
			plan.stateStride,
			0,
		);
	}

	#recurrence(layer: LayerPlan): void {
		const { units, groups, unroll, gateStride, stateStride, candidateStride, parameters, recurrent } = this.#plan;
		const [first, last] = this.#gates;
		const weights = layer.packedHh + first * units * 24;
		const biasIh = parameters + layer.biasIh;
		const biasHh = parameters + layer.biasHh;
		for (let t = 0; t < unroll; t++) {
			const previous = layer.states + t * groups * stateStride;
			this.#k.panelMultiply(
				recurrent + first * 192,
				weights,
				previous,
				last - first,
				units,
				groups,
				gateStride,
				stateStride,
				0,
			);
			for (let g = 0; g < groups; g++) {
				const i = t * groups + g;
				this.#k.gruForward(
					layer.gates + i * gateStride,
					recurrent + g * gateStride,
					layer.candidate + i * candidateStride,
					layer.states + (i + groups) * stateStride,
					previous + g * stateStride,
					biasIh,
					biasHh,
					units,
					first,
					last,
				);
			}
			this.barrier();
		}
	}

	/** Logits, losses and, to learn, their gradients and those of the top layer's states: split by time. */
	#output(learn: boolean): void {
		const plan = this.#plan;
		const top = plan.layers.at(-1) as LayerPlan;
		const scale = this.#scalars[scalar.gradientScale] as number;
		const rest = this.#scalars[scalar.rest] as number;
		const [begin, end] = this.#share(plan.blocks);
		for (let i = begin; i < end; i += OUTPUT_CHUNK) {
			const count = Math.min(OUTPUT_CHUNK, end - i);
			const logits = plan.logits + i * plan.logitStride;
			const at = (i + plan.groups) * plan.stateStride;
			this.#k.panelMultiply(
				logits,
				plan.packedHead,
				top.states + at,
				plan.outputPanels,
				plan.units,
				count,
				plan.logitStride,
				plan.stateStride,
				0,
			);
			for (let j = 0; j < count; j++) {
				this.#k.crossEntropy(
					logits + j * plan.logitStride,
					plan.parameters + plan.headBias,
					plan.outputRows,
					rest,
					plan.targets + (i + j) * STREAMS,
					plan.mask + (i + j) * STREAMS,
					plan.losses + (i + j) * LOSS_BYTES,
					scale,
					learn ? 1 : 0,
				);
			}
			if (!learn) continue;
			this.#k.panelMultiply(
				top.stateGradients + at,
				plan.packedHeadTransposed,
				logits,
				plan.unitPanels,
				plan.outputRows,
				count,
				plan.stateStride,
				plan.logitStride,
				0,
			);
		}
	}

	/** All gradients, from what `forward(true)` left. */
	backward(): void {
		const plan = this.#plan;
		for (const layer of plan.layers) {
			const groups = this.#share(plan.units / 8);
			const blocks = plan.blocks + plan.groups;
			this.#k.packStates(layer.statePanels, layer.states, ...groups, blocks, plan.stateStride, plan.statePanelStride);
		}
		for (let index = plan.layers.length - 1; index >= 0; index--) {
			const layer = plan.layers[index] as LayerPlan;
			this.#recurrenceGradient(layer);
			this.#weightGradients(layer, plan.layers[index - 1]);
		}
		const top = plan.layers.at(-1) as LayerPlan;
		const panels = this.#share(plan.outputPanels);
		this.#k.gradientMultiply(
			plan.gradients + plan.headWeight,
			plan.logits,
			top.statePanels + plan.groups * 256,
			...panels,
			plan.units / 8,
			plan.blocks,
			plan.logitStride,
			plan.statePanelStride,
			OUTPUT_ROWS_PER_PANEL,
			plan.outputRows,
			plan.units,
		);
		const bias = plan.gradients + plan.headBias;
		this.#k.sumRows(
			bias,
			plan.logits,
			...panels,
			plan.blocks,
			plan.logitStride,
			OUTPUT_ROWS_PER_PANEL,
			plan.outputRows,
		);
		this.barrier();
	}

	#recurrenceGradient(layer: LayerPlan): void {
		const { units, groups, unroll, gateStride, stateStride, candidateStride } = this.#plan;
		const [firstUnit, lastUnit] = this.#units;
		const [first, last] = this.#gates;
		const rows = GATES * units;
		for (let t = unroll - 1; t >= 0; t--) {
			const after = layer.stateGradients + (t + 1) * groups * stateStride;
			if (t < unroll - 1) {
				this.#k.panelMultiply(
					after + firstUnit * 192,
					layer.packedHhTransposed + firstUnit * rows * 24,
					layer.gates + (t + 1) * groups * gateStride,
					lastUnit - firstUnit,
					rows,
					groups,
					stateStride,
					gateStride,
					1,
				);
			}
			for (let g = 0; g < groups; g++) {
				const i = t * groups + g;
				this.#k.gruBackward(
					layer.gates + i * gateStride,
					layer.candidate + i * candidateStride,
					after + g * stateStride,
					layer.states + i * stateStride,
					layer.stateGradients + i * stateStride,
					first,
					last,
				);
			}
			this.barrier();
		}
	}

	/** Weight gradients of one layer, and the state gradients of the layer below. */
	#weightGradients(layer: LayerPlan, below: LayerPlan | undefined): void {
		const plan = this.#plan;
		const { units, blocks, gateStride, candidateStride, statePanelStride, gradients } = plan;
		const [first, last] = this.#gates;
		const weights = (target: number, panels: number) =>
			this.#k.gradientMultiply(
				gradients + target,
				layer.gates,
				panels,
				first,
				last,
				units / 8,
				blocks,
				gateStride,
				statePanelStride,
				UNITS_PER_PANEL,
				units,
				units,
			);
		const bias = (target: number) =>
			this.#k.sumRows(gradients + target, layer.gates, first, last, blocks, gateStride, UNITS_PER_PANEL, units);
		weights(layer.weightHh, layer.statePanels);
		bias(layer.biasHh);
		for (let i = 0; i < blocks; i++) {
			this.#k.gruInputGradient(layer.gates + i * gateStride, layer.candidate + i * candidateStride, first, last);
		}
		bias(layer.biasIh);
		if (below === undefined) {
			this.#tableGradient(layer);
			return;
		}
		weights(layer.weightIh, below.statePanels + plan.groups * 256);
		this.barrier();
		const [firstUnit, lastUnit] = this.#units;
		const rows = GATES * units;
		this.#k.panelMultiply(
			below.stateGradients + plan.groups * plan.stateStride + firstUnit * 192,
			layer.packedIhTransposed + firstUnit * rows * 24,
			layer.gates,
			lastUnit - firstUnit,
			rows,
			blocks,
			plan.stateStride,
			gateStride,
			0,
		);
	}

	#tableGradient(layer: LayerPlan): void {
		const { units, blocks, gateStride, gradients, inputs } = this.#plan;
		const [first, last] = this.#gates;
		const rows = GATES * units;
		const table = gradients + layer.weightIh;
		for (const byte of this.#seenBytes()) {
			const row = table / 4 + byte * rows;
			this.#floats.fill(0, row + first * 6, row + last * 6);
		}
		for (let i = 0; i < blocks; i++) {
			this.#k.scatterInputs(table, layer.gates + i * gateStride, inputs + i * STREAMS, first, last, rows);
		}
	}

	/**
	 * Adam, with the gradient clipped to the global norm; every thread computes the same norm. A gradient that is not
	 * finite teaches nothing.
	 */
	apply(): void {
		const { parameters, gradients, first, second, denseFloats } = this.#plan;
		const dense = share(denseFloats, this.#thread, this.#threads, 16);
		const ranges: (readonly [number, number])[] = [[dense[0], dense[1] - dense[0]]];
		const rows = GATES * this.#plan.units;
		const bottom = this.#plan.layers[0] as LayerPlan;
		for (const [index, byte] of this.#seenBytes().entries()) {
			if (index % this.#threads === this.#thread) ranges.push([bottom.weightIh / 4 + byte * rows, rows]);
		}
		let squares = 0;
		for (const [start, count] of ranges) squares += this.#k.sumSquares(gradients + start * 4, count);
		this.#partials[this.#thread] = squares;
		this.barrier();
		const norm = this.gradientNorm();
		if (!Number.isFinite(norm)) ranges.length = 0;
		const clip = this.#scalars[scalar.clip] as number;
		const scale = norm > clip ? clip / norm : 1;
		for (const [start, count] of ranges) {
			const at = start * 4;
			this.#k.adam(
				parameters + at,
				gradients + at,
				first + at,
				second + at,
				count,
				scale,
				this.#scalars[scalar.keep] as number,
				this.#scalars[scalar.rate] as number,
				this.#scalars[scalar.beta1] as number,
				this.#scalars[scalar.beta2] as number,
				this.#scalars[scalar.rootCorrection] as number,
				this.#scalars[scalar.epsilon] as number,
			);
		}
		this.barrier();
	}

	/** Of the last update, before clipping. */
	gradientNorm(): number {
		let squares = 0;
		for (const partial of this.#partials) squares += partial;
		return Math.sqrt(squares);
	}

	#seenBytes(): number[] {
		const bytes: number[] = [];
		for (let byte = 0; byte < SYMBOLS; byte++) if (this.#seen[byte]) bytes.push(byte);
		return bytes;
	}

	#share(count: number): readonly [number, number] {
		return share(count, this.#thread, this.#threads);
	}
}

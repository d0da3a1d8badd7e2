/**
 * One training step of a recurrent network, as each of the threads runs it. All threads run the same program on the same
 * memory; each owns a range of the hidden units (and, for the output layer, of the time steps), and barriers stand where
 * one reads what another wrote. The result does not depend on the number of threads, up to the rounding of the gradient
 * norm.
 *
 * A network of both directions is two networks of one direction. The output layer reads the states of both at a place.
 *
 * Back-propagation through time (Werbos 1990), truncated to the segment (Williams and Peng 1990). Gate gradients
 * overwrite the gates. Whatever depends on the cell is behind `CellKernels`.
 */
import type { PanelMultiply } from "./bindings.ts";
import { Embedding } from "./layers/embedding.ts";
import { OutputLayer } from "./layers/output.ts";
import type { BelowPlan } from "./layers/wordPlan.ts";
import { optimizerStep } from "./optimizerStep.ts";
import { packWeights } from "./packing.ts";
import {
	type LayerPlan,
	PACKED_BYTES,
	PANEL_BYTES,
	PANEL_ROWS,
	STREAMS,
	type StackPlan,
	TRANSPOSED_BYTES,
	UNIT_GROUP,
} from "./plan.ts";
import type { ThreadContext } from "./threadContext.ts";

export class Program {
	readonly #context: ThreadContext;
	readonly #output: OutputLayer;
	/** Of a network of words. */
	readonly #embedding: Embedding | undefined;

	constructor(context: ThreadContext) {
		const { embedding, stacks } = context.plan;
		this.#context = context;
		this.#output = new OutputLayer(context);
		this.#embedding = embedding && new Embedding(context, embedding, stacks[0] as StackPlan);
	}

	/** Packs the weights, after they were changed from outside. */
	pack(): void {
		this.#output.pack(true);
		packWeights(this.#context);
	}

	/** Forward, without a gradient. */
	evaluate(): void {
		this.#forward(false);
	}

	/** Forward, backward, the optimiser, and packing of the changed weights. */
	update(): void {
		this.#forward(true);
		this.#backward();
		optimizerStep(this.#context, this.#output, this.#embedding);
		this.#output.pack(false);
		packWeights(this.#context);
	}

	/** Runs the segment through the network; leaves losses, and with `learn` the gradient of the logits and states. */
	#forward(learn: boolean): void {
		const { stacks, depth } = this.#context.plan;
		for (let level = 0; level < depth; level++) {
			for (const stack of stacks) {
				const below = this.#below(stack, level);
				if (level === 0) this.#embedding?.forward();
				if (below === undefined) this.#tableProducts(stack);
				else this.#inputProducts(stack, stack.layers[level] as LayerPlan, below);
			}
			this.#recurrence(level);
		}
		this.#output.forward(learn);
		this.#context.barrier();
	}

	/** What a layer reads; undefined for the table of a network of bytes. */
	#below({ layers }: StackPlan, level: number): BelowPlan | undefined {
		return level === 0 ? this.#context.plan.embedding : layers[level - 1];
	}

	/** The input products of the first layer of bytes: rows of its table. */
	#tableProducts(stack: StackPlan): void {
		const { kernels, plan, gatePanels } = this.#context;
		const layer = stack.layers[0] as LayerPlan;
		const table = plan.parameters + layer.weightIh;
		const blocks = this.#context.stepsOf(stack) * plan.groups;
		for (let i = 0; i < blocks; i++) {
			kernels.gatherInputs({
				table,
				block: layer.gates + i * plan.gateStride,
				bytes: stack.inputs + i * STREAMS,
				panels: gatePanels,
				rows: plan.rows,
			});
		}
	}

	#inputProducts(stack: StackPlan, layer: LayerPlan, below: BelowPlan): void {
		const { kernels, plan } = this.#context;
		kernels.panelMultiply({
			...this.#ownedRows(layer.gates, layer.packedIh),
			x: below.states + stack.after * plan.stateStride,
			blocks: this.#context.stepsOf(stack) * plan.groups,
		});
	}

	/** A product of the rows of the gates that this thread owns with states: all but `x` and `blocks`. */
	#ownedRows(to: number, weights: number): Omit<PanelMultiply, "x" | "blocks"> {
		const { plan, gatePanels } = this.#context;
		const { first, last } = gatePanels;
		return {
			to: to + first * PANEL_BYTES,
			toStride: plan.gateStride,
			weights: weights + first * plan.units * PACKED_BYTES,
			xStride: plan.stateStride,
			panels: last - first,
			k: plan.units,
			accumulate: false,
		};
	}

	/** All steps of one layer, of both directions side by side, so that the threads wait for each other once a step. */
	#recurrence(level: number): void {
		const { stacks } = this.#context.plan;
		const advances = stacks.map((stack) => this.#advance(stack, stack.layers[level] as LayerPlan));
		const steps = Math.max(...stacks.map((stack) => this.#context.stepsOf(stack)));
		for (let n = 0; n < steps; n++) {
			for (const advance of advances) advance(n);
			this.#context.barrier();
		}
	}

	/** Makes the step of a layer that is its n-th, from 0, in the direction of its stack. */
	#advance(stack: StackPlan, layer: LayerPlan): (n: number) => void {
		const { kernels, cell, plan, gatePanels } = this.#context;
		const { isReverse, before, after } = stack;
		const steps = this.#context.stepsOf(stack);
		const { units, groups, stateStride, vectorStride } = plan;
		const product = { ...this.#ownedRows(plan.recurrent, layer.packedHh), x: 0, blocks: groups };
		const step = {
			gates: 0,
			recurrent: 0,
			kept: 0,
			previous: 0,
			next: 0,
			vectorStride,
			units,
			panels: gatePanels,
			inputBias: plan.parameters + layer.biasIh,
			recurrentBias: plan.parameters + layer.biasHh,
		};
		return (n) => {
			if (n >= steps) return;
			const t = isReverse ? steps - 1 - n : n;
			product.x = layer.states + (t * groups + before) * stateStride;
			kernels.panelMultiply(product);
			for (let g = 0; g < groups; g++) {
				const i = t * groups + g;
				step.gates = layer.gates + i * plan.gateStride;
				step.recurrent = plan.recurrent + g * plan.gateStride;
				step.kept = layer.kept + i * plan.keptStride;
				step.previous = layer.states + (i + before) * stateStride;
				step.next = layer.states + (i + after) * stateStride;
				cell.forward(step);
				if (isReverse) this.#context.zeroAbsent(step.next, i);
			}
		};
	}

	/** All gradients, from what `#forward(true)` left. */
	#backward(): void {
		const { kernels, plan } = this.#context;
		const { stacks, depth, blocks, groups, units } = plan;
		const read = plan.embedding === undefined ? [] : [plan.embedding];
		for (const { statePanels, states } of [...read, ...stacks.flatMap(({ layers }) => layers)]) {
			kernels.packStates({
				to: statePanels,
				panelStride: plan.statePanelStride,
				states,
				stateStride: plan.stateStride,
				groups: this.#context.share(units / UNIT_GROUP),
				blocks: blocks + groups,
			});
		}
		for (let level = depth - 1; level >= 0; level--) {
			this.#recurrenceGradient(level);
			for (const stack of stacks) this.#weightGradients(stack, level);
		}
		this.#embedding?.backward();
		this.#output.gradients();
		this.#context.barrier();
	}

	/** A product of the transposed weights with gate gradients, for the units that this thread owns: all but `blocks`. */
	#ownedUnits(to: number, weights: number, gates: number): Omit<PanelMultiply, "blocks" | "accumulate"> {
		const { plan, unitPanels } = this.#context;
		const { first, last } = unitPanels;
		return {
			to: to + first * PANEL_BYTES,
			toStride: plan.stateStride,
			weights: weights + first * plan.rows * PACKED_BYTES,
			x: gates,
			xStride: plan.gateStride,
			panels: last - first,
			k: plan.rows,
		};
	}

	/** The way back through all steps of one layer, of both directions side by side. */
	#recurrenceGradient(level: number): void {
		const { stacks, unroll } = this.#context.plan;
		const retreats = stacks.map((stack) => this.#retreat(stack, stack.layers[level] as LayerPlan));
		for (let n = unroll - 1; n >= 0; n--) {
			for (const retreat of retreats) retreat(n);
			this.#context.barrier();
		}
	}

	/**
	 * Goes back through the step of a layer that is its n-th at the segment in the direction of its stack. What the backward
	 * network read behind the segment has no gradient.
	 */
	#retreat({ isReverse, before, after }: StackPlan, layer: LayerPlan): (n: number) => void {
		const { kernels, cell, plan, gatePanels } = this.#context;
		const { units, groups, unroll, gateStride, stateStride, vectorStride } = plan;
		const step = {
			gates: 0,
			kept: 0,
			previous: 0,
			next: 0,
			previousGradient: 0,
			nextGradient: 0,
			vectorStride,
			units,
			panels: gatePanels,
		};
		return (n) => {
			const t = isReverse ? unroll - 1 - n : n;
			const next = layer.stateGradients + (t * groups + after) * stateStride;
			if (n < unroll - 1) {
				const later = layer.gates + (isReverse ? t - 1 : t + 1) * groups * gateStride;
				const product = this.#ownedUnits(next, layer.packedHhTransposed, later);
				kernels.panelMultiply({ ...product, blocks: groups, accumulate: true });
			}
			for (let g = 0; g < groups; g++) {
				const i = t * groups + g;
				step.gates = layer.gates + i * gateStride;
				step.kept = layer.kept + i * plan.keptStride;
				step.previous = layer.states + (i + before) * stateStride;
				step.next = layer.states + (i + after) * stateStride;
				step.previousGradient = layer.stateGradients + (i + before) * stateStride;
				step.nextGradient = next + g * stateStride;
				if (isReverse) this.#context.zeroAbsent(step.nextGradient, i);
				cell.backward(step);
			}
		};
	}

	/** Weight gradients of one layer, and the state gradients of the layer below. */
	#weightGradients(stack: StackPlan, level: number): void {
		const { kernels, cell, plan, gatePanels } = this.#context;
		const { units, blocks, gradients } = plan;
		const { before, after } = stack;
		const layer = stack.layers[level] as LayerPlan;
		const below = this.#below(stack, level);
		const own = {
			gradients: layer.gates,
			gradientStride: plan.gateStride,
			panels: gatePanels,
			blocks,
			rows: plan.rowOrder,
		};
		const weights = (to: number, states: number) =>
			kernels.gradientMultiply({
				...own,
				to,
				columns: units,
				states,
				statePanelStride: plan.statePanelStride,
				columnPanels: units / UNIT_GROUP,
			});
		weights(gradients + layer.weightHh, layer.statePanels + before * TRANSPOSED_BYTES);
		kernels.sumRows({ ...own, to: gradients + layer.biasHh });
		if (cell.inputGradient !== undefined) {
			for (let i = 0; i < blocks; i++) {
				cell.inputGradient(layer.gates + i * plan.gateStride, layer.kept + i * plan.keptStride, gatePanels);
			}
		}
		kernels.sumRows({ ...own, to: gradients + layer.biasIh });
		if (below === undefined) {
			this.#tableGradient(stack, layer);
			return;
		}
		weights(gradients + layer.weightIh, below.statePanels + after * TRANSPOSED_BYTES);
		this.#context.barrier();
		const belowGradients = below.stateGradients + after * plan.stateStride;
		kernels.panelMultiply({
			...this.#ownedUnits(belowGradients, layer.packedIhTransposed, layer.gates),
			blocks,
			accumulate: false,
		});
	}

	#tableGradient(stack: StackPlan, layer: LayerPlan): void {
		const { kernels, plan, gatePanels, floats } = this.#context;
		const { first, last } = gatePanels;
		const table = plan.gradients + layer.weightIh;
		for (const byte of this.#context.seenBytes(stack)) {
			const row = table / 4 + byte * plan.rows;
			floats.fill(0, row + first * PANEL_ROWS, row + last * PANEL_ROWS);
		}
		for (let i = 0; i < plan.blocks; i++) {
			kernels.scatterInputs({
				table,
				block: layer.gates + i * plan.gateStride,
				bytes: stack.inputs + i * STREAMS,
				panels: gatePanels,
				rows: plan.rows,
			});
		}
	}
}

/**
 * One training step of a recurrent network, as each of the threads runs it. All threads run the same program on the same
 * memory; each owns a range of the hidden units (and, for the output layer, of the time steps), and barriers stand where
 * one reads what another wrote. The result does not depend on the number of threads, up to the rounding of the gradient
 * norm.
 *
 * Back-propagation through time (Werbos 1990), truncated to the segment (Williams and Peng 1990). Gate gradients
 * overwrite the gates. Whatever depends on the cell is behind `CellKernels`.
 */
import type { PanelMultiply } from "./bindings.ts";
import { optimizerStep } from "./optimizerStep.ts";
import {
	type LayerPlan,
	LOSS_BYTES,
	MIXING_BYTES,
	PACKED_BYTES,
	PANEL_BYTES,
	PANEL_ROWS,
	STREAMS,
	TRANSPOSED_BYTES,
	UNIT_GROUP,
} from "./plan.ts";
import type { ThreadContext } from "./threadContext.ts";

/**
 * Blocks of the output layer worked on at once. Their logits (16 blocks of 256 rows of 8 streams: 128 KiB) stay in the
 * second-level cache between product, softmax and gradient.
 */
const outputChunk = 16;

export class Program {
	readonly #context: ThreadContext;

	constructor(context: ThreadContext) {
		this.#context = context;
	}

	/** Forward, without a gradient. */
	evaluate(): void {
		this.#forward(false);
	}

	/** Forward, backward, the optimiser, and packing of the changed weights. */
	update(): void {
		this.#forward(true);
		this.#backward();
		optimizerStep(this.#context);
		this.pack();
	}

	/** Packs the weights for the products; to be done after any change of the parameters. */
	pack(): void {
		const { kernels, plan } = this.#context;
		const gates = { panels: this.#context.share(plan.gatePanels), columns: plan.units, rows: plan.rowOrder };
		const transposed = { ...gates, panels: this.#context.share(plan.unitPanels), rowCount: plan.rows };
		for (const [index, layer] of plan.layers.entries()) {
			const recurrent = plan.parameters + layer.weightHh;
			kernels.packRows({ ...gates, to: layer.packedHh, weights: recurrent });
			kernels.packColumns({ ...transposed, to: layer.packedHhTransposed, weights: recurrent });
			if (index === 0) continue;
			const input = plan.parameters + layer.weightIh;
			kernels.packRows({ ...gates, to: layer.packedIh, weights: input });
			kernels.packColumns({ ...transposed, to: layer.packedIhTransposed, weights: input });
		}
		const weights = plan.parameters + plan.headWeight;
		const head = { weights, columns: plan.units, rows: plan.outputRowOrder };
		kernels.packRows({ ...head, to: plan.packedHead, panels: this.#context.share(plan.outputPanels) });
		kernels.packColumns({
			...head,
			to: plan.packedHeadTransposed,
			panels: transposed.panels,
			rowCount: plan.outputRows,
		});
		this.#context.barrier();
	}

	/** Runs the segment through the network; leaves losses, and with `learn` the gradient of the logits and states. */
	#forward(learn: boolean): void {
		let below: LayerPlan | undefined;
		for (const layer of this.#context.plan.layers) {
			if (below === undefined) this.#tableProducts(layer);
			else this.#inputProducts(layer, below);
			this.#recurrence(layer);
			below = layer;
		}
		this.#output(learn);
		this.#context.barrier();
	}

	/** The input products of the first layer: rows of its table. */
	#tableProducts(layer: LayerPlan): void {
		const { kernels, plan, gatePanels } = this.#context;
		const table = plan.parameters + layer.weightIh;
		for (let i = 0; i < plan.blocks; i++) {
			kernels.gatherInputs({
				table,
				block: layer.gates + i * plan.gateStride,
				bytes: plan.inputs + i * STREAMS,
				panels: gatePanels,
				rows: plan.rows,
			});
		}
	}

	#inputProducts(layer: LayerPlan, below: LayerPlan): void {
		const { kernels, plan } = this.#context;
		kernels.panelMultiply({
			...this.#ownedRows(layer.gates, layer.packedIh),
			x: below.states + plan.groups * plan.stateStride,
			blocks: plan.blocks,
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

	#recurrence(layer: LayerPlan): void {
		const { kernels, cell, plan, gatePanels } = this.#context;
		const { units, groups, unroll, stateStride, vectorStride } = plan;
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
		for (let t = 0; t < unroll; t++) {
			product.x = layer.states + t * groups * stateStride;
			kernels.panelMultiply(product);
			for (let g = 0; g < groups; g++) {
				const i = t * groups + g;
				step.gates = layer.gates + i * plan.gateStride;
				step.recurrent = plan.recurrent + g * plan.gateStride;
				step.kept = layer.kept + i * plan.keptStride;
				step.previous = layer.states + i * stateStride;
				step.next = layer.states + (i + groups) * stateStride;
				cell.forward(step);
			}
			this.#context.barrier();
		}
	}

	/** Logits, losses and, to learn, their gradients and those of the top layer's states: split by time. */
	#output(learn: boolean): void {
		const { kernels, plan } = this.#context;
		const { logitStride, stateStride } = plan;
		const top = plan.layers.at(-1) as LayerPlan;
		const scale = this.#context.scalar("gradientScale");
		const rest = this.#context.scalar("rest");
		const isMixed = this.#context.scalar("isMixed") === 1;
		const { first, last } = this.#context.share(plan.blocks);
		for (let i = first; i < last; i += outputChunk) {
			const blocks = Math.min(outputChunk, last - i);
			const logits = plan.logits + i * logitStride;
			const at = (i + plan.groups) * stateStride;
			kernels.panelMultiply({
				to: logits,
				toStride: logitStride,
				weights: plan.packedHead,
				x: top.states + at,
				xStride: stateStride,
				panels: plan.outputPanels,
				k: plan.units,
				blocks,
				accumulate: false,
			});
			for (let j = 0; j < blocks; j++) {
				const block = {
					targets: plan.targets + (i + j) * STREAMS,
					mask: plan.mask + (i + j) * STREAMS,
					parts: plan.losses + (i + j) * LOSS_BYTES,
					scale,
				};
				kernels.crossEntropy({
					...block,
					logits: logits + j * logitStride,
					bias: plan.parameters + plan.headBias,
					rows: plan.outputRows,
					rest,
					gradient: learn && !isMixed,
				});
				if (!isMixed) continue;
				kernels.mixtureCrossEntropy({
					...block,
					exps: logits + j * logitStride,
					mixing: plan.mixing + (i + j) * MIXING_BYTES,
					gradient: learn,
				});
			}
			if (!learn) continue;
			kernels.panelMultiply({
				to: top.stateGradients + at,
				toStride: stateStride,
				weights: plan.packedHeadTransposed,
				x: logits,
				xStride: logitStride,
				panels: plan.unitPanels,
				k: plan.outputRows,
				blocks,
				accumulate: false,
			});
		}
	}

	/** All gradients, from what `#forward(true)` left. */
	#backward(): void {
		const { kernels, plan } = this.#context;
		const { layers, blocks, groups, units } = plan;
		for (const layer of layers) {
			kernels.packStates({
				to: layer.statePanels,
				panelStride: plan.statePanelStride,
				states: layer.states,
				stateStride: plan.stateStride,
				groups: this.#context.share(units / UNIT_GROUP),
				blocks: blocks + groups,
			});
		}
		for (let index = layers.length - 1; index >= 0; index--) {
			const layer = layers[index] as LayerPlan;
			this.#recurrenceGradient(layer);
			this.#weightGradients(layer, layers[index - 1]);
		}
		const top = layers.at(-1) as LayerPlan;
		const head = {
			gradients: plan.logits,
			gradientStride: plan.logitStride,
			panels: this.#context.share(plan.outputPanels),
			blocks,
			rows: plan.outputRowOrder,
		};
		kernels.gradientMultiply({
			...head,
			to: plan.gradients + plan.headWeight,
			columns: units,
			states: top.statePanels + groups * TRANSPOSED_BYTES,
			statePanelStride: plan.statePanelStride,
			columnPanels: units / UNIT_GROUP,
		});
		kernels.sumRows({ ...head, to: plan.gradients + plan.headBias });
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

	#recurrenceGradient(layer: LayerPlan): void {
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
		for (let t = unroll - 1; t >= 0; t--) {
			const after = layer.stateGradients + (t + 1) * groups * stateStride;
			if (t < unroll - 1) {
				kernels.panelMultiply({
					...this.#ownedUnits(after, layer.packedHhTransposed, layer.gates + (t + 1) * groups * gateStride),
					blocks: groups,
					accumulate: true,
				});
			}
			for (let g = 0; g < groups; g++) {
				const i = t * groups + g;
				step.gates = layer.gates + i * gateStride;
				step.kept = layer.kept + i * plan.keptStride;
				step.previous = layer.states + i * stateStride;
				step.next = layer.states + (i + groups) * stateStride;
				step.previousGradient = layer.stateGradients + i * stateStride;
				step.nextGradient = after + g * stateStride;
				cell.backward(step);
			}
			this.#context.barrier();
		}
	}

	/** Weight gradients of one layer, and the state gradients of the layer below. */
	#weightGradients(layer: LayerPlan, below: LayerPlan | undefined): void {
		const { kernels, cell, plan, gatePanels } = this.#context;
		const { units, blocks, groups, gradients } = plan;
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
		weights(gradients + layer.weightHh, layer.statePanels);
		kernels.sumRows({ ...own, to: gradients + layer.biasHh });
		if (cell.inputGradient !== undefined) {
			for (let i = 0; i < blocks; i++) {
				cell.inputGradient(layer.gates + i * plan.gateStride, layer.kept + i * plan.keptStride, gatePanels);
			}
		}
		kernels.sumRows({ ...own, to: gradients + layer.biasIh });
		if (below === undefined) {
			this.#tableGradient(layer);
			return;
		}
		weights(gradients + layer.weightIh, below.statePanels + groups * TRANSPOSED_BYTES);
		this.#context.barrier();
		const belowGradients = below.stateGradients + groups * plan.stateStride;
		kernels.panelMultiply({
			...this.#ownedUnits(belowGradients, layer.packedIhTransposed, layer.gates),
			blocks,
			accumulate: false,
		});
	}

	#tableGradient(layer: LayerPlan): void {
		const { kernels, plan, gatePanels, floats } = this.#context;
		const { first, last } = gatePanels;
		const table = plan.gradients + layer.weightIh;
		for (const byte of this.#context.seenBytes()) {
			const row = table / 4 + byte * plan.rows;
			floats.fill(0, row + first * PANEL_ROWS, row + last * PANEL_ROWS);
		}
		for (let i = 0; i < plan.blocks; i++) {
			kernels.scatterInputs({
				table,
				block: layer.gates + i * plan.gateStride,
				bytes: plan.inputs + i * STREAMS,
				panels: gatePanels,
				rows: plan.rows,
			});
		}
	}
}

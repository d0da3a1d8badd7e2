import assert from "node:assert/strict";
import { Worker } from "node:worker_threads";
import { barrierStatus, type Kernels, type RowOrder } from "../../../src/engines/wasm/bindings.ts";
import { cellNames, cellOf } from "../../../src/engines/wasm/cells/index.ts";
import { createMemory, instantiateKernels } from "../../../src/engines/wasm/kernels.ts";
import { groupUnits } from "../../../src/engines/wasm/plan.ts";
import { quantize } from "../../../src/model/quantize.ts";
import { type CompiledModule, compileKernels, kernelBuilds } from "../../../src/platform/wasmModules.ts";
import { stepOf } from "../reference/network.ts";
import { randomNumbers } from "../reference/random.ts";

/** Kernels with a megabyte of memory, and ways to put numbers in and take them out. */
class Bench {
	readonly k: Kernels;
	readonly #buffer: ArrayBuffer;
	readonly random = randomNumbers(7);
	#end = 0;

	constructor({ module }: CompiledModule) {
		const memory = createMemory(1 << 20);
		this.k = instantiateKernels(module, memory);
		this.#buffer = memory.buffer;
	}

	/** Space for `count` floats, filled with NaN so that what is not written shows. */
	space(count: number): number {
		const address = this.#end;
		this.#end += Math.ceil((count * 4 + 64) / 64) * 64;
		assert.ok(this.#end <= this.#buffer.byteLength);
		new Float32Array(this.#buffer, address, count).fill(Number.NaN);
		return address;
	}

	put(values: ArrayLike<number>): number {
		const address = this.space(values.length);
		new Float32Array(this.#buffer, address, values.length).set(values);
		return address;
	}

	putBytes(values: ArrayLike<number>): number {
		const address = this.space(Math.ceil(values.length / 4));
		new Uint8Array(this.#buffer, address, values.length).set(values);
		return address;
	}

	putWords(values: ArrayLike<number>): number {
		const address = this.space(values.length);
		new Uint32Array(this.#buffer, address, values.length).set(values);
		return address;
	}

	get(address: number, count: number): Float32Array {
		return new Float32Array(this.#buffer, address, count).slice();
	}

	getBytes(address: number, count: number): Uint8Array {
		return new Uint8Array(this.#buffer, address, count).slice();
	}

	getInt16(address: number, count: number): Int16Array {
		return new Int16Array(this.#buffer, address, count).slice();
	}

	numbers(count: number, size = 1): Float32Array {
		return Float32Array.from({ length: count }, () => (2 * this.random() - 1) * size);
	}

	bytes(count: number, limit = 256): Uint8Array {
		return Uint8Array.from({ length: count }, () => Math.floor(this.random() * limit));
	}
}

function assertClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
	assert.equal(actual.length, expected.length);
	for (let i = 0; i < actual.length; i++) {
		const difference = Math.abs((actual[i] as number) - (expected[i] as number));
		assert.ok(difference <= tolerance, `at ${i}: ${actual[i]}, expected ${expected[i]}`);
	}
}

const at = (values: ArrayLike<number>, index: number): number => values[index] as number;

/** Which row of a `[gates·units]` matrix stands in slot s of panel p; −1 for padding. */
function rowOf(panel: number, slot: number, { gates, groupUnits, units }: RowOrder): number {
	// All places in turn: groups of units, in each the gates, of each the units of the group.
	let place = 0;
	for (let group = 0; group * groupUnits < units; group++) {
		for (let gate = 0; gate < gates; gate++) {
			for (let unit = group * groupUnits; unit < (group + 1) * groupUnits; unit++, place++) {
				if (place === panel * 6 + slot) return unit < units ? gate * units + unit : -1;
			}
		}
	}
	return -1;
}

for (const build of kernelBuilds) {
	describe(`kernels, ${build} build`, () => {
		let compiled: CompiledModule;
		let bench: Bench;
		before(async () => {
			compiled = await compileKernels([build]);
		});
		beforeEach(() => {
			bench = new Bench(compiled);
		});

		for (const [panels, k, blocks, accumulate] of [
			[1, 1, 1, false],
			[2, 7, 3, false],
			[3, 16, 2, true],
			[5, 33, 1, true],
		] as const) {
			it(`panelMultiply: ${panels} panels, k = ${k}, ${blocks} blocks, accumulate ${accumulate}`, () => {
				const a = bench.numbers(panels * k * 6);
				const x = bench.numbers(blocks * (k * 8 + 4));
				const before = bench.numbers(blocks * (panels * 48 + 8));
				const c = bench.put(before);
				const cStride = (panels * 48 + 8) * 4;
				const xStride = (k * 8 + 4) * 4;
				const [weights, xAt] = [bench.put(a), bench.put(x)];
				const sizes = { toStride: cStride, xStride, panels, k, blocks, accumulate };
				bench.k.panelMultiply({ to: c, weights, x: xAt, ...sizes });
				const expected = Float64Array.from(before);
				for (let i = 0; i < blocks; i++) {
					for (let row = 0; row < panels * 6; row++) {
						for (let s = 0; s < 8; s++) {
							const to = i * (panels * 48 + 8) + row * 8 + s;
							let sum = accumulate ? at(before, to) : 0;
							for (let j = 0; j < k; j++) {
								sum += at(a, (Math.floor(row / 6) * k + j) * 6 + (row % 6)) * at(x, i * (k * 8 + 4) + j * 8 + s);
							}
							expected[to] = sum;
						}
					}
				}
				assertClose(bench.get(c, before.length), expected, 1e-5);
			});
		}

		for (const [gates, units, groupUnits, columns, blocks] of [
			[3, 8, 2, 8, 1],
			[3, 10, 2, 16, 3],
			[1, 16, 6, 8, 2],
			[1, 13, 6, 24, 5],
			[4, 6, 3, 8, 3],
			[4, 7, 3, 16, 2],
		] as const) {
			const rows: RowOrder = { gates, groupUnits, units };
			const panels = (Math.ceil(units / groupUnits) * groupUnits * gates) / 6;
			const title = `${gates} gates of ${units} units, ${columns} columns, ${blocks} blocks`;

			it(`gradientMultiply, packStates and sumRows: ${title}`, () => {
				const gStride = panels * 48 + 16;
				const xStride = columns * 8 + 4;
				const panelStride = blocks * 64 + 8;
				const g = bench.numbers(blocks * gStride);
				const x = bench.numbers(blocks * xStride);
				const packed = bench.space((columns / 8) * panelStride);
				bench.k.packStates({
					to: packed,
					panelStride: panelStride * 4,
					states: bench.put(x),
					stateStride: xStride * 4,
					groups: { first: 0, last: columns / 8 },
					blocks,
				});
				const gAddress = bench.put(g);
				const c = bench.space(gates * units * columns);
				const product = {
					gradients: gAddress,
					gradientStride: gStride * 4,
					panels: { first: 0, last: panels },
					blocks,
					rows,
				};
				bench.k.gradientMultiply({
					...product,
					to: c,
					columns,
					states: packed,
					statePanelStride: panelStride * 4,
					columnPanels: columns / 8,
				});
				const sums = bench.space(gates * units);
				bench.k.sumRows({ ...product, to: sums });
				const expected = new Float64Array(gates * units * columns);
				const expectedSums = new Float64Array(gates * units);
				for (let p = 0; p < panels; p++) {
					for (let slot = 0; slot < 6; slot++) {
						const row = rowOf(p, slot, rows);
						if (row < 0) continue;
						for (let i = 0; i < blocks; i++) {
							for (let s = 0; s < 8; s++) {
								const value = at(g, i * gStride + (p * 6 + slot) * 8 + s);
								expectedSums[row] = at(expectedSums, row) + value;
								for (let column = 0; column < columns; column++) {
									const to = row * columns + column;
									expected[to] = at(expected, to) + value * at(x, i * xStride + column * 8 + s);
								}
							}
						}
					}
				}
				assertClose(bench.get(c, expected.length), expected, 1e-5);
				assertClose(bench.get(sums, expectedSums.length), expectedSums, 1e-5);
			});

			it(`packRows and packColumns: ${title}`, () => {
				const w = bench.numbers(gates * units * columns);
				const address = bench.put(w);
				const packedRows = bench.space(panels * 6 * columns);
				const matrix = { weights: address, columns, rows };
				bench.k.packRows({ ...matrix, to: packedRows, panels: { first: 0, last: panels } });
				const expectedRows = new Float64Array(panels * 6 * columns);
				for (let p = 0; p < panels; p++) {
					for (let slot = 0; slot < 6; slot++) {
						const row = rowOf(p, slot, rows);
						for (let j = 0; j < columns; j++) {
							expectedRows[(p * columns + j) * 6 + slot] = row < 0 ? 0 : at(w, row * columns + j);
						}
					}
				}
				assert.deepEqual(bench.get(packedRows, expectedRows.length), Float32Array.from(expectedRows));

				// The rows of the transposed matrix are those of a block, padding included.
				const blockRows = panels * 6;
				const columnPanels = Math.ceil(columns / 6);
				const packedColumns = bench.space(columnPanels * blockRows * 6);
				bench.k.packColumns({
					...matrix,
					to: packedColumns,
					panels: { first: 0, last: columnPanels },
					rowCount: blockRows,
				});
				const expectedColumns = new Float32Array(columnPanels * blockRows * 6);
				for (let p = 0; p < columnPanels; p++) {
					for (let r = 0; r < blockRows; r++) {
						for (let j = 0; j < 6; j++) {
							const column = p * 6 + j;
							const row = rowOf(Math.floor(r / 6), r % 6, rows);
							if (row >= 0 && column < columns)
								expectedColumns[(p * blockRows + r) * 6 + j] = at(w, row * columns + column);
						}
					}
				}
				assert.deepEqual(bench.get(packedColumns, expectedColumns.length), expectedColumns);
			});
		}

		it("gatherInputs and scatterInputs, also where two streams hold the same byte", () => {
			const panels = 4;
			const rows = panels * 6;
			const table = bench.numbers(256 * rows);
			const bytes = Uint8Array.of(3, 255, 3, 0, 7, 3, 9, 255);
			const block = bench.space(rows * 8);
			const byteAddress = bench.putBytes(bytes);
			const inputs = { table: bench.put(table), block, bytes: byteAddress, rows };
			bench.k.gatherInputs({ ...inputs, panels: { first: 0, last: 2 } });
			bench.k.gatherInputs({ ...inputs, panels: { first: 2, last: panels } });
			const gathered = bench.get(block, rows * 8);
			const gradient = bench.numbers(256 * rows);
			const expected = Float64Array.from(gradient);
			for (let s = 0; s < 8; s++) {
				for (let row = 0; row < rows; row++) {
					const from = at(bytes, s) * rows + row;
					assert.equal(gathered[row * 8 + s], table[from]);
					expected[from] = at(expected, from) + at(gathered, row * 8 + s);
				}
			}
			const gradientAddress = bench.put(gradient);
			bench.k.scatterInputs({ ...inputs, table: gradientAddress, panels: { first: 0, last: panels } });
			assertClose(bench.get(gradientAddress, gradient.length), expected, 1e-5);
		});

		for (const [cell, size] of [...cellNames].flatMap((name) => [0.1, 3, 60].map((size) => [name, size] as const))) {
			it(`${cell} forward, backward and in one step, values to ${size}`, () => {
				const { gates, stateVectors, bind } = cellOf({ cell });
				const kernels = bind(bench.k.exports);
				// Whole pairs of panels for any number of gates.
				const units = 12;
				const rows = gates.length * units;
				const order = { gates: gates.length, groupUnits: groupUnits(gates.length), units };
				const x = bench.numbers(rows * 8, size);
				const q = bench.numbers(rows * 8, size);
				const previous = bench.numbers(2 * units * 8);
				const inputBias = bench.numbers(rows, size);
				const recurrentBias = bench.numbers(rows, size);
				const gradient = bench.numbers(2 * units * 8);
				const step = {
					gates: bench.put(x),
					kept: bench.space(units * 8),
					previous: bench.put(previous),
					next: bench.space(2 * units * 8),
					vectorStride: units * 32,
					units,
					panels: { first: 0, last: rows / 6 },
				};
				const recurrentBiasAt = bench.put(recurrentBias);
				const recurrent = bench.put(q);
				kernels.forward({ ...step, recurrent, inputBias: bench.put(inputBias), recurrentBias: recurrentBiasAt });
				const next = bench.get(step.next, stateVectors * units * 8);
				const previousGradient = bench.put(new Float32Array(2 * units * 8).fill(0.5));
				kernels.backward({ ...step, previousGradient, nextGradient: bench.put(gradient) });
				const recurrentGradient = bench.get(step.gates, rows * 8);
				kernels.inputGradient?.(step.gates, step.kept, step.panels);
				const inputGradient = bench.get(step.gates, rows * 8);
				const earlier = bench.get(previousGradient, stateVectors * units * 8);

				/** A stream's column of a block in panel order, as a vector of the gates one after another. */
				const column = (block: Float32Array, s: number) => {
					const vector = new Float64Array(rows);
					for (let i = 0; i < rows; i++) vector[rowOf(Math.floor(i / 6), i % 6, order)] = at(block, i * 8 + s);
					return vector;
				};
				/** A stream's part of one vector of the states. */
				const state = (states: Float32Array, vector: number, s: number) =>
					Float64Array.from({ length: units }, (_, unit) => at(states, (vector * units + unit) * 8 + s));
				const sum = (one: Float64Array, other: Float32Array) => one.map((value, i) => value + at(other, i));
				const tolerance = 4e-6 * Math.max(1, size);
				for (let s = 0; s < 8; s++) {
					const [a, u] = [sum(column(x, s), inputBias), sum(column(q, s), recurrentBias)];
					const expected = stepOf(cell)(a, u, state(previous, 0, s), state(previous, 1, s));
					assertClose(state(next, 0, s), expected.h, tolerance);
					if (stateVectors === 2) assertClose(state(next, 1, s), expected.c, tolerance);
					const back = expected.back(state(gradient, 0, s), state(gradient, 1, s));
					assertClose(column(recurrentGradient, s), back.dRecurrent, tolerance);
					assertClose(column(inputGradient, s), back.dInput, tolerance);
					const through = back.dh.map((value) => value + 0.5);
					assertClose(state(earlier, 0, s), through, tolerance);
					if (stateVectors === 2) assertClose(state(earlier, 1, s), back.dc, tolerance);
					if (s > 0) continue;
					const states = [state(previous, 0, s), state(previous, 1, s)].slice(0, stateVectors);
					const plain = bench.put(states.flatMap((vector) => [...vector]));
					kernels.step({
						state: plain,
						input: bench.put(a),
						recurrent: bench.put(column(q, s)),
						recurrentBias: recurrentBiasAt,
						units,
					});
					const stepped = [...expected.h, ...(stateVectors === 2 ? expected.c : [])];
					assertClose(bench.get(plain, stepped.length), stepped, tolerance);
				}
			});
		}

		for (const [rows, rest] of [
			[256, 0],
			[101, 0.37],
			[1, 5],
		] as const)
			it(`crossEntropy: ${rows} rows, rest ${rest}`, () => {
				const logits = bench.numbers(rows * 8, 20);
				// One far above the others, as far as e^x reaches.
				logits[(rows >> 1) * 8] = 80;
				const bias = bench.numbers(rows);
				const targets = bench.bytes(8, rows);
				const mask = Uint8Array.of(1, 1, 0, 1, 1, 1, 1, 0);
				const block = bench.put(logits);
				const parts = bench.space(24);
				bench.k.crossEntropy({
					logits: block,
					bias: bench.put(bias),
					rows,
					rest,
					targets: bench.putWords(targets),
					mask: bench.putBytes(mask),
					parts,
					scale: 0.25,
					gradient: true,
				});
				const result = bench.get(block, rows * 8);
				const got = bench.get(parts, 24);
				for (let s = 0; s < 8; s++) {
					const column = Array.from({ length: rows }, (_, i) => Math.fround(at(logits, i * 8 + s) + at(bias, i)));
					const largest = Math.max(...column);
					const total = column.reduce((sum, logit) => sum + Math.exp(logit - largest), rest * Math.exp(-largest));
					const loss = largest + Math.log(total) - at(column, at(targets, s));
					assertClose([at(got, s) + Math.log(at(got, 8 + s)) - at(got, 16 + s)], [loss], 2e-5 * Math.max(1, loss));
					for (let i = 0; i < rows; i++) {
						const p = Math.exp(at(column, i) - largest) / total;
						const expected = mask[s] ? 0.25 * (p - (i === targets[s] ? 1 : 0)) : 0;
						assertClose([at(result, i * 8 + s)], [expected], 1e-6);
					}
				}
			});

		it("crossEntropy leaves no subnormal numbers, with which products are slow", () => {
			// Of the lowest logits the probability is just above the smallest normal number, and the gradient below.
			const logits = Float32Array.from({ length: 32 }, (_, i) => (i < 8 ? 0 : -85 - (i >> 3)));
			const block = bench.put(logits);
			bench.k.crossEntropy({
				logits: block,
				bias: bench.put(new Float32Array(4)),
				rows: 4,
				rest: 0,
				targets: bench.putWords(new Uint8Array(8).fill(1)),
				mask: bench.putBytes(new Uint8Array(8).fill(1)),
				parts: bench.space(24),
				scale: 0.01,
				gradient: true,
			});
			const gradients = [...bench.get(block, 32)];
			assert.deepEqual(new Set(gradients.slice(16)), new Set([0]));
			assertClose(
				gradients.slice(0, 16),
				Array.from({ length: 16 }, (_, i) => (i < 8 ? 0.01 : -0.01)),
				1e-6,
			);
		});

		it("sumSquares over lengths around its chunk", () => {
			for (const count of [4, 8, 12, 1020, 1024, 1028, 5000]) {
				const values = bench.numbers(count);
				const expected = values.reduce((sum, value) => sum + value * value, 0);
				assertClose([bench.k.sumSquares(bench.put(values), count)], [expected], 1e-5 * expected);
			}
		});

		it("adam", () => {
			const count = 12;
			const [p, g, m] = [bench.numbers(count), bench.numbers(count), bench.numbers(count)];
			const v = bench.numbers(count).map(Math.abs);
			const addresses = {
				parameters: bench.put(p),
				gradients: bench.put(g),
				first: bench.put(m),
				second: bench.put(v),
			};
			const rates = { decay: 0.1, keep: 0.97, rate: 0.01, beta1: 0.9, beta2: 0.99 };
			bench.k.adam({ ...addresses, count, scale: 0.5, ...rates, rootCorrection: 1.5, epsilon: 1e-8 });
			for (let i = 0; i < count; i++) {
				const gradient = 0.5 * at(g, i) + 0.1 * at(p, i);
				const first = 0.9 * at(m, i) + 0.1 * gradient;
				const second = 0.99 * at(v, i) + 0.01 * gradient * gradient;
				assertClose([at(bench.get(addresses.first, count), i)], [first], 1e-6);
				assertClose([at(bench.get(addresses.second, count), i)], [second], 1e-6);
				const expected = 0.97 * at(p, i) - (0.01 * first) / (Math.sqrt(second) * 1.5 + 1e-8);
				assertClose([at(bench.get(addresses.parameters, count), i)], [expected], 1e-6);
			}
		});

		it("sgd", () => {
			const count = 12;
			const [p, g, m] = [bench.numbers(count), bench.numbers(count), bench.numbers(count)];
			const addresses = { parameters: bench.put(p), gradients: bench.put(g), first: bench.put(m) };
			bench.k.sgd({ ...addresses, count, scale: 0.5, decay: 0.1, rate: 0.3, momentum: 0.9 });
			for (let i = 0; i < count; i++) {
				const first = 0.9 * at(m, i) + 0.5 * at(g, i) + 0.1 * at(p, i);
				assertClose([at(bench.get(addresses.first, count), i)], [first], 1e-6);
				assertClose([at(bench.get(addresses.parameters, count), i)], [at(p, i) - 0.3 * first], 1e-6);
			}
		});

		for (const [rows, k] of [
			[4, 16],
			[12, 48],
			[256, 64],
		] as const) {
			it(`multiplyF32, quantize and multiplyI8: ${rows} × ${k}`, () => {
				const w = bench.numbers(rows * k);
				const weights = bench.bytes(rows * k, 255).map((byte) => byte - 127);
				const [scales, offsets] = [bench.numbers(rows), bench.numbers(rows)];
				const count = 3;
				const qStride = k * 2 + 16;
				const yStride = rows * 4 + 16;
				const quantized = bench.space(count * qStride);
				const activation = (j: number): ArrayLike<number> => {
					const q = quantized + j * qStride;
					return compiled.build === "relaxed" ? bench.getBytes(q, k) : bench.getInt16(q, k);
				};
				const [scale, zero] = [bench.k.activationScale(k), bench.k.activationZero()];
				const xs = Array.from({ length: count }, () =>
					bench.numbers(k).map((value) => Math.max(-1, Math.min(1, value))),
				);
				for (const [j, x] of xs.entries()) {
					const address = bench.put(x);
					const y = bench.space(rows);
					bench.k.multiplyF32({ to: y, weights: bench.put(w), x: address, rows, k });
					const expected = Array.from({ length: rows }, (_, r) =>
						x.reduce((sum, value, i) => sum + value * at(w, r * k + i), 0),
					);
					assertClose(bench.get(y, rows), expected, 1e-5);
					bench.k.quantize(quantized + j * qStride, address, k);
					for (const [i, value] of x.entries()) {
						const q = at(activation(j), i);
						assert.ok(Math.abs(q - (value * scale + zero)) <= 0.501, `${value} became ${q}`);
						assert.ok(Math.abs(q) * 127 * k < 2 ** 31);
					}
				}
				const y = bench.space(count * (yStride / 4));
				const signed = bench.putBytes(weights);
				bench.k.multiplyI8({
					to: y,
					toStride: yStride,
					weights: signed,
					scales: bench.put(scales),
					offsets: bench.put(offsets),
					x: quantized,
					xStride: qStride,
					rows,
					k,
					count,
				});
				for (let j = 0; j < count; j++) {
					const q = activation(j);
					for (let r = 0; r < rows; r++) {
						let sum = 0;
						for (let i = 0; i < k; i++) sum += ((at(weights, r * k + i) << 24) >> 24) * at(q, i);
						const expected = sum * at(scales, r) + at(offsets, r);
						assertClose([at(bench.get(y + j * yStride, rows), r)], [expected], 1e-6 * Math.max(1, Math.abs(expected)));
					}
				}
			});
		}

		for (const largest of [0, 1e-42, 1e-35, 0.3, 1, 3e38]) {
			it(`roundWeights: values to ${largest}`, () => {
				const k = 48;
				const x = Float32Array.from(bench.numbers(k, largest / 4), (value) =>
					Math.max(-largest, Math.min(largest, value)),
				);
				x[7] = -largest;
				const row = { shape: [1, k], data: x };
				const [scales, rounded] = [...quantize(new Map([["row", row]])).values()].map(({ data }) => data);
				const step = at(scales as Float32Array, 0);
				// A half is rounded up, also below zero.
				const halves = largest === 1 ? [0.5, -0.5, 1.5, -1.5, 126.5, -126.5] : [];
				for (const [i, half] of halves.entries()) {
					x[8 + i] = half * step;
					(rounded as Int8Array)[8 + i] = Math.round((x[8 + i] as number) / step);
				}
				const sum = (rounded as Int8Array).reduce((all, value) => all + value, 0);
				for (const isPositive of [false, true]) {
					const [to, scale, offset] = [bench.space(k), bench.space(1), bench.space(1)];
					bench.k.roundWeights({ to, scale, offset, x: bench.put(x), k, isPositive });
					assert.deepEqual(Int8Array.from(bench.getBytes(to, k)), rounded);
					const perStep = step / (isPositive ? 1 : bench.k.activationScale(k));
					const zero = isPositive ? 0 : bench.k.activationZero();
					assert.deepEqual([...bench.get(scale, 1)], [Math.fround(perStep)]);
					assert.deepEqual([...bench.get(offset, 1)], [Math.fround(-sum * zero * perStep)]);
				}
			});
		}

		for (const largest of [1e-35, 0.3, 1, 40, 0]) {
			it(`quantizePositive and scaleF32: values to ${largest}`, () => {
				const count = 48;
				const x = bench.numbers(count, largest).map((value) => Math.max(0, value));
				x[7] = largest;
				const q = bench.space(count);
				const factor = bench.k.quantizePositive(q, bench.put(x), count);
				const quantized = compiled.build === "relaxed" ? bench.getBytes(q, count) : bench.getInt16(q, count);
				// Numbers that small are all zero.
				const isZero = largest < 1e-30;
				const most = compiled.build === "relaxed" ? 127 : bench.k.activationScale(count);
				assert.equal(Math.max(...quantized), isZero ? 0 : most);
				assertClose([factor], [isZero ? 0 : largest / most], 1e-6 * largest);
				const numbers = bench.put(Float32Array.from(quantized));
				bench.k.scaleF32(numbers, factor, count);
				assertClose(bench.get(numbers, count), x, (0.501 * largest) / most + 1e-30);
			});
		}

		it("addF32", () => {
			const [y, x] = [bench.numbers(8), bench.numbers(8)];
			const address = bench.put(y);
			bench.k.addF32(address, bench.put(x), 8);
			assertClose(
				bench.get(address, 8),
				y.map((value, i) => value + at(x, i)),
				0,
			);
		});

		it("barrier holds threads back until all have come, time after time", async () => {
			const memory = createMemory(65536);
			const words = new Int32Array(memory.buffer);
			const rounds = 200;
			// Each thread counts itself, then after the barrier must see all of them.
			const code = `
				const { workerData: { module, memory, rounds } } = require("node:worker_threads");
				const words = new Int32Array(memory.buffer);
				const { barrier } = new WebAssembly.Instance(module, { env: { memory } }).exports;
				for (let round = 1; round <= rounds; round++) {
					Atomics.add(words, 16, 1);
					barrier(0, 3, 10, 1000, -1);
					if (Atomics.load(words, 16) !== 3 * round) Atomics.add(words, 17, 1);
					barrier(0, 3, 10, 1000, -1);
				}`;
			const done = Array.from({ length: 3 }, () => {
				const worker = new Worker(code, { eval: true, workerData: { module: compiled.module, memory, rounds } });
				return new Promise((resolve, reject) => worker.once("exit", resolve).once("error", reject));
			});
			await Promise.all(done);
			assert.equal(words[16], 3 * rounds);
			assert.equal(words[17], 0);
		});

		it("barrier tells a thread whether it has slept until the others came", async () => {
			const memory = createMemory(65536);
			const k = instantiateKernels(compiled.module, memory);
			const patience = { sliceMilliseconds: 1000, slices: -1 };
			new Int32Array(memory.buffer)[0] = 1;
			assert.equal(k.barrier({ state: 0, threads: 2, spins: 10, ...patience }), barrierStatus.passed, "it comes last");
			// The other comes once it has woken this thread, which then surely slept.
			const code = `
				const { workerData: { memory } } = require("node:worker_threads");
				const words = new Int32Array(memory.buffer);
				while (Atomics.notify(words, 1) === 0);
				Atomics.store(words, 0, 0);
				Atomics.add(words, 1, 1);
				Atomics.notify(words, 1);`;
			const worker = new Worker(code, { eval: true, workerData: { memory } });
			const ended = new Promise((resolve, reject) => worker.once("exit", resolve).once("error", reject));
			assert.equal(k.barrier({ state: 0, threads: 2, spins: 10, ...patience }), barrierStatus.slept);
			await ended;
		});

		it("barrier tells a thread whose others do not come that it has waited long enough", () => {
			const memory = createMemory(65536);
			const k = instantiateKernels(compiled.module, memory);
			const patience = { sliceMilliseconds: 1, slices: 3 };
			assert.equal(k.barrier({ state: 0, threads: 2, spins: 10, ...patience }), barrierStatus.timedOut);
		});

		it("barrier sends a thread away at once if another has given up", () => {
			const memory = createMemory(65536);
			const k = instantiateKernels(compiled.module, memory);
			new Int32Array(memory.buffer)[2] = 1;
			const patience = { sliceMilliseconds: 1, slices: -1 };
			assert.equal(k.barrier({ state: 0, threads: 2, spins: 10, ...patience }), barrierStatus.abandoned);
		});
	});
}

/** How well a network predicts the text that was held out, alone and as a part of the mixture with the memory. */
import type { NetworkTrainer, Parameters, Symbols } from "../engines/engine.ts";
import type { EncodedDocument } from "../model/document.ts";
import type { Advice, TrainingText } from "./measures.ts";

/** Bits per character of the validation text, frozen. */
export interface Figures {
	/** Of the network alone. */
	readonly bpc: number;
	/** Of the mixture with the memory, as it answers; null if the network is trained without one. */
	readonly mixtureBpc: number | null;
}

/** Null: there is no text to measure on. */
export type Measured = Figures | null;

/** What was measured, from where it was written down. */
export function figuresOf(bpc: number | null | undefined, mixtureBpc: number | null | undefined): Measured {
	return typeof bpc === "number" ? { bpc, mixtureBpc: mixtureBpc ?? null } : null;
}

/** What a model says of itself: what was measured of it, and of the model before its first training on this text. */
export function qualityOf(measured: Measured, initial: Measured) {
	return {
		validationBpc: measured?.bpc ?? null,
		initialBpc: initial?.bpc ?? null,
		mixtureBpc: measured?.mixtureBpc ?? null,
		initialMixtureBpc: initial?.mixtureBpc ?? null,
	};
}

/** What a model is judged by: the mixture, where the network is trained for one. */
export function decisive(measured: Measured): number | null {
	return measured === null ? null : (measured.mixtureBpc ?? measured.bpc);
}

/** Whether `one` is the better: by the mixtures, where both were measured as part of one. */
export function isBetter(one: Figures, other: Figures): boolean {
	if (one.mixtureBpc === null || other.mixtureBpc === null) return one.bpc < other.bpc;
	return one.mixtureBpc < other.mixtureBpc;
}

/**
 * Longer documents are predicted in pieces of so many bytes (of a word model: symbols), each read after the header and some of the text before it. The
 * engine computes eight texts at a time at the cost of one, so a few long documents would take several times as long.
 */
const pieceBytes = 2048;
const bytesBefore = 256;
/** Numbers of advice for a byte. */
const BITS = 8;

interface Piece extends EncodedDocument<Symbols> {
	/** Of each byte; undefined without a memory. */
	readonly advice: Advice | undefined;
}

/** The document in pieces; every byte of its text is predicted in one of them. */
export function pieces({ bytes, skip }: EncodedDocument<Symbols>, advice?: Advice): Piece[] {
	const end = bytes.length - 1;
	const cut: Piece[] = [];
	for (let from = skip; from < end || cut.length === 0; from += pieceBytes) {
		const begin = Math.max(skip, from - bytesBefore);
		const to = Math.min(end, from + pieceBytes);
		const part = <Numbers extends Symbols | Int8Array>(numbers: Numbers, width: number) => {
			const header = numbers.subarray(0, skip * width);
			const text = numbers.subarray(begin * width, to * width);
			const joined = numbers.slice(0, header.length + text.length) as Numbers;
			joined.set(text, header.length);
			return joined;
		};
		cut.push({
			bytes: part(bytes, 1),
			skip: skip + from - begin,
			advice: advice && part(advice, BITS),
		});
	}
	return cut;
}

export class Validation {
	readonly #trainer: NetworkTrainer;
	readonly #pieces: readonly Piece[];
	readonly #isMixed: boolean;
	readonly #characters: number;
	readonly #clock: () => number;
	/** Duration of the last measurement. */
	seconds = 0;
	/** What it found, better or not, if it was finite. */
	last: Measured = null;

	/** @param clock in seconds */
	constructor(trainer: NetworkTrainer, text: TrainingText<Symbols>, characters: number, clock: () => number) {
		const { validation, advice } = text;
		this.#trainer = trainer;
		this.#pieces = validation.flatMap((document, index) => pieces(document, advice?.validation[index]));
		this.#isMixed = advice !== undefined;
		this.#characters = characters;
		this.#clock = clock;
	}

	/** @param goesOn asked every few milliseconds; false breaks the measurement off */
	async measure(parameters: Parameters, goesOn: () => Promise<boolean>): Promise<Measured | "brokenOff"> {
		if (this.#characters === 0) return null;
		const began = this.#clock();
		const steps = this.#trainer.evaluation(
			this.#pieces.map(({ bytes }) => bytes),
			this.#pieces.map(({ skip }) => skip),
			parameters,
			this.#isMixed ? this.#pieces.map(({ advice }) => advice as Advice) : undefined,
		);
		let step = await steps.next();
		for (; !step.done; step = await steps.next()) {
			if (await goesOn()) continue;
			await steps.return({ nats: 0, mixtureNats: 0, bytes: 0 });
			return "brokenOff";
		}
		this.seconds = this.#clock() - began;
		const bits = Math.LN2 * this.#characters;
		const mixtureBpc = this.#isMixed ? step.value.mixtureNats / bits : null;
		const measured = { bpc: step.value.nats / bits, mixtureBpc };
		if (Number.isFinite(measured.bpc)) this.last = measured;
		return measured;
	}
}

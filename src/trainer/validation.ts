/** How well a network predicts the text that was held out, alone and as a part of the mixture with the memory. */
import type { NetworkTrainer, Parameters } from "../engines/engine.ts";
import type { TrainingText } from "./measures.ts";

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

/** What a model is judged by: the mixture, where the network is trained for one. */
export function decisive(measured: Measured): number | null {
	return measured === null ? null : (measured.mixtureBpc ?? measured.bpc);
}

/** Whether `one` is the better: by the mixtures, where both were measured as part of one. */
export function isBetter(one: Figures, other: Figures): boolean {
	if (one.mixtureBpc === null || other.mixtureBpc === null) return one.bpc < other.bpc;
	return one.mixtureBpc < other.mixtureBpc;
}

export class Validation {
	readonly #trainer: NetworkTrainer;
	readonly #text: TrainingText;
	readonly #characters: number;
	readonly #clock: () => number;
	/** Duration of the last measurement. */
	seconds = 0;
	/** What it found, better or not, if it was finite. */
	last: Measured = null;

	/** @param clock in seconds */
	constructor(trainer: NetworkTrainer, text: TrainingText, characters: number, clock: () => number) {
		this.#trainer = trainer;
		this.#text = text;
		this.#characters = characters;
		this.#clock = clock;
	}

	/** @param goesOn asked every few milliseconds; false breaks the measurement off */
	async measure(parameters: Parameters, goesOn: () => Promise<boolean>): Promise<Measured | "brokenOff"> {
		if (this.#characters === 0) return null;
		const { validation, advice } = this.#text;
		const began = this.#clock();
		const steps = this.#trainer.evaluation(
			validation.map(({ bytes }) => bytes.subarray(0, -1)),
			validation.map(({ skip }) => skip),
			parameters,
			advice?.validation,
		);
		let step = await steps.next();
		for (; !step.done; step = await steps.next()) {
			if (await goesOn()) continue;
			await steps.return({ nats: 0, mixtureNats: 0, bytes: 0 });
			return "brokenOff";
		}
		this.seconds = this.#clock() - began;
		const bits = Math.LN2 * this.#characters;
		const mixtureBpc = advice === undefined ? null : step.value.mixtureNats / bits;
		const measured = { bpc: step.value.nats / bits, mixtureBpc };
		if (Number.isFinite(measured.bpc)) this.last = measured;
		return measured;
	}
}

/** Gives each reader damaged inputs. Only a `Failure` may come of one, or something that works. */
import { Failure } from "../../src/platform/failure.ts";
import { randomNumbers } from "../unit/reference/random.ts";
import { allReaders, type Reader } from "./readers.ts";

export interface DamageResult {
	readonly name: string;
	readonly inputs: number;
	readonly taken: number;
	/** Of one input, ms. */
	readonly slowest: number;
	readonly faults: readonly DamageFault[];
}

export interface DamageFault {
	readonly reader: string;
	readonly input: Buffer;
	readonly error: unknown;
}

/** Of each reader; more of the same kind say no more. */
const mostFaults = 5;

/**
 * @param inputs for a reader that is tried as often as most are
 * @param isOver whether the time is over
 */
export async function damageReaders(
	seed: number,
	inputs: number,
	isOver: () => boolean = () => false,
): Promise<readonly DamageResult[]> {
	const results: DamageResult[] = [];
	for (const [index, reader] of (await allReaders()).entries()) {
		// Each reader has numbers of its own, so that one input can be found again without the readers before it.
		const random = randomNumbers(seed * 1000 + index);
		results.push(await damage(reader, Math.ceil(inputs * reader.share), random, isOver));
	}
	return results;
}

async function damage(
	reader: Reader,
	inputs: number,
	random: () => number,
	isOver: () => boolean,
): Promise<DamageResult> {
	const { name } = reader;
	const faults: DamageFault[] = [];
	let taken = 0;
	let slowest = 0;
	let tried = 0;
	for (; tried < inputs && faults.length < mostFaults && !isOver(); tried++) {
		const input = reader.input(random);
		const begun = performance.now();
		try {
			if (await reader.read(input)) taken++;
		} catch (error) {
			if (!(error instanceof Failure) || error.code === "internal") faults.push({ reader: name, input, error });
		}
		slowest = Math.max(slowest, performance.now() - begun);
	}
	return { name, inputs: tried, taken, slowest, faults };
}

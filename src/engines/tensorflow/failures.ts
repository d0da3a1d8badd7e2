/** Turns what TensorFlow.js throws into a failure that can be told to a user. */
import { Failure } from "../../platform/failure.ts";

/** @throws {Failure} engineFailed where TensorFlow.js throws */
export function guarded<T>(work: () => T): T {
	try {
		return work();
	} catch (error) {
		throw error instanceof Failure ? error : new Failure("engineFailed", firstSentence(error), { cause: error });
	}
}

/** What an error says, as far as it fits into a sentence of ours: its first line, without a full stop. */
export function firstSentence(error: unknown): string {
	const message = error instanceof Error ? error.message : String(error);
	const [line = ""] = message.trim().split(/\r?\n/, 1);
	return line.replace(/\.$/, "").slice(0, 300);
}

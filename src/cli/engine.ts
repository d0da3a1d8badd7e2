/** Which engine a command uses. */
import type { Engine } from "../engines/engine.ts";
import { createChosenEngine, engineNames } from "../engines/registry.ts";
import { choice, text, UsageError, type Values } from "./terminal/options.ts";

/** Options of every command that takes an engine. */
export const engineOptions = {
	engine: choice(engineNames, "what does the arithmetic (default: inkling)"),
	tensorflow: text("DIR", "folder where TensorFlow.js is installed (default: where Node finds it)"),
};

export type EngineValues = Partial<Values<typeof engineOptions>>;

/**
 * @param threads of TensorFlow's library; undefined: its own choice
 * @throws {UsageError | Failure} if the engine cannot be used
 */
export async function engineOf({ engine, tensorflow }: EngineValues, threads?: number): Promise<Engine> {
	assertEngineOptions({ engine, tensorflow });
	return await createChosenEngine({ name: engine ?? "inkling", folder: tensorflow, threads });
}

/** @throws {UsageError} if the options do not go together */
export function assertEngineOptions({ engine, tensorflow }: EngineValues): void {
	if (tensorflow !== undefined && engine !== "tensorflow") {
		throw new UsageError("--tensorflow goes with --engine tensorflow");
	}
}

/**
 * The engines there are. This is the only file that names one: all others ask for an engine here and use what
 * `Engine` promises. An engine's code is loaded when it is first asked for, so that an engine nobody uses costs no
 * time at start-up.
 */
import type { Engine } from "./engine.ts";

/** `inkling`: the engine that comes with Inkling. `tensorflow`: TensorFlow.js, where the user has installed it. */
export const engineNames = ["inkling", "tensorflow"] as const;
export type EngineName = (typeof engineNames)[number];

export interface EngineChoice {
	readonly name: EngineName;
	/** For `tensorflow`: the folder to look for TensorFlow.js in; undefined: where Node looks for packages of this program. */
	readonly folder?: string | undefined;
	/** For `tensorflow`: threads of its library, which cannot be changed once it is loaded; undefined: its own choice. */
	readonly threads?: number | undefined;
}

/**
 * The engine that comes with Inkling.
 *
 * @throws {Failure} noSimd if this processor or runtime cannot run it
 */
export async function createEngine(): Promise<Engine> {
	return (await import("./wasm/index.ts")).createWasmEngine();
}

/** @throws {Failure} noSimd or engineUnavailable */
export async function createChosenEngine({ name, folder, threads }: EngineChoice): Promise<Engine> {
	if (name === "inkling") return await createEngine();
	// Only here: a program that never chooses has no way to load code that did not come with it.
	const { loadTensorFlow } = await import("./tensorflow/load.ts");
	const { createTensorFlowEngine } = await import("./tensorflow/index.ts");
	return createTensorFlowEngine(await loadTensorFlow({ folder, threads }));
}

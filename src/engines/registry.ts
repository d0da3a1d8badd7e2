/**
 * The engines there are. This is the only file that names one: all others ask for an engine here and use what
 * `Engine` promises. An engine's code is loaded when it is first asked for, so that an engine nobody uses costs no
 * time at start-up.
 */
import type { Engine } from "./engine.ts";

export type EngineName = "wasm";

const engines: Readonly<Record<EngineName, () => Promise<Engine>>> = {
	wasm: async () => (await import("./wasm/index.ts")).createWasmEngine(),
};

/** The engine that trains and predicts where nothing else is asked for. */
export const defaultEngine: EngineName = "wasm";

/**
 * Loads an engine.
 *
 * @throws {Failure} noSimd if this processor or runtime cannot run it
 */
export function createEngine(name: EngineName = defaultEngine): Promise<Engine> {
	return engines[name]();
}

/** The part of the WebAssembly JavaScript interface that is used here; Node's types leave it to the DOM's. */
declare namespace WebAssembly {
	class Module {
		constructor(bytes: Uint8Array);
	}
	class Instance {
		constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
		readonly exports: Record<string, unknown>;
	}
	class Memory {
		constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
		readonly buffer: ArrayBuffer;
	}
	class CompileError extends Error {}
	function compile(bytes: Uint8Array): Promise<Module>;
}

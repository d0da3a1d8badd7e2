/** What the memory's WebAssembly module exports. */

/** See src/kernels/memory/index.ts. Addresses are in bytes. */
export interface MemoryKernels {
	readonly memory: WebAssembly.Memory;
	make(slotBits: number, textBits: number, indexBits: number, apmBits: number): number;
	begin(): number;
	priorEntries(): number;
	priorWeights(): number;
	priorFinals(): number;
	table(): number;
	queue(): number;
	reserve(bytes: number): number;
	cursorBytes(): number;
	bytesLearned(): number;
	knowsNetwork(): number;
	isSound(): number;
	resume(bytesLearned: number, knowsNetwork: boolean): void;
	setNetwork(at: number): void;
	networkUnits(): number;
	networkCorrection(): number;
	networkCorrectionBytes(): number;
	correctNetwork(at: number, state: number, network: number): void;
	learnNetworkCorrection(byte: number, network: number): void;
	distribution(cursor: number, out: number, floor: number): void;
	learnBytes(cursor: number, at: number, count: number): number;
	learnBytesTelling(cursor: number, at: number, count: number, odds: number): void;
	teachBytes(cursor: number, at: number, count: number): void;
	finishCounting(): void;
	noteBytes(cursor: number, at: number, count: number): void;
	advance(cursor: number, at: number, count: number): void;
}

/** What the module of another thread exports, see src/kernels/memory/counting/thread.ts. */
export interface CounterKernels {
	join(slotBits: number, table: number, queue: number): void;
	countAlong(patience: bigint): void;
}

/** The form in which a memory is kept: a header of 32 bytes, then its bytes as they lie in the module. */
import { Failure } from "../../platform/failure.ts";
import type { MemorySizes } from "./sizes.ts";

export interface SnapshotHeader {
	readonly sizes: MemorySizes;
	/** Bytes learned. */
	readonly learned: number;
	/** Whether it has learned with a network. */
	readonly knowsNetwork: boolean;
}

export const snapshotHeaderBytes = 32;
/** "IKMM", little-endian. */
const magic = 0x4d4d4b49;
/** To be raised with every change of the layout in `src/kernels/memory`. */
export const layoutVersion = 10;

export function writeSnapshotHeader(snapshot: Uint8Array, { sizes, learned, knowsNetwork }: SnapshotHeader): void {
	const { slotBits, textBits, indexBits, apmBits } = sizes;
	const header = new Uint32Array(snapshot.buffer, snapshot.byteOffset, snapshotHeaderBytes / 4);
	header.set([magic, layoutVersion, slotBits, textBits, indexBits, apmBits, learned, Number(knowsNetwork)]);
}

/** @throws {Failure} `memoryBroken` */
export function readSnapshotHeader(snapshot: Uint8Array): SnapshotHeader {
	if (snapshot.length < snapshotHeaderBytes) throw new Failure("memoryBroken", "it is cut off");
	const view = new DataView(snapshot.buffer, snapshot.byteOffset);
	const word = (index: number) => view.getUint32(index * 4, true);
	if (word(0) !== magic) throw new Failure("memoryBroken", "it is no memory");
	if (word(1) !== layoutVersion) throw new Failure("memoryBroken", "it is of another version");
	return {
		sizes: { slotBits: word(2), textBits: word(3), indexBits: word(4), apmBits: word(5) },
		learned: word(6),
		knowsNetwork: word(7) !== 0,
	};
}

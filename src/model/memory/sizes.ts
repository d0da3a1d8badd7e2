/** The sizes of a memory's parts. */

/** As powers of two: bytes of the bit-history table, bytes of text, positions in each match index, contexts of each hashed APM. */
export interface MemorySizes {
	readonly slotBits: number;
	readonly textBits: number;
	readonly indexBits: number;
	readonly apmBits: number;
}

/** Bytes of text that every memory is made for, however little there is to read: room for what is typed. */
export const leastExpectedBytes = 2 ** 18;

/** Bytes of the bit-history table for each byte of text; with these few histories are lost. */
const slotBytesPerByte = 32;
const leastSlotBits = 20;
/** Of a hash's 32 bits 24 find a bucket of 2^6 bytes, the others are checked. */
const mostSlotBits = 30;

/** Sizes of the other parts, relative to the table; the first is best, the others leave more of a small ceiling to the table. */
const proportions = [
	{ textBelow: 2, indexBelow: 5, apmBits: 14 },
	{ textBelow: 3, indexBelow: 6, apmBits: 14 },
	{ textBelow: 2, indexBelow: 5, apmBits: 12 },
	{ textBelow: 3, indexBelow: 6, apmBits: 12 },
];

/** All sizes with a table of 2^slotBits bytes, the best first. */
function choices(slotBits: number): MemorySizes[] {
	return proportions.map(({ textBelow, indexBelow, apmBits }) => ({
		slotBits,
		textBits: slotBits - textBelow,
		indexBits: slotBits - indexBelow,
		apmBits,
	}));
}

/** Bytes of the parts whose size varies: table, text, three indices and two APMs. */
export function variableBytes({ slotBits, textBits, indexBits, apmBits }: MemorySizes): number {
	return 2 ** slotBits + 2 ** textBits + 3 * 4 * 2 ** indexBits + 2 * 33 * 4 * 2 ** apmBits;
}

/** Bytes of everything else, rounded up: the mixer's weights and the other APMs above all. */
export const fixedBytes = 5 * 2 ** 20;

function fits(sizes: MemorySizes, mebibytes: number): boolean {
	return variableBytes(sizes) + fixedBytes <= mebibytes * 2 ** 20;
}

/**
 * The sizes for a text: a table as large as it needs, or as the ceiling allows.
 *
 * @param mebibytes at least 8, or the ceiling is not kept
 * @param expectedBytes of text, about
 */
export function sizesFor(mebibytes: number, expectedBytes: number): MemorySizes {
	const wantedBits = Math.min(mostSlotBits, Math.ceil(Math.log2(expectedBytes * slotBytesPerByte)));
	for (let slotBits = wantedBits; slotBits > leastSlotBits; slotBits--) {
		const sizes = choices(slotBits).find((choice) => fits(choice, mebibytes));
		if (sizes !== undefined) return sizes;
	}
	const smallest = choices(leastSlotBits);
	return smallest.find((choice) => fits(choice, mebibytes)) ?? (smallest.at(-1) as MemorySizes);
}

/** Whether a memory may have these sizes below the ceiling. */
export function arePossible(sizes: MemorySizes, mebibytes: number): boolean {
	const { slotBits, textBits, indexBits, apmBits } = sizes;
	const isChoice = choices(slotBits).some(
		(choice) => choice.textBits === textBits && choice.indexBits === indexBits && choice.apmBits === apmBits,
	);
	return isChoice && slotBits >= leastSlotBits && slotBits <= mostSlotBits && fits(sizes, mebibytes);
}

export function areSame(a: MemorySizes, b: MemorySizes): boolean {
	return (
		a.slotBits === b.slotBits && a.textBits === b.textBits && a.indexBits === b.indexBits && a.apmBits === b.apmBits
	);
}

/** How large the parts of a memory are. */

/** Powers of two: bytes of slots, bytes of text, places in each index, contexts of each hashed refinement. */
export interface MemorySizes {
	readonly slotBits: number;
	readonly textBits: number;
	readonly indexBits: number;
	readonly refinedBits: number;
}

/** Bytes of text that every memory is made for, however little there is to read: room for what is typed. */
export const leastExpectedBytes = 2 ** 18;

/** Bytes of slots that a byte of text takes, with little lost. */
const slotBytesPerByte = 40;
const leastSlotBits = 20;
/** Of a hash's 32 bits 24 find a bucket of 2^6 bytes, the others are checked. */
const mostSlotBits = 30;

/** How many bits less the other parts have: the first is best, the others leave more of a small ceiling to the slots. */
const proportions = [
	{ textBelow: 2, indexBelow: 5, refinedBits: 14 },
	{ textBelow: 3, indexBelow: 6, refinedBits: 14 },
	{ textBelow: 2, indexBelow: 5, refinedBits: 12 },
	{ textBelow: 3, indexBelow: 6, refinedBits: 12 },
];

/** All sizes with slots of 2^slotBits bytes, the best first. */
function choices(slotBits: number): MemorySizes[] {
	return proportions.map(({ textBelow, indexBelow, refinedBits }) => ({
		slotBits,
		textBits: slotBits - textBelow,
		indexBits: slotBits - indexBelow,
		refinedBits,
	}));
}

/** Bytes of what has these sizes: slots, text, three indices and two refinements. */
export function variableBytes({ slotBits, textBits, indexBits, refinedBits }: MemorySizes): number {
	return 2 ** slotBits + 2 ** textBits + 3 * 4 * 2 ** indexBits + 2 * 33 * 4 * 2 ** refinedBits;
}

/** Bytes of all else, rounded up: above all the mixer's weights and the other refinements. */
const fixedBytes = 5 * 2 ** 20;

function fits(sizes: MemorySizes, mebibytes: number): boolean {
	return variableBytes(sizes) + fixedBytes <= mebibytes * 2 ** 20;
}

/**
 * As many slots as the text needs, or the ceiling has room for.
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
	const { slotBits, textBits, indexBits, refinedBits } = sizes;
	const isChoice = choices(slotBits).some(
		(choice) => choice.textBits === textBits && choice.indexBits === indexBits && choice.refinedBits === refinedBits,
	);
	return isChoice && slotBits >= leastSlotBits && slotBits <= mostSlotBits && fits(sizes, mebibytes);
}

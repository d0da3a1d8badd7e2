/** Adaptive probability maps (secondary symbol estimation): what a probability has come to mean in a small context. */
import { initialEntry, learnEntry, shareOf } from "./adaptive";
import { allocate } from "./layout";

/** Stretched probabilities from −8 to 8, half a unit apart. */
const STEPS: i32 = 33;
/** Entries move by 1/255 at least. */
const LIMIT: u32 = 255;

export class Refinement {
	private table: usize = 0;
	/** The lower one of the two entries that take part, and how near the other one is. */
	private low: usize = 0;
	private share: f32 = 0;

	make(contexts: i32): void {
		this.table = allocate(<usize>(contexts * STEPS) << 2);
		for (let i = 0; i < STEPS; i++) {
			const x = (<f64>(i - 16)) / 2;
			const entry = initialEntry(<f32>(1 / (1 + Math.exp(-x))), 0);
			for (let c = 0; c < contexts; c++) store<u32>(this.table + (<usize>(c * STEPS + i) << 2), entry);
		}
	}

	/** Chooses the entries; `x`: the stretched probability. */
	@inline
	choose(x: f32, context: i32): void {
		let position = (x + 8.0) * 2.0;
		position = position < 0 ? 0 : position > 31.999 ? 31.999 : position;
		const step = <i32>position;
		this.share = position - <f32>step;
		this.low = this.table + (<usize>(context * STEPS + step) << 2);
	}

	/** The probability that they stand for. */
	@inline
	probability(): f32 {
		return shareOf(load<u32>(this.low)) * (1 - this.share) + shareOf(load<u32>(this.low, 4)) * this.share;
	}

	/** Only the nearer one learns. */
	@inline
	learn(bit: u32): void {
		learnEntry(this.share >= 0.5 ? this.low + 4 : this.low, bit, LIMIT);
	}
}

/**
 * Adaptive probability maps (APM, secondary symbol estimation; Mahoney 2005): the probability that was found in a small
 * context where the mixer gave some probability, interpolated between steps of the latter.
 */
import { initialEntry, learnEntry, shareOf } from "./adaptiveProbability";
import { allocate, repeat } from "./layout";

/** ln(p / (1 − p)) from −8 to 8 in steps of ½. */
const STEPS: i32 = 33;
/** Greatest count of an entry, so that it moves by at least 1/255 of its error. */
const LIMIT: u32 = 255;

export class Apm {
	private table: usize = 0;
	/** Address of the lower of the two entries used, and the share of the upper one. */
	private low: usize = 0;
	private share: f32 = 0;

	make(contexts: i32): void {
		const bytes = <usize>(contexts * STEPS) << 2;
		this.table = allocate(bytes);
		for (let i = 0; i < STEPS; i++) {
			const x = (<f64>(i - 16)) / 2;
			store<u32>(this.table + (<usize>i << 2), initialEntry(<f32>(1 / (1 + Math.exp(-x))), 0));
		}
		repeat(this.table, <usize>STEPS << 2, bytes);
	}

	/** Chooses the two entries around `x` = ln(p / (1 − p)). */
	@inline
	choose(x: f32, context: i32): void {
		let position = (x + 8.0) * 2.0;
		position = position < 0 ? 0 : position > 31.999 ? 31.999 : position;
		const step = <i32>position;
		this.share = position - <f32>step;
		this.low = this.table + (<usize>(context * STEPS + step) << 2);
	}

	/** The probability interpolated between them. */
	@inline
	probability(): f32 {
		return shareOf(load<u32>(this.low)) * (1 - this.share) + shareOf(load<u32>(this.low, 4)) * this.share;
	}

	/** Moves the nearer one towards the bit. */
	@inline
	learn(bit: u32): void {
		learnEntry(this.share >= 0.5 ? this.low + 4 : this.low, bit, LIMIT);
	}
}

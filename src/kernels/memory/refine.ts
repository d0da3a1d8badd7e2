/** Adaptive probability maps (secondary symbol estimation): what a probability has come to mean in a small context. */
import { initialEntry, learnEntry, shareOf } from "./adaptive";
import { allocate } from "./layout";

/** Stretched probabilities from −8 to 8, half a unit apart. */
const STEPS: i32 = 33;
/** Entries move by 1/255 at least. */
const LIMIT: u32 = 255;

export class Refinement {
	private table: usize = 0;
	/** The nearer one of the two entries that took part. */
	private nearest: usize = 0;

	make(contexts: i32): void {
		this.table = allocate(<usize>(contexts * STEPS) << 2);
		for (let c = 0; c < contexts; c++) {
			for (let i = 0; i < STEPS; i++) {
				const x = (<f64>(i - 16)) / 2;
				store<u32>(this.table + (<usize>(c * STEPS + i) << 2), initialEntry(<f32>(1 / (1 + Math.exp(-x))), 0));
			}
		}
	}

	/** `x`: the stretched probability; returns a probability. */
	@inline
	of(x: f32, context: i32): f32 {
		let position = (x + 8.0) * 2.0;
		position = position < 0 ? 0 : position > 31.999 ? 31.999 : position;
		const step = <i32>position;
		const share = position - <f32>step;
		const at = this.table + (<usize>(context * STEPS + step) << 2);
		this.nearest = share >= 0.5 ? at + 4 : at;
		return shareOf(load<u32>(at)) * (1 - share) + shareOf(load<u32>(at, 4)) * share;
	}

	@inline
	learn(bit: u32): void {
		learnEntry(this.nearest, bit, LIMIT);
	}
}

/** The loss of a network mixed with another model, written for reading, in float64. */

/** ln((1 − p) / p) of the least probability that a bit is given. */
const most = 11.5129;

/**
 * The mixture predicts the bits of `target`, the highest first, with probability σ(wᵢ nᵢ + oᵢ) where nᵢ is ln(T / F): T sums
 * e^logit over the symbols that agree with the target up to and including bit i, F over those that differ from it there for
 * the first time.
 *
 * @param logits `[256]`
 * @param weights `[8]`
 * @param offsets `[8]`
 */
export function mixtureLoss(
	logits: Float64Array,
	target: number,
	weights: Float64Array,
	offsets: Float64Array,
): { readonly loss: number; readonly gradient: Float64Array } {
	const gradient = new Float64Array(256);
	const largest = Math.max(...logits);
	const exps = logits.map((logit) => Math.exp(logit - largest));
	let loss = 0;
	for (let bit = 0; bit < 8; bit++) {
		const shift = 7 - bit;
		const agrees = (symbol: number) => symbol >> shift === target >> shift;
		const differs = (symbol: number) => symbol >> shift === ((target >> shift) ^ 1);
		const sum = (of: (symbol: number) => boolean) => exps.reduce((total, exp, s) => total + (of(s) ? exp : 0), 0);
		const [inside, outside] = [sum(agrees), sum(differs)];
		const odds = Math.log(inside / outside);
		const weight = weights[bit] as number;
		const y = weight * Math.max(-most, Math.min(most, odds)) + (offsets[bit] as number);
		loss += Math.log1p(Math.exp(-y));
		if (odds >= most) continue;
		const slope = -weight / (1 + Math.exp(y));
		for (const [symbol, exp] of exps.entries()) {
			const step = agrees(symbol) ? exp / inside : differs(symbol) ? -exp / outside : 0;
			gradient[symbol] = (gradient[symbol] as number) + slope * step;
		}
	}
	return { loss, gradient };
}

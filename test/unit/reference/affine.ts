/** Matrices by PyTorch's names, in float64. */

export type Weights = ReadonlyMap<string, Float64Array>;

/** `W x + b`, W being `[rows, x.length]`. */
export function affine(parameters: Weights, weight: string, bias: string, x: Float64Array): Float64Array {
	const W = tensor(parameters, weight);
	return tensor(parameters, bias).map((value, row) => {
		let sum = value;
		for (let j = 0; j < x.length; j++) sum += at(W, row * x.length + j) * at(x, j);
		return sum;
	});
}

/** Adds the gradients of W and b to `gradients`, and returns that of x. */
export function affineBack(
	parameters: Weights,
	gradients: Weights,
	weight: string,
	bias: string,
	x: Float64Array,
	dy: Float64Array,
): Float64Array {
	const W = tensor(parameters, weight);
	const dW = tensor(gradients, weight);
	const db = tensor(gradients, bias);
	const dx = new Float64Array(x.length);
	for (let row = 0; row < dy.length; row++) {
		const d = at(dy, row);
		db[row] = at(db, row) + d;
		for (let j = 0; j < x.length; j++) {
			const k = row * x.length + j;
			dW[k] = at(dW, k) + d * at(x, j);
			dx[j] = at(dx, j) + d * at(W, k);
		}
	}
	return dx;
}

export function tensor(parameters: Weights, name: string): Float64Array {
	const found = parameters.get(name);
	if (!found) throw new RangeError(`There is no parameter ${name}`);
	return found;
}

function at(array: Float64Array, index: number): number {
	return array[index] as number;
}

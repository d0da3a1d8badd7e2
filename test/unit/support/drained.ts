/** Drives a generator to its end, answering each step with `isOver`. */
export function drained<T>(steps: Generator<undefined, T, boolean>, isOver: () => boolean = () => false): T {
	let step = steps.next(false);
	while (!step.done) step = steps.next(isOver());
	return step.value;
}

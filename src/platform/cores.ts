/** How many cores there are, and how many Inkling uses unless it is told. */
import { availableParallelism } from "node:os";

/** Leaves half the cores to whatever else the machine is doing. */
export function halfTheCores(): number {
	return Math.max(1, Math.floor(availableParallelism() / 2));
}

export function hasSeveralCores(): boolean {
	return availableParallelism() > 1;
}

/** A series of points that stays small, however long it grows: it keeps all of its course, ever more coarsely. */
import type { CurvePoint } from "../../domain/curve.ts";

/** More than a screen can show apart. */
export const mostPoints = 200;

export class Series {
	#points: CurvePoint[];
	/** Seconds between two points, at least. */
	#spacing: number;

	constructor(points: readonly CurvePoint[] = [], spacing = 0) {
		this.#points = points.slice(0, mostPoints);
		this.#spacing = spacing;
	}

	get points(): readonly CurvePoint[] {
		return this.#points;
	}

	/** False if the point is too near to the last one, and was left out. */
	add(point: CurvePoint): boolean {
		const last = this.#points.at(-1);
		if (last !== undefined && point.seconds < last.seconds + this.#spacing) return false;
		if (this.#points.length === mostPoints) {
			this.#points = this.#points.filter((_, at) => at % 2 === 1);
			const [first] = this.#points;
			const course = point.seconds - (first?.seconds ?? 0);
			this.#spacing = course / (mostPoints / 2);
		}
		this.#points.push(point);
		return true;
	}
}

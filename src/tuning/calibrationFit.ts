/** Fits a calibration to how suggestions turned out. */
import { LogisticCalibration, leastSlope, logistic, logOdds, standardCalibration } from "../completion/calibration.ts";

/** How a suggestion turned out. */
export interface Outcome {
	/** The probability that the model stated, from 0 to 1. */
	readonly stated: number;
	/** All of it was what came. */
	readonly isRight: boolean;
}

/**
 * How certain a fit is beforehand of each of its two parameters, as the inverse of a variance. On eight projects they
 * deviate by 0.04 from their mean; others may be less alike. Some 600 outcomes weigh as much.
 */
const precision = 100;

/** Newton's method takes five to eight. */
const mostSteps = 50;
/** Of both parameters: far less than a probability is told with. */
const tolerance = 1e-6;

/**
 * The most probable one given these outcomes, where before them each parameter is normally distributed around that of
 * `prior`: without any it is `prior`. By Newton's method; the logarithm of the probability is concave.
 */
export function fitCalibration(
	outcomes: readonly Outcome[],
	prior: LogisticCalibration = standardCalibration,
): LogisticCalibration {
	const points = outcomes.map(({ stated, isRight }) => ({ x: logOdds(stated), isRight }));
	let best = prior;
	let likelihood = logPosterior(points, best, prior);
	for (let step = 0; step < mostSteps; step++) {
		const [intercept, slope] = newtonStep(points, best, prior);
		// Where the parabola is a bad likeness its summit lies too far off.
		let scale = 1;
		let next = best;
		for (; scale > tolerance; scale /= 2) {
			const tried = new LogisticCalibration(best.intercept + scale * intercept, best.slope + scale * slope);
			const reached = tried.slope < leastSlope ? Number.NEGATIVE_INFINITY : logPosterior(points, tried, prior);
			if (reached <= likelihood) continue;
			next = tried;
			likelihood = reached;
			break;
		}
		if (next === best) break;
		best = next;
		if (Math.abs(intercept) + Math.abs(slope) < tolerance) break;
	}
	return best;
}

interface Point {
	readonly x: number;
	readonly isRight: boolean;
}

/** But for a constant. */
function logPosterior(points: readonly Point[], at: LogisticCalibration, prior: LogisticCalibration): number {
	let sum = -(precision / 2) * ((at.intercept - prior.intercept) ** 2 + (at.slope - prior.slope) ** 2);
	for (const { x, isRight } of points) {
		const z = at.intercept + at.slope * x;
		sum -= softplus(isRight ? -z : z);
	}
	return sum;
}

/** To the summit of the parabola that is like `logPosterior` here: −H⁻¹ g, of its gradient and its second derivatives. */
function newtonStep(
	points: readonly Point[],
	at: LogisticCalibration,
	prior: LogisticCalibration,
): readonly [intercept: number, slope: number] {
	let gradientA = -precision * (at.intercept - prior.intercept);
	let gradientB = -precision * (at.slope - prior.slope);
	let curvatureAA = precision;
	let curvatureAB = 0;
	let curvatureBB = precision;
	for (const { x, isRight } of points) {
		const q = logistic(at.intercept + at.slope * x);
		const error = Number(isRight) - q;
		const weight = q * (1 - q);
		gradientA += error;
		gradientB += error * x;
		curvatureAA += weight;
		curvatureAB += weight * x;
		curvatureBB += weight * x * x;
	}
	const determinant = curvatureAA * curvatureBB - curvatureAB ** 2;
	return [
		(curvatureBB * gradientA - curvatureAB * gradientB) / determinant,
		(curvatureAA * gradientB - curvatureAB * gradientA) / determinant,
	];
}

/** ln(1 + e^z), also where e^z is too large. */
function softplus(z: number): number {
	return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

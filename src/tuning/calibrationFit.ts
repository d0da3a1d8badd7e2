/** Fits a calibration to the outcomes of suggestions. */
import { LogisticCalibration, leastSlope, logistic, logOdds, standardCalibration } from "../completion/calibration.ts";

/** The outcome of a suggestion. */
export interface Outcome {
	/** The probability that the model stated, from 0 to 1. */
	readonly stated: number;
	/** The text went on exactly as suggested. */
	readonly isRight: boolean;
}

/**
 * Precision of the prior distribution of each parameter: the inverse of its variance. In eight projects the parameters
 * deviate by 0.04 from their mean; a standard deviation of 0.1 allows for projects that are less alike. The prior counts as
 * much as some 600 outcomes.
 */
const precision = 100;

/** Newton's method needs five to eight steps. */
const mostSteps = 50;
/** Change of the parameters at which the fit ends: far below the precision with which probabilities are shown. */
const tolerance = 1e-6;

/**
 * Returns the most probable calibration given the outcomes, with a normal prior distribution of each parameter around
 * that of `prior`; without outcomes that is `prior` itself. Uses Newton's method: the log posterior is concave.
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
		// Where the parabola fits badly, the step is too long and is halved until it helps.
		let scale = 1;
		let next = best;
		for (; scale > tolerance; scale /= 2) {
			const tried = new LogisticCalibration(best.intercept + scale * intercept, best.slope + scale * slope);
			const reached = tried.slope < leastSlope ? Number.NEGATIVE_INFINITY : logPosterior(points, tried, prior);
			if (!(reached > likelihood)) continue;
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

/** The logarithm of the posterior probability, up to a constant. */
function logPosterior(points: readonly Point[], at: LogisticCalibration, prior: LogisticCalibration): number {
	let sum = -(precision / 2) * ((at.intercept - prior.intercept) ** 2 + (at.slope - prior.slope) ** 2);
	for (const { x, isRight } of points) {
		const z = at.intercept + at.slope * x;
		sum -= softplus(isRight ? -z : z);
	}
	return sum;
}

/** Newton's step −H⁻¹ g, with the gradient g and the matrix H of second derivatives of `logPosterior` at this point. */
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

/** ln(1 + e^z), without overflow. */
function softplus(z: number): number {
	return Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));
}

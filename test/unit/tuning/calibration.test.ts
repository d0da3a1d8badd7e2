import assert from "node:assert/strict";
import { LogisticCalibration, standardCalibration } from "../../../src/completion/calibration.ts";
import { fitCalibration, type Outcome } from "../../../src/tuning/calibrationFit.ts";
import { randomNumbers } from "../reference/random.ts";

const probabilities = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);

/** Outcomes whose log odds to be right are `intercept + slope · x` where x is what is stated. */
function outcomesOf(intercept: number, slope: number, count: number): Outcome[] {
	const random = randomNumbers(1);
	return Array.from({ length: count }, () => {
		const stated = 0.02 + 0.96 * random();
		const odds = Math.exp(intercept) * (stated / (1 - stated)) ** slope;
		return { stated, isRight: random() < odds / (1 + odds) };
	});
}

/** From the definition: −ln of the likelihood and of the normal densities around the prior, but for a constant. */
function surprise(outcomes: readonly Outcome[], intercept: number, slope: number, prior: LogisticCalibration): number {
	let sum = 50 * ((intercept - prior.intercept) ** 2 + (slope - prior.slope) ** 2);
	for (const { stated, isRight } of outcomes) {
		const odds = Math.exp(intercept) * (stated / (1 - stated)) ** slope;
		sum -= Math.log((isRight ? odds : 1) / (1 + odds));
	}
	return sum;
}

describe("A calibration", () => {
	it("finds how often what is stated is right", () => {
		const { intercept, slope } = fitCalibration(outcomesOf(-0.4, 0.7, 50_000));
		assert.ok(Math.abs(intercept + 0.4) < 0.04, `${intercept}`);
		assert.ok(Math.abs(slope - 0.7) < 0.04, `${slope}`);
	});

	const cases: readonly (readonly [intercept: number, slope: number, count: number])[] = [
		[-0.4, 0.7, 500],
		[1.5, 2, 500],
		[0, 1, 30],
		[8, 1, 2000],
		[0, 0.4, 5000],
	];
	for (const [intercept, slope, count] of cases)
		it(`is the most probable one of all, after ${count} outcomes of ${intercept} and ${slope}`, () => {
			const outcomes = outcomesOf(intercept, slope, count);
			const prior = new LogisticCalibration(0.2, 1.2);
			const fitted = fitCalibration(outcomes, prior);
			const least = surprise(outcomes, fitted.intercept, fitted.slope, prior);
			for (const [a, b] of [
				[1e-3, 0],
				[-1e-3, 0],
				[0, 1e-3],
				[0, -1e-3],
				[1e-3, -1e-3],
			] as const)
				assert.ok(surprise(outcomes, fitted.intercept + a, fitted.slope + b, prior) > least);
		});

	it("is what is expected of any where there is nothing to find it on", () => {
		assert.deepEqual(fitCalibration([]), standardCalibration);
		const prior = new LogisticCalibration(-1, 2);
		assert.deepEqual(fitCalibration([], prior), prior);
		const { intercept, slope } = fitCalibration([{ stated: 0.5, isRight: false }], prior);
		assert.ok(intercept < -1 && intercept > -1.01 && Math.abs(slope - 2) < 1e-3);
	});

	it("never takes the more probable for the less probable, whatever it has seen", () => {
		const perverse = probabilities.flatMap((stated) =>
			Array.from({ length: 100 }, () => ({ stated, isRight: stated < 0.5 })),
		);
		for (const outcomes of [
			perverse,
			perverse.map(({ isRight }) => ({ stated: Number(!isRight), isRight })),
			perverse.map(() => ({ stated: 1, isRight: false })),
			perverse.map(() => ({ stated: 0, isRight: true })),
		]) {
			const calibration = fitCalibration(outcomes);
			const calibrated = probabilities.map((p) => calibration.calibrated(p));
			assert.ok(calibrated.every((p, i) => p > 0 && p < 1 && p > (calibrated[i - 1] ?? 0)));
		}
	});

	it("goes both ways", () => {
		for (const calibration of [standardCalibration, new LogisticCalibration(-0.7, 0.5), new LogisticCalibration(2, 2)])
			for (const p of probabilities) {
				assert.ok(Math.abs(calibration.calibrated(calibration.stated(p)) - p) < 1e-9);
				assert.ok(Math.abs(calibration.stated(calibration.calibrated(p)) - p) < 1e-9);
			}
		for (const certain of [0, 1]) {
			assert.ok(Math.abs(standardCalibration.calibrated(certain) - certain) < 1e-5);
			assert.ok(Math.abs(standardCalibration.stated(certain) - certain) < 1e-5);
		}
	});

	it("is kept as JSON", () => {
		const calibration = new LogisticCalibration(-0.25, 1.5);
		assert.deepEqual(LogisticCalibration.read(JSON.parse(JSON.stringify(calibration))), calibration);
	});

	const broken: readonly unknown[] = [
		undefined,
		null,
		1,
		"calibration",
		[],
		{},
		{ intercept: 0 },
		{ intercept: 0, slope: "1" },
		{ intercept: "0", slope: 1 },
		{ intercept: null, slope: 1 },
		{ intercept: 0, slope: 0 },
		{ intercept: 0, slope: -1 },
		{ intercept: Number.NaN, slope: 1 },
		{ intercept: 0, slope: Number.POSITIVE_INFINITY },
	];
	for (const json of broken)
		it(`is not read from ${JSON.stringify(json)}`, () => assert.equal(LogisticCalibration.read(json), null));
});

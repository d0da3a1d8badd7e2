import assert from "node:assert/strict";
import { LogisticCalibration } from "../../../src/completion/calibration.ts";
import { fitCalibration } from "../../../src/tuning/calibrationFit.ts";
import { Experience } from "../../../src/tuning/experience.ts";

describe("experience", () => {
	const base = new LogisticCalibration(0.2, 0.9);
	const toEdits = new LogisticCalibration(-0.3, 0.9);

	it("begins with what holds for edits in general", () => {
		const calibration = new Experience(toEdits).calibration(base);
		for (const stated of [0.01, 0.3, 0.9]) {
			const expected = toEdits.calibrated(base.calibrated(stated));
			assert.ok(Math.abs(calibration.calibrated(stated) - expected) < 1e-12);
		}
	});

	it("moves with outcomes, to the most probable calibration given them", () => {
		const experience = new Experience(toEdits);
		const outcomes = Array.from({ length: 320 }, (_, i) => ({ stated: 0.5, isRight: i % 4 === 0 }));
		const before = experience.calibration(base).calibrated(0.5);
		for (const outcome of outcomes) experience.add(outcome);
		const after = experience.calibration(base);
		assert.ok(after.calibrated(0.5) < before - 0.05);
		assert.deepEqual(after, fitCalibration(outcomes, base.followedBy(toEdits)));
	});

	it("stays the same object until enough has happened, so that nothing is computed in vain", () => {
		const experience = new Experience(toEdits);
		const before = experience.calibration(base);
		for (let i = 0; i < 15; i++) experience.add({ stated: 0.5, isRight: false });
		assert.equal(experience.calibration(base), before);
		experience.add({ stated: 0.5, isRight: false });
		assert.notEqual(experience.calibration(base), before);
	});

	it("lets the oldest outcomes go", () => {
		const experience = new Experience(toEdits);
		for (let i = 0; i < 600; i++) experience.add({ stated: 0.5, isRight: false });
		for (let i = 0; i < 600; i++) experience.add({ stated: 0.5, isRight: true });
		const right = Array.from({ length: 600 }, () => ({ stated: 0.5, isRight: true }));
		assert.deepEqual(experience.calibration(base), fitCalibration(right, base.followedBy(toEdits)));
	});

	it("forgets what other models have stated", () => {
		const experience = new Experience(toEdits);
		for (let i = 0; i < 100; i++) experience.add({ stated: 0.5, isRight: true });
		experience.forget();
		assert.deepEqual(experience.calibration(base), base.followedBy(toEdits));
	});
});

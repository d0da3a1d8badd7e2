import assert from "node:assert/strict";
import { ProgressDisplay, withProgress } from "../../../../src/cli/terminal/progress.ts";
import type { TrainingProgress } from "../../../../src/domain/training.ts";
import { FakeTerminal } from "./fakeTerminal.ts";

const halfway: TrainingProgress = {
	phase: "training",
	characters: 1_000_000,
	charactersPerSecond: 21_412,
	trainBpc: 1,
	validationBpc: 2,
	measuredBpc: null,
	initialBpc: 5,
	elapsedSeconds: 30,
	leftSeconds: 31,
	fraction: 0.5,
};
const clearLine = "\r\x1b[K";

describe("ProgressDisplay", () => {
	it("draws a bar over itself on a terminal", () => {
		const terminal = new FakeTerminal({ isTerminal: true, columns: 120 });
		const display = new ProgressDisplay(terminal.stderr, () => 0);
		display.show(halfway);
		const facts = "Training 50 %  0:31 left  perplexity 4.00  in training 2.00  21,412 characters/s";
		assert.equal(terminal.errors, `${clearLine}████████████░░░░░░░░░░░░  ${facts}`);
		assert.equal(terminal.out, "");
	});

	it("fits into the line", () => {
		const terminal = new FakeTerminal({ isTerminal: true, columns: 51 });
		new ProgressDisplay(terminal.stderr, () => 0).show(halfway);
		assert.equal(terminal.errors, `${clearLine}████████████░░░░░░░░░░░░  Training 50 %  0:31 left`);
	});

	it("says only what is known", () => {
		const terminal = new FakeTerminal();
		const unknown = { trainBpc: null, validationBpc: null, charactersPerSecond: 0 };
		new ProgressDisplay(terminal.stderr, () => 0).show({ ...halfway, ...unknown, phase: "validating" });
		assert.equal(terminal.errors, "Validating 50 %, 0:31 left\n");
	});

	it("says how much of a text is typed", () => {
		const terminal = new FakeTerminal();
		new ProgressDisplay(terminal.stderr, () => 0).typing(1_500, 6_000);
		assert.equal(terminal.errors, "Typing 25 %, 1,500 of 6,000 characters\n");
	});

	it("writes a line now and then where there is no terminal", () => {
		const terminal = new FakeTerminal();
		let seconds = 0;
		const display = new ProgressDisplay(terminal.stderr, () => seconds);
		display.reading(16);
		for (; seconds < 21; seconds++) display.show(halfway);
		display.end();
		assert.equal(terminal.errors.split("\n").length - 1, 3);
		assert.match(terminal.errors, /^Training 50 %, 0:31 left, perplexity 4\.00/);
	});

	it("takes the bar away before a line that stays, and at the end", () => {
		const terminal = new FakeTerminal({ isTerminal: true });
		const display = new ProgressDisplay(terminal.stderr, () => 0);
		display.reading(1600);
		display.note("12 files");
		display.end();
		assert.equal(terminal.errors, `${clearLine}Reading files: 1,600${clearLine}12 files\n`);
	});

	it("is taken away when the work fails", async () => {
		const terminal = new FakeTerminal({ isTerminal: true });
		const failing = withProgress(terminal.stderr, (display) => {
			display.reading(1);
			return Promise.reject(new Error("no"));
		});
		await assert.rejects(failing, /no/);
		assert.ok(terminal.errors.endsWith(clearLine));
	});
});

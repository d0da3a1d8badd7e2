import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { outputOf, presses, styled } from "../../../../src/cli/terminal/terminal.ts";
import { FakeTerminal } from "./fakeTerminal.ts";

describe("presses", () => {
	it("takes signals that come together for one press, and tells the first from the next", () => {
		const done: string[] = [];
		let milliseconds = 0;
		const press = presses(
			() => done.push("first"),
			() => done.push("second"),
			() => milliseconds,
		);
		press();
		milliseconds = 900;
		press();
		assert.deepEqual(done, ["first"]);
		milliseconds = 2000;
		press();
		assert.deepEqual(done, ["first", "second"]);
	});
});

describe("outputOf", () => {
	it("has room for a line where the terminal has no size", () => {
		for (const [columns, expected] of [
			[0, 80],
			[undefined, 80],
			[40, 40],
		]) {
			const stream = Object.assign(new PassThrough(), { isTTY: true, columns, hasColors: () => false });
			assert.equal(outputOf(stream as unknown as NodeJS.WriteStream, assert.fail).columns, expected);
		}
	});
});

describe("styled", () => {
	it("colours only where there are colours", () => {
		assert.equal(styled(new FakeTerminal().stdout, "red", "a"), "a");
		assert.equal(styled(new FakeTerminal({ colours: true }).stdout, "red", "a"), "\x1b[31ma\x1b[39m");
	});
});

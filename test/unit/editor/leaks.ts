/**
 * Finds what a test has registered with the editor (listeners, commands, providers, watchers) and not disposed of. It
 * looks after every test, once the hooks of the test's own suites have run, and fails when all tests are done.
 */
import assert from "node:assert/strict";
import { after, afterEach, beforeEach } from "mocha";

/** Of each registration that stands, where it was made. */
const standing = new Map<object, string>();
let before: ReadonlySet<object> = new Set();
const leaks: string[] = [];

/** A registration, whose `dispose` is what takes it back; done twice it does nothing more. */
export function held(dispose: () => unknown): { dispose(): void } {
	let isHeld = true;
	const registration = {
		dispose: () => {
			if (!isHeld) return;
			isHeld = false;
			standing.delete(registration);
			dispose();
		},
	};
	standing.set(registration, new Error("registered").stack ?? "");
	return registration;
}

// The bench uses the fake editor too, and there no Mocha runs.
if ("beforeEach" in globalThis) {
	beforeEach(() => {
		before = new Set(standing.keys());
	});

	afterEach(function () {
		for (const [registration, stack] of standing) {
			if (before.has(registration)) continue;
			standing.delete(registration);
			const place = stack.split("\n").find((line) => line.includes("/src/")) ?? stack;
			leaks.push(`${this.currentTest?.fullTitle()}: ${place.trim()}`);
		}
	});

	// All at once in the end: a hook that fails after one test would keep the others from running.
	after(() => assert.deepEqual(leaks, [], "registered with the editor, and not disposed of"));
}

import assert from "node:assert/strict";
import type { Place } from "../../../src/repeat/candidate.ts";
import { type Cause, Repeats } from "../../../src/repeat/repeats.ts";
import { assertSteps, watchedString } from "../support/steps.ts";

const everything = Number.POSITIVE_INFINITY;

/** Documents beside the engine, changed in step with it. */
class Desk {
	readonly repeats = new Repeats();
	readonly #texts = new Map<string, string[]>();

	constructor(documents: Readonly<Record<string, readonly string[]>>) {
		for (const [name, lines] of Object.entries(documents)) {
			this.#texts.set(name, [...lines]);
			this.repeats.open(name, name, lines);
		}
	}

	lines(document: string): string[] {
		return this.#texts.get(document) ?? assert.fail(document);
	}

	/** Replaces the first `old` of a line, as one change. */
	change(document: string, line: number, old: string, now: string, cause: Cause = "user"): void {
		const start = this.lines(document)[line]?.indexOf(old) ?? -1;
		assert.ok(start >= 0, `${old} in line ${line}`);
		this.#replace(document, line, start, start + old.length, now, cause);
	}

	/** Deletes `old`, types `now` key by key, and pauses. */
	type(document: string, line: number, old: string, now: string): void {
		const start = this.lines(document)[line]?.indexOf(old) ?? -1;
		assert.ok(start >= 0, `${old} in line ${line}`);
		if (old !== "") this.#replace(document, line, start, start + old.length, "", "user");
		for (const [at, key] of [...now].entries()) this.#replace(document, line, start + at, start + at, key, "user");
		this.repeats.settle();
	}

	/** Types behind the first `before` of a line. */
	insert(document: string, line: number, before: string, now: string): void {
		const start = (this.lines(document)[line]?.indexOf(before) ?? -1) + before.length;
		for (const [at, key] of [...now].entries()) this.#replace(document, line, start + at, start + at, key, "user");
		this.repeats.settle();
	}

	hint(document: string, line = 0, character = 0): Place | undefined {
		assert.ok(this.repeats.search(everything, document));
		return this.repeats.hint(document, { line, character });
	}

	take(place: Place | undefined, cause: Cause = "other"): void {
		assert.ok(place);
		this.repeats.take([place]);
		this.#replace(place.document, place.line, place.start, place.end, place.new, cause);
	}

	#replace(document: string, line: number, start: number, end: number, text: string, cause: Cause): void {
		const lines = this.lines(document);
		const was = lines[line] ?? assert.fail();
		lines[line] = was.slice(0, start) + text + was.slice(end);
		const change = { start: { line, character: start }, end: { line, character: end }, text };
		this.repeats.change(document, [change], cause);
	}
}

const calls = [
	"first = loadUserData(1);",
	"second = loadUserData(2);",
	"third = loadUserData(3);",
	"loadUserDataTwice();",
];

describe("What the user replaced", () => {
	it("is offered at the next place, and after it is made at the one behind it", () => {
		const desk = new Desk({ "a.ts": calls });
		desk.type("a.ts", 0, "loadUserData", "fetchUserData");
		const place = desk.hint("a.ts", 0, 21);
		assert.deepEqual([place?.line, place?.start, place?.old, place?.new], [1, 9, "loadUserData", "fetchUserData"]);
		desk.take(place);
		const next = desk.hint("a.ts", 1, 22);
		assert.equal(next?.line, 2);
		desk.take(next);
		assert.equal(desk.hint("a.ts", 2, 22), undefined);
		assert.equal(desk.lines("a.ts")[3], "loadUserDataTwice();", "whole words only");
	});

	it("is offered in other documents, also in those opened later", () => {
		const desk = new Desk({ "a.ts": calls, "b.ts": ["x(loadUserData(4));"] });
		desk.type("a.ts", 0, "loadUserData", "fetchUserData");
		assert.equal(desk.hint("b.ts")?.line, 0);
		desk.repeats.open("c.ts", "c.ts", ["", "y(loadUserData(5));"]);
		assert.equal(desk.hint("c.ts")?.line, 1);
		assert.deepEqual(new Set(desk.repeats.places.map(({ document }) => document)), new Set(["a.ts", "b.ts", "c.ts"]));
	});

	it("is what stands there after a pause and more keys", () => {
		const desk = new Desk({ "a.ts": calls });
		desk.type("a.ts", 0, "loadUserData", "fetchUserDa");
		assert.equal(desk.hint("a.ts", 0, 20)?.new, "fetchUserDa");
		desk.insert("a.ts", 0, "fetchUserDa", "ta");
		const place = desk.hint("a.ts", 0, 22);
		assert.equal(place?.new, "fetchUserData");
		assert.ok(desk.repeats.places.every((one) => one.new === "fetchUserData"));
	});

	it("is an argument added where the line agrees", () => {
		const line = "  expect(render(<App />, root)).toBe(true);";
		const desk = new Desk({ "a.ts": [line, "other();", line, "root"] });
		desk.insert("a.ts", 0, "<App />, root", ", options");
		const place = desk.hint("a.ts", 1);
		assert.deepEqual([place?.line, place?.old, place?.new], [2, "", ", options"]);
		desk.take(place);
		assert.equal(desk.lines("a.ts")[2], "  expect(render(<App />, root, options)).toBe(true);");
		assert.equal(desk.hint("a.ts", 1), undefined, "the text stands there already");
	});

	it("is offered for a common word only once it was made twice", () => {
		const desk = new Desk({ "a.ts": ["f(one);", "g(one);", "h(one);", "i(one);"] });
		desk.type("a.ts", 0, "one", "all");
		assert.equal(desk.hint("a.ts", 1), undefined);
		desk.type("a.ts", 1, "one", "all");
		assert.equal(desk.hint("a.ts", 2)?.line, 2);
	});

	it("is offered in the cursor's own line wherever it is, first from the cursor on", () => {
		const line = "merge(loadUserData(1), loadUserData(2), loadUserData(3));";
		const desk = new Desk({ "a.ts": [calls[0] ?? "", `  deeper = ${calls[1]}`, line] });
		desk.type("a.ts", 0, "loadUserData", "fetchUserData");
		const below = desk.hint("a.ts", 1, 40);
		assert.deepEqual([below?.line, below?.start], [1, 20], "straight down from the first change lies behind it");
		assert.equal(desk.repeats.next("a.ts", { line: 1, character: 40 }), below);
		const starts: (number | undefined)[] = [];
		for (let character = 25; ; ) {
			const place = desk.hint("a.ts", 2, character);
			if (!place) break;
			starts.push(place.start);
			assert.equal(desk.repeats.next("a.ts", { line: 2, character }), place);
			desk.take(place);
			character = place.start + place.new.length;
		}
		assert.deepEqual(starts, [40, 6, 24]);
		assert.equal(desk.lines("a.ts")[2], line.replaceAll("load", "fetch"));
	});

	it("is likely at some places, and only possible at others", () => {
		const desk = new Desk({ "a.ts": ["value = f(one, two);", "value = f(one, two);", "g(one);"] });
		desk.type("a.ts", 0, "one", "all");
		assert.ok(desk.repeats.search(everything));
		const likely = desk.repeats.likelyPlaces;
		assert.deepEqual(
			desk.repeats.places.map((place) => [place.line, likely.has(place)]),
			[
				[1, true],
				[2, false],
			],
		);
	});

	it("is not offered above the cursor, but can be asked for there", () => {
		const desk = new Desk({ "a.ts": calls });
		desk.type("a.ts", 2, "loadUserData", "fetchUserData");
		assert.equal(desk.hint("a.ts", 2, 10), undefined);
		assert.equal(desk.repeats.next("a.ts", { line: 2, character: 10 })?.line, 0);
	});

	it("is not offered inside an address if it was no address that changed", () => {
		const desk = new Desk({
			"a.md": ["See [a](a/user_guide.html).", "See https://example.org/user_guide.html.", "[c]: user_guide.html"],
		});
		desk.type("a.md", 0, "user_guide", "user_manual");
		assert.equal(desk.hint("a.md", 1)?.line, 2);
	});
});

describe("A repeat is never against the user", () => {
	const started = (): Desk => {
		const desk = new Desk({ "a.ts": [...calls, "fourth = loadUserData(4);"] });
		desk.type("a.ts", 0, "loadUserData", "fetchUserData");
		return desk;
	};

	for (const [where, cause] of [
		["elsewhere", "other"],
		["at the cursor", "user"],
	] as const)
		it(`a repeat taken back silences it, also when it is typed once more; it was made ${where}`, () => {
			const desk = started();
			desk.take(desk.hint("a.ts", 1), cause);
			desk.change("a.ts", 1, "fetchUserData", "loadUserData", "undo");
			assert.equal(desk.hint("a.ts"), undefined);
			desk.type("a.ts", 2, "loadUserData", "fetchUserData");
			assert.equal(desk.hint("a.ts", 3), undefined);
			assert.deepEqual(desk.repeats.places, []);
		});

	it("the user's own change taken back is forgotten, and may be made again", () => {
		const desk = started();
		assert.ok(desk.hint("a.ts", 1));
		desk.change("a.ts", 0, "fetchUserData", "loadUserData", "undo");
		assert.equal(desk.hint("a.ts"), undefined);
		desk.type("a.ts", 0, "loadUserData", "fetchUserData");
		assert.equal(desk.hint("a.ts", 1)?.line, 1);
	});

	it("what is typed back ends it, and is not offered in the other direction", () => {
		const desk = started();
		desk.take(desk.hint("a.ts", 1));
		desk.type("a.ts", 0, "fetchUserData", "loadUserData");
		assert.equal(desk.hint("a.ts"), undefined);
		assert.deepEqual(desk.repeats.places, []);
	});

	it("a hint that is passed by does not come again, nor others of its kind", () => {
		const desk = started();
		assert.equal(desk.hint("a.ts", 1)?.line, 1);
		desk.type("a.ts", 3, "Twice", "Often");
		assert.equal(desk.hint("a.ts", 1), undefined);
	});

	it("who makes the change by hand where it is offered has not turned it down", () => {
		const desk = started();
		assert.equal(desk.hint("a.ts", 1)?.line, 1);
		desk.type("a.ts", 1, "loadUserData", "fetchUserData");
		assert.equal(desk.hint("a.ts", 2)?.line, 2);
	});

	const causes: readonly [name: string, cause: Cause][] = [
		["a formatter or another program", "other"],
		["undo", "undo"],
	];
	for (const [name, cause] of causes)
		it(`what ${name} replaces is not offered`, () => {
			const desk = new Desk({ "a.ts": calls });
			desk.change("a.ts", 0, "loadUserData", "fetchUserData", cause);
			desk.repeats.settle();
			assert.equal(desk.hint("a.ts", 1), undefined);
		});

	it("changes at several cursors are not offered", () => {
		const desk = new Desk({ "a.ts": calls });
		const changes = [1, 0].map((line) => {
			const character = calls[line]?.indexOf("load") ?? 0;
			return { start: { line, character }, end: { line, character: character + 4 }, text: "fetch" };
		});
		desk.repeats.change("a.ts", changes, "user");
		desk.repeats.settle();
		assert.equal(desk.hint("a.ts", 2), undefined);
	});

	it("nothing is offered of or inside a secret, nor in a file of secrets", () => {
		const secret = "ghp_16C7e42F292c6912E7710c838347Ae178B4a";
		const desk = new Desk({
			"a.ts": [`const tokenOfUser = "${secret}";`, `const tokenOfUser = "${secret}";`],
			".env": calls,
		});
		desk.type("a.ts", 0, "16C7e42F", "26C7e42F");
		assert.equal(desk.hint("a.ts", 1), undefined);
		assert.equal(desk.repeats.has(".env"), false);
	});

	it("a document that is closed is not searched", () => {
		const desk = new Desk({ "a.ts": calls, "b.ts": calls });
		desk.type("a.ts", 0, "loadUserData", "fetchUserData");
		assert.ok(desk.hint("b.ts"));
		desk.repeats.close("b.ts");
		assert.equal(desk.hint("b.ts"), undefined);
		assert.ok(desk.repeats.places.every(({ document }) => document === "a.ts"));
	});
});

describe("The search for other places", () => {
	it("goes on where it stopped, and each slice is bounded", () => {
		const filler = Array.from({ length: 5_000 }, (_, line) => `line ${line};`);
		const desk = new Desk({ "a.ts": [...calls, ...filler, "last = loadUserData(9);"] });
		desk.type("a.ts", 0, "loadUserData", "fetchUserData");
		let slices = 1;
		while (!desk.repeats.search(1_000, "a.ts")) slices++;
		assert.ok(slices > 100, `${slices}`);
		assert.equal(desk.repeats.places.at(-1)?.line, 5_004);
	});

	it("moves with lines that come and go above", () => {
		const desk = new Desk({ "a.ts": calls });
		desk.type("a.ts", 0, "loadUserData", "fetchUserData");
		assert.equal(desk.hint("a.ts", 1)?.line, 1);
		const start = { line: 0, character: 0 };
		desk.repeats.change("a.ts", [{ start, end: start, text: "// one\r\n// two\r\n" }], "other");
		assert.equal(desk.hint("a.ts", 2)?.line, 3);
	});

	it("is followed without comparing each of thousands of changes with each place", () => {
		const count = 10_000;
		const desk = new Desk({ "a.ts": Array.from({ length: count }, (_, line) => `x${line} = loadUserData(${line});`) });
		desk.type("a.ts", 0, "loadUserData", "fetchUserData");
		assert.ok(desk.repeats.search(everything));
		const { places } = desk.repeats;
		assert.equal(places.length, count - 1);
		/** How often anything looked at one of the changes. */
		let looks = 0;
		const changes = places.toReversed().map(({ line, start, end, new: text }) => ({
			get start() {
				looks++;
				return { line, character: start };
			},
			end: { line, character: end },
			text,
		}));
		// For each place as many as there are of the spots that are remembered, at most.
		assertSteps(2_000 * count, () => {
			desk.repeats.take(places);
			desk.repeats.change("a.ts", changes, "other");
		});
		assert.ok(looks >= count && looks < 50 * count, `${looks}`);
		assert.ok(desk.repeats.search(everything));
		assert.deepEqual(desk.repeats.places, []);
	});

	it("compares nothing where one types, pauses and takes back in a line of data", () => {
		const { watched, reads } = watchedString("a".repeat(2_000));
		const start = { line: 0, character: 1_000 };
		for (const cause of ["user", "undo"] as const) {
			const repeats = new Repeats();
			repeats.open("a.txt", "a.txt", [watched]);
			repeats.change("a.txt", [{ start, end: start, text: "b" }], cause);
			repeats.settle();
		}
		assert.equal(reads(), 0);
	});

	it("compares a line of code", () => {
		const { watched, reads } = watchedString("load(user, name);");
		const repeats = new Repeats();
		repeats.open("a.ts", "a.ts", [watched]);
		const start = { line: 0, character: 4 };
		repeats.change("a.ts", [{ start, end: start, text: "All" }], "user");
		repeats.settle();
		assert.ok(reads() > 0);
	});

	it("leaves lines out that are data", () => {
		const desk = new Desk({
			"a.ts": [calls[0] ?? "", `x = "${" loadUserData".repeat(100)}";`, "y = loadUserData(2);"],
		});
		desk.type("a.ts", 0, "loadUserData", "fetchUserData");
		assert.equal(desk.hint("a.ts", 1)?.line, 2);
	});
});

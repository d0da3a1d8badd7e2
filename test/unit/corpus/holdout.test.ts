import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "mocha";
import {
	chooseValidation,
	heldOutFrom,
	isHeldOut,
	nearDuplicateOf,
	splitCorpus,
	textDigest,
	type UsedFiles,
	type ValidationSplit,
} from "../../../src/corpus/holdout.ts";
import type { UsedFile } from "../../../src/domain/corpus.ts";
import { randomNumbers } from "../reference/random.ts";

interface File {
	readonly path: string;
	readonly text: string;
}

const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, k) => `line ${from + k}`).join("\n");
const allPaths = Array.from({ length: 2000 }, (_, k) => `src/folder${k % 17}/file${k}.ts`);

describe("isHeldOut", () => {
	it("takes the digest for one big-endian integer", () => {
		for (const path of allPaths) {
			const integer = BigInt(`0x${createHash("sha1").update(path).digest("hex")}`);
			for (const modulus of [2, 7, 10, 256, 1000]) {
				assert.equal(isHeldOut(path, modulus), integer % BigInt(modulus) === 0n, path);
			}
		}
	});

	// By Python: int.from_bytes(hashlib.sha1(path).digest(), "big") % 10 == 0.
	const known: [string, boolean][] = [
		["src/file4.ts", true],
		["src/file30.ts", true],
		["src/file5.ts", false],
		["README.md", false],
	];
	for (const [path, expected] of known) it(`is ${expected} for ${path}`, () => assert.equal(isHeldOut(path), expected));

	it("holds out about one file in ten, and every file for a modulus of one", () => {
		const share = allPaths.filter((path) => isHeldOut(path)).length / allPaths.length;
		assert.ok(share > 0.08 && share < 0.12, String(share));
		assert.ok(allPaths.every((path) => isHeldOut(path, 1)));
	});

	it("does not mind the slashes of Windows", () => {
		for (const path of allPaths) assert.equal(isHeldOut(path.replaceAll("/", "\\")), isHeldOut(path));
	});
});

describe("nearDuplicateOf", () => {
	const cases: [string, string, boolean][] = [
		["the same text", lines(0, 10), true],
		["the lines in another order", lines(0, 10).split("\n").reverse().join("\n"), true],
		["lines that are repeated", `${lines(0, 10)}\n${lines(0, 10)}`, true],
		["nine of ten lines", lines(0, 9), true],
		["eight of ten lines, which is the limit", lines(0, 8), true],
		["seven of ten lines", lines(0, 7), false],
		["ten of twelve lines", lines(0, 12), true],
		["ten of thirteen lines", lines(0, 13), false],
		["one line exchanged", lines(1, 11), true],
		["two lines exchanged", lines(2, 12), false],
		["other text", lines(50, 60), false],
		["nothing", "", false],
	];
	for (const [what, text, expected] of cases) {
		it(`is ${expected} for ${what}`, () => assert.equal(nearDuplicateOf(["x\ny", lines(0, 10), "z"])(text), expected));
	}

	it("finds what comparing all with all finds", () => {
		const random = randomNumbers(3);
		const below = (limit: number) => Math.floor(random() * limit);
		const base = Array.from({ length: 12 }, () => Array.from({ length: 5 + below(30) }, () => `${below(60)}`));
		const texts = Array.from({ length: 300 }, () => {
			const copy = [...(base[below(base.length)] ?? [])];
			for (let k = below(6); k > 0; k--) copy[below(copy.length)] = `${below(60)}`;
			return copy.join("\n");
		});
		const [training, others] = [texts.slice(0, 200), texts.slice(200)];
		const similarity = (one: string, other: string) => {
			const [a, b] = [new Set(one.split("\n")), new Set(other.split("\n"))];
			return [...a].filter((line) => b.has(line)).length / new Set([...a, ...b]).size;
		};
		const isNear = nearDuplicateOf(training);
		const found = others.map((text) => isNear(text));
		assert.deepEqual(
			found,
			others.map((text) => training.some((one) => similarity(text, one) >= 0.8)),
		);
		assert.ok(found.includes(true) && found.includes(false));
	});
});

describe("splitCorpus", () => {
	it("splits by path and sets aside what nearly repeats a training file", () => {
		const held = allPaths.filter((path) => isHeldOut(path));
		const trained = allPaths.filter((path) => !isHeldOut(path));
		const file = (path: string | undefined, text: string): File => ({ path: path ?? "", text });
		const files = [
			file(held[0], lines(0, 20)),
			file(trained[0], lines(100, 120)),
			file(held[1], lines(100, 119)),
			file(trained[1], lines(200, 220)),
			file(held[2], lines(300, 320)),
		];
		assert.deepEqual(splitCorpus(files), {
			train: [files[1], files[3]],
			heldOut: [files[0], files[4]],
			nearDuplicates: [files[2]],
		});
	});

	it("splits nothing into nothing", () => {
		assert.deepEqual(splitCorpus([]), { train: [], heldOut: [], nearDuplicates: [] });
	});
});

describe("chooseValidation", () => {
	const ofSizes = (sizes: readonly number[]): File[] =>
		sizes.map((size, k) => ({ path: `${k}.ts`, text: `${`${k} `.repeat(15)}\n`.repeat(size).slice(0, size) }));
	const total = (files: readonly File[]) => files.reduce((sum, { text }) => sum + text.length, 0);

	const corpora: [string, number[]][] = [
		["one small file", [1000]],
		["one large file", [1_000_000]],
		["two files", [5000, 90]],
		["seven files", [10, 20, 3000, 40, 50, 60, 70]],
		["forty like files", new Array(40).fill(2000)],
		["a thousand files", Array.from({ length: 1000 }, (_, k) => 500 + ((k * 7919) % 6000))],
		["a few large among small ones", [...new Array(3).fill(200_000), ...new Array(20).fill(20)]],
		["eight large files", new Array(8).fill(100_000)],
	];
	for (const [what, sizes] of corpora) {
		it(`keeps 2.5 to 7 % or 32 KiB of ${what}, and leaves the rest for training`, () => {
			const files = ofSizes(sizes);
			const split = chooseValidation(files);
			const { training, validation } = split;
			const [all, kept] = [total(files), total(validation)];
			assert.equal(total(training) + kept, all);
			assert.ok(kept >= Math.min(0.025 * all, 16 * 1024) && kept <= 0.07 * all + 1, `${kept} of ${all}`);
			assert.ok(kept <= 40 * 1024, String(kept));
			assert.deepEqual(chooseValidation(files), split);
		});
	}

	it("takes whole files where there are many, and keeps their order", () => {
		const files = ofSizes(new Array(60).fill(1500));
		const { training, validation } = chooseValidation(files);
		const chosen = new Set(validation);
		assert.deepEqual(
			training,
			files.filter((file) => !chosen.has(file)),
		);
		assert.deepEqual(
			validation,
			files.filter((file) => chosen.has(file)),
		);
	});

	it("does not depend on the order of the files", () => {
		const files = ofSizes(new Array(60).fill(1500));
		const names = (some: readonly File[]) => some.map(({ path }) => path).sort();
		assert.deepEqual(names(chooseValidation(files.toReversed()).validation), names(chooseValidation(files).validation));
	});

	it("cuts the largest of few files at the beginning of a line", () => {
		const files = ofSizes([100, 9000, 200]);
		const { training, validation } = chooseValidation(files);
		assert.deepEqual(
			training.map(({ path }) => path),
			["0.ts", "1.ts", "2.ts"],
		);
		assert.equal((training[1]?.text ?? "") + (validation[0]?.text ?? ""), files[1]?.text);
		assert.match(training[1]?.text ?? "", /\n$/);
	});

	it("cuts within a line that is too long, but not within a character", () => {
		for (let pad = 0; pad < 4; pad++) {
			const text = "x".repeat(pad) + "🖋".repeat(5000);
			const { training, validation } = chooseValidation([{ path: "a.md", text }]);
			for (const part of [training[0]?.text, validation[0]?.text]) assert.match(part ?? "", /^\P{Surrogate}+$/u);
			assert.equal((training[0]?.text ?? "") + (validation[0]?.text ?? ""), text);
		}
	});

	it("does not settle for a short last line", () => {
		const text = `${"x".repeat(9000)}\nend\n`;
		const { validation } = chooseValidation([{ path: "a.md", text }]);
		assert.ok((validation[0]?.text.length ?? 0) > 300);
	});

	it("keeps nothing of next to nothing", () => {
		assert.deepEqual(chooseValidation([]), { training: [], validation: [], tail: null, isUnseen: true });
		const tiny = [{ path: "a", text: "ab\n" }];
		assert.deepEqual(chooseValidation(tiny), { training: tiny, validation: [], tail: null, isUnseen: true });
	});

	/** What a training would write down of a split. */
	const usedBy = ({ training, validation, tail, isUnseen }: ValidationSplit<File>): UsedFiles =>
		new Map<string, Omit<UsedFile, "path" | "bytes" | "masked">>([
			...training.map(({ path, text }) => [path, { heldOut: false, digest: textDigest(text) }] as const),
			...validation.map(({ path, text }) => {
				const marks = { ...(tail ? { tail } : {}), ...(isUnseen ? {} : { seenBefore: true as const }) };
				return [path, { heldOut: true, digest: textDigest(text), ...marks }] as const;
			}),
		]);

	it("holds out what the training before held out, whatever has changed since", () => {
		const files = ofSizes(new Array(60).fill(1500));
		const first = chooseValidation(files);
		const held = new Set(first.validation.map(({ path }) => path));
		// Sizes and number differ, so a fresh choice would be another one.
		const later = files.map((file, k) => ({ ...file, text: file.text.repeat(1 + (k % 5)) })).slice(10);
		const fresh = chooseValidation(later).validation.map(({ path }) => path);
		assert.ok(fresh.some((path) => !held.has(path)));
		const { training, validation } = chooseValidation(later, usedBy(first));
		assert.deepEqual(
			validation.map(({ path }) => path),
			later.filter(({ path }) => held.has(path)).map(({ path }) => path),
		);
		assert.equal(training.length + validation.length, later.length);
	});

	it("holds out files that are new where nothing is left of what was held out", () => {
		const files = ofSizes(new Array(60).fill(1500));
		const first = chooseValidation(files);
		const held = new Set(first.validation.map(({ path }) => path));
		const rest = files.filter(({ path }) => !held.has(path));
		const added = rest.slice(0, 20).map(({ path, text }) => ({ path: `new/${path}`, text: `new ${text}` }));
		const { validation } = chooseValidation([...rest, ...added], usedBy(first));
		assert.ok(validation.length > 0);
		assert.ok(validation.every(({ path }) => path.startsWith("new/")));
	});

	it("goes on from the same place in a file of which the tail was held out, unless what stands before it has changed", () => {
		const files = ofSizes([100, 9000, 200]);
		const first = chooseValidation(files);
		const longer = files.map((file) => (file.path === "1.ts" ? { ...file, text: `${file.text}more\n` } : file));
		const again = chooseValidation(longer, usedBy(first));
		assert.equal(again.training[1]?.text, first.training[1]?.text);
		assert.equal(again.validation[0]?.text, `${first.validation[0]?.text}more\n`);
		const changed = files.map((file) => (file.path === "1.ts" ? { ...file, text: `x${file.text}` } : file));
		assert.equal(heldOutFrom(changed[1]?.text ?? "", usedBy(first).get("1.ts")), null);
	});

	it("says so where nothing is left that the model has not learned from", () => {
		const files = ofSizes(new Array(60).fill(1500));
		const first = chooseValidation(files);
		assert.equal(first.isUnseen, true);
		const held = new Set(first.validation.map(({ path }) => path));
		const rest = files.filter(({ path }) => !held.has(path));
		const deleted = chooseValidation(rest, usedBy(first));
		assert.ok(deleted.validation.length > 0);
		assert.equal(deleted.isUnseen, false, "the files held out are gone");
		const moved = rest.map((file) => ({ ...file, path: `moved/${file.path}` }));
		assert.equal(chooseValidation(moved, usedBy(first)).isUnseen, false, "those learned have other names");
		assert.equal(chooseValidation(rest, usedBy(deleted)).isUnseen, false, "and stay learned in later trainings");
		const few = ofSizes([100, 9000, 200]);
		const edited = few.map((file) => (file.path === "1.ts" ? { ...file, text: `x${file.text}` } : file));
		assert.equal(chooseValidation(edited, usedBy(chooseValidation(few))).isUnseen, false, "edited before the tail");
	});
});

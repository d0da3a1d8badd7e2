/** Makes the training text of the base model from the packages. */
import * as nodeFileSystem from "node:fs/promises";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "../../src/corpus/content/read.ts";
import type { Candidate } from "../../src/corpus/judge.ts";
import { walk } from "../../src/corpus/walk.ts";
import { drawEvenly } from "./balance.ts";
import { reasonAgainst, rules, withoutCompiled } from "./choose.ts";
import type { Fetched } from "./fetch.ts";
import { type LanguageName, languageOf, languages, weights } from "./languages.ts";
import type { LanguageSummary, Manifest } from "./manifest.ts";
import { lineSet, NearDuplicates } from "./nearDuplicates.ts";
import { withoutNotice } from "./notice.ts";
import { idOf, type Package } from "./packages.ts";
import { byPlace, encode, isHeldOut, placeOf } from "./text.ts";

/** Documents whose lines have at least this Jaccard index are near-duplicates. */
const sameText = 0.8;

/** One document in so many keeps its copyright notice, so that the model has seen some. */
const noticeOneIn = 10;

interface Held extends Candidate {
	readonly owner: Package;
	readonly language: LanguageName;
	readonly place: Buffer;
}

interface Document extends Held {
	readonly text: string;
	readonly bytes: number;
}

/**
 * Writes the text of some languages and the manifest into a folder.
 *
 * @param packages in a fixed order; of near-duplicates the first is taken
 * @param keptOut texts that no document may nearly duplicate
 * @param say receives a line about each step
 */
export async function build(
	out: string,
	packages: ReadonlyMap<Package, Fetched>,
	names: readonly LanguageName[],
	keptOut: NearDuplicates,
	say: (line: string) => void,
): Promise<void> {
	const files = await filesOf(packages);
	await mkdir(out, { recursive: true });
	const bytesOf = new Map<Package, number>();
	const share = weights(names);
	const summaries: LanguageSummary[] = [];
	for (const name of names) {
		const drawn = await draw(name, files.get(name) ?? [], keptOut, say);
		summaries.push({ ...(await write(out, name, drawn)), weight: share.get(name) ?? 0 });
		for (const { owner, bytes } of drawn) bytesOf.set(owner, (bytesOf.get(owner) ?? 0) + bytes);
	}
	const manifest: Manifest = {
		languages: summaries,
		packages: [...bytesOf.keys()]
			.toSorted((one, other) => (idOf(one) < idOf(other) ? -1 : 1))
			.map((one) => ({ ...one, bytes: bytesOf.get(one) ?? 0 })),
	};
	await writeFile(join(out, "manifest.json"), `${JSON.stringify(manifest, null, "\t")}\n`);
	say(`${megabytes(summaries.reduce((sum, { bytes }) => sum + bytes, 0))} in all`);
}

/** All documents that may be read, by language. */
async function filesOf(packages: ReadonlyMap<Package, Fetched>): Promise<ReadonlyMap<LanguageName, readonly Held[]>> {
	const found: Held[] = [];
	for (const [one, { folder, prefix }] of packages) {
		const { candidates } = await walk(folder, rules, nodeFileSystem);
		for (const held of hold(withoutCompiled(candidates), one, prefix)) found.push(held);
	}
	return groupBy(found, ({ language }) => language);
}

function hold(candidates: readonly Candidate[], owner: Package, prefix: string): Held[] {
	const named = candidates.map((one) => ({ ...one, path: prefix + one.path, language: languageOf(one.path) }));
	const count = (name: LanguageName) =>
		named.filter(({ path, language }) => language === name && !path.endsWith(".h")).length;
	// Headers of both are called the same.
	const headers = count("cpp") > count("c") ? "cpp" : "c";
	return named.flatMap(({ language, ...one }) => {
		if (language === undefined) return [];
		const place = placeOf(`${owner.registry}:${owner.name}`, one.path);
		return [{ ...one, owner, place, language: one.path.endsWith(".h") ? headers : language }];
	});
}

/** The documents taken of a language. */
async function draw(
	name: LanguageName,
	files: readonly Held[],
	keptOut: NearDuplicates,
	say: (line: string) => void,
): Promise<Document[]> {
	const taken = new NearDuplicates(sameText);
	const leftOut = new Map<string, number>();

	/** The document of a file, or the reason why it is left out. */
	async function read(file: Held): Promise<Document | string> {
		const content = await readText(file.absolutePath, rules.maxFileKiB * 1024, nodeFileSystem);
		if ("reason" in content) return content.reason;
		const reason = reasonAgainst(file.path, name, content.text);
		if (reason !== undefined) return reason;
		const bare = withoutNotice(file.path, content.text);
		const lines = lineSet(bare);
		if (lines.length === 0) return "empty";
		if (keptOut.find(lines) !== undefined) return "kept out";
		if (taken.find(lines) !== undefined) return "duplicate";
		taken.add(lines);
		const text = file.place.readUInt32BE(0) % noticeOneIn === 0 ? content.text : bare;
		return { ...file, text, bytes: Buffer.byteLength(text) };
	}

	async function* documents(held: readonly Held[]): AsyncGenerator<Document> {
		for (const file of held.toSorted(byPlace)) {
			const document = await read(file);
			if (typeof document !== "string") yield document;
			else leftOut.set(document, (leftOut.get(document) ?? 0) + 1);
		}
	}

	const byOwner = groupBy(files, ({ owner }) => owner);
	const drawn = await drawEvenly([...byOwner.values()].map(documents), languages[name].megabytes * 1e6);
	const bytes = drawn.reduce((sum, document) => sum + document.bytes, 0);
	const reasons = [...leftOut].map(([reason, count]) => `${reason} ${count}`).join(", ");
	say(`${name}: ${megabytes(bytes)}, ${drawn.length} files of ${byOwner.size} packages; left out: ${reasons}`);
	return drawn;
}

async function write(out: string, name: LanguageName, drawn: readonly Document[]) {
	const documents = drawn.filter(({ place }) => !isHeldOut(place));
	const train = encode(documents);
	const heldOut = encode(drawn.filter(({ place }) => isHeldOut(place)));
	await writeFile(join(out, `${name}.train`), train);
	await writeFile(join(out, `${name}.heldout`), heldOut);
	return { name, bytes: train.length, heldOutBytes: heldOut.length, documents: documents.length };
}

function groupBy<T, K>(all: readonly T[], keyOf: (one: T) => K): Map<K, T[]> {
	const groups = new Map<K, T[]>();
	for (const one of all) {
		const group = groups.get(keyOf(one));
		if (group) group.push(one);
		else groups.set(keyOf(one), [one]);
	}
	return groups;
}

function megabytes(bytes: number): string {
	return `${(bytes / 1e6).toFixed(1)} MB`;
}

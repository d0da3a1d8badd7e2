/** A small corpus of two languages to pretrain on. */
import { Buffer } from "node:buffer";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeDocument } from "../../../src/model/document.ts";

const texts = {
	prose: ["The quick brown fox jumps over the lazy dog.\n", 3],
	code: ["const fox = jump(dog); // Füchse\n", 1],
} as const;

/** Writes it, three quarters of it prose. Returns the folder. */
export function writeCorpus(folder: string): string {
	mkdirSync(folder, { recursive: true });
	const documents = (text: string, count: number) =>
		Buffer.concat(Array.from({ length: count }, (_, i) => encodeDocument(`f${i}.txt`, text.repeat(10 + i)).bytes));
	const languages = Object.entries(texts).map(([name, [text, weight]]) => {
		const [train, heldOut] = [documents(text, 5), documents(text, 2)];
		writeFileSync(join(folder, `${name}.train`), train);
		writeFileSync(join(folder, `${name}.heldout`), heldOut);
		return { name, bytes: train.length, heldOutBytes: heldOut.length, documents: 5, weight };
	});
	writeFileSync(join(folder, "manifest.json"), JSON.stringify({ languages, packages: [] }));
	return folder;
}

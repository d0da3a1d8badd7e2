/** The training text of one language on disk: documents as the model reads them, one after the other. */
import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { DOCUMENT_END, encodeDocument } from "../../src/model/document.ts";

/** One document in so many is held out. */
const heldOutOneIn = 100;

/** Changes nothing but the order. */
const seed = "inkling";

export interface Document {
	readonly path: string;
	readonly text: string;
	readonly place: Buffer;
}

/**
 * A random number that decides a document's place in the order, and whether it is held out. It is the same in every build,
 * whatever else is read.
 *
 * @param owner names the document's package
 */
export function placeOf(owner: string, path: string): Buffer {
	return createHash("sha256").update(`${seed}\0${owner}\0${path}`).digest();
}

export function byPlace(one: { readonly place: Buffer }, other: { readonly place: Buffer }): number {
	return Buffer.compare(one.place, other.place);
}

export function isHeldOut(place: Buffer): boolean {
	return place.readUInt32BE(place.length - 4) % heldOutOneIn === 0;
}

/** Sorts documents by their places. */
export function encode(documents: readonly Document[]): Buffer {
	return Buffer.concat(documents.toSorted(byPlace).map(({ path, text }) => encodeDocument(path, text).bytes));
}

/** Splits what `encode` has written into its documents. */
export function* decode(bytes: Buffer): Generator<{ path: string; text: string }> {
	for (let start = 0; start < bytes.length; ) {
		const end = bytes.indexOf(DOCUMENT_END, start);
		const document = bytes.toString("utf8", start, end);
		const header = document.indexOf("\n");
		yield { path: document.slice(0, header), text: document.slice(header + 1) };
		start = end + 1;
	}
}

/**
 * What can be told of the package itself: its files as they are on disk now, and what its build has recorded of them
 * (manifest/shipped.ts).
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseShallowJson } from "../../platform/shallowJson.ts";

/** What the build recorded of a file. */
export interface ShippedRecord {
	readonly sha256: string;
	/** Of programs: what in them could reach a network. */
	readonly network?: readonly string[];
}

/** File in the package → what its build recorded of it. */
export type ShippedRecords = Readonly<Record<string, ShippedRecord>>;

export interface PackageFile {
	/** Relative to the extension's folder, with "/". */
	readonly name: string;
	/** On disk now; null: it cannot be read. */
	readonly bytes: number | null;
	readonly sha256: string | null;
	readonly isAsBuilt: boolean;
	readonly network: readonly string[] | undefined;
}

/** Path of the record in the package. */
const recordFile = "dist/shipped.json";
/** Objects and arrays in one another in the record. */
const deepestRecord = 3;

/** @param extension folder of the extension @returns undefined: the build has recorded nothing, as it is one for development */
export async function packageFiles(extension: string): Promise<readonly PackageFile[] | undefined> {
	let records: ShippedRecords;
	try {
		records = parseShallowJson(await readFile(join(extension, recordFile), "utf8"), deepestRecord) as ShippedRecords;
	} catch {
		return undefined;
	}
	return Promise.all(
		Object.entries(records).map(async ([name, { sha256, network }]) => {
			const contents = await readFile(join(extension, name)).catch(() => null);
			const present = contents && createHash("sha256").update(contents).digest("hex");
			return {
				name,
				bytes: contents?.length ?? null,
				sha256: present,
				isAsBuilt: present === sha256,
				network,
			};
		}),
	);
}

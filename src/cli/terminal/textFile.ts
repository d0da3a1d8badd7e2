/** A text file named on the command line. */
import { readFile, stat } from "node:fs/promises";
import { decode } from "../../corpus/content/decode.ts";
import { errorCode } from "../../platform/atomicFile.ts";
import { Failure } from "../../platform/failure.ts";

/**
 * Without byte order mark, with `\n` line ends.
 *
 * @throws {Failure} if the file cannot be read or is not text
 */
export async function readText(file: string): Promise<string> {
	const decoded = decode(await readBytes(file));
	if ("text" in decoded) return decoded.text;
	if (decoded.reason === "empty") return "";
	throw new Failure("badArgument", `The file ${file} is not text in UTF-8 or UTF-16`);
}

async function readBytes(file: string): Promise<Uint8Array> {
	const unreadable = (error: unknown): never => {
		throw new Failure("badArgument", `The file ${file} cannot be read (${errorCode(error)})`, { cause: error });
	};
	// A pipe or a device would never end.
	const status = await stat(file).catch(unreadable);
	if (!status.isFile()) throw new Failure("badArgument", `${file} is not a file`);
	return await readFile(file).catch(unreadable);
}

/** Paths that Windows opens over the network by itself: to read a file there is to make a connection. */
import { win32 } from "node:path";

/** Two separators at the beginning, or the name that Windows has inside for one of its own places. */
const beginning = /^(?:[\\/]{2}|[\\/]\?\?[\\/])/;

/** A place of this computer, though written like one of another: a drive, or a volume by its number. */
const ofThisComputer = /^(?:[\\/]{2}[?.]|[\\/]\?\?)[\\/](?:[a-z]:|volume\{[\da-f-]+\})(?:[\\/]|$)/i;

/** The beginning of a path whose next part is no host. */
const device = /^(?:[\\/]{2}[?.]|[\\/]\?\?)[\\/]/;

/**
 * Whether a path leads to another computer by the way it is written: `\\host\share\file`, `//host/share/file`,
 * `\\?\UNC\host\share\file`. Devices count as such, too, as some of them lead there. A drive letter may stand for a place on the network,
 * to which the user has connected this computer.
 */
export function isNetworkPath(path: string, platform: NodeJS.Platform = process.platform): boolean {
	return platform === "win32" && beginning.test(path) && !ofThisComputer.test(path);
}

/**
 * Whether to follow a path that a file names would connect this computer to another one than that on which the file lies.
 *
 * @param folder absolute, of the file
 */
export function leadsToOther(path: string, folder: string, platform: NodeJS.Platform = process.platform): boolean {
	return isNetworkPath(path, platform) && (device.test(path) || shareOf(path) !== shareOf(folder));
}

/** Host and share of a path such as `\\host\share\file`, in one spelling. */
function shareOf(path: string): string {
	return win32.parse(win32.normalize(path)).root.toLowerCase();
}

/** Paths that Windows opens over the network by itself: to read a file there is to make a connection. */

/** Two separators at the beginning, or the name that Windows has inside for one of its own places. */
const beginning = /^(?:[\\/]{2}|[\\/]\?\?[\\/])/;

/** A place of this computer, though written like one of another: a drive, or a volume by its number. */
const ofThisComputer = /^(?:[\\/]{2}[?.]|[\\/]\?\?)[\\/](?:[a-z]:|volume\{[\da-f-]+\})(?:[\\/]|$)/i;

/**
 * Whether a path leads to another computer by the way it is written: `\\host\share\file`, `//host/share/file`,
 * `\\?\UNC\host\share\file`. Devices count as such, too, as some of them lead there. A drive letter may stand for a place on the network,
 * to which the user has connected this computer.
 */
export function isNetworkPath(path: string, platform: NodeJS.Platform = process.platform): boolean {
	return platform === "win32" && beginning.test(path) && !ofThisComputer.test(path);
}

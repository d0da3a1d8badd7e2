import { homedir } from "node:os";

/** A path that a user has written, with the home folder for a leading `~`. */
export function withHome(path: string): string {
	return path.replace(/^~(?=[/\\]|$)/, () => homedir());
}

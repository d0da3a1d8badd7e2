/** Inkling on the command line: the same without an editor. */
import { main } from "./cli/main.ts";
import { processTerminal } from "./cli/terminal/terminal.ts";

// npm starts scripts in the folder of the project; paths are meant from where the user stands.
const { npm_lifecycle_event: script, INIT_CWD: folder } = process.env;
if (script === "inkling" && folder !== undefined) process.chdir(folder);

void main(processTerminal(), process.argv.slice(2)).then((code) => {
	// One is set where the result could not be written.
	process.exitCode ||= code;
});

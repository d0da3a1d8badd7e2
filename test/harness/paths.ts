/** Folders that the tests use. */
import { join } from "node:path";

/** The repository. */
export const root = join(import.meta.dirname, "../..");
/** Downloaded VS Code builds, installed servers and built suites; git-ignored. */
export const cache = join(root, ".vscode-test");
/** Screenshots and logs of test runs, for people to look at; git-ignored. */
export const artifacts = join(root, "test/artifacts");
